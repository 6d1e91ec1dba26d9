"""Exact unread state, for as many threads as a page lists.

What counts as read is kept in three places: the thread's own mark (`ThreadReading.read_to`, a post number), "mark this category
read" and "mark all read" (both an id of a post: what came before it counts as read). The furthest of them wins. Unread are the
posts after that which are not deleted or hidden, not one's own and not by somebody whom one has blocked.

Written as SQL because it is one statement for any number of threads, whose cost does not grow with the length of a thread: it
subtracts the exceptions, found by index, from the difference of two numbers.

Where threads were merged, ids do not rise with the numbers, and somebody may have read the end and not the middle
(`ThreadReading.also_read`). The unread posts of such a thread are counted one by one, in a statement that only they cost.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from dugnad.kernel.audience import Viewer


class Numbered(Protocol):
    """A thread, or the little of it that a list holds."""

    @property
    def pk(self) -> int: ...

    @property
    def last_number(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Unread:
    """How far a person has read a thread: the number of the last read post, how many are unread, how they follow it."""

    read_to: int
    count: int
    attention: str
    ever_opened: bool


NOTHING = Unread(0, 0, "", ever_opened=False)

# "Mark category read" counts from when the thread came into the category.
_MARK = """CASE WHEN COALESCE(c.read_to_post, 0) > COALESCE(a.read_to_post, 0) AND c.read_to_post > t.came_in_after
    THEN c.read_to_post ELSE COALESCE(a.read_to_post, 0) END"""

# The empty places of posts that moved away are newer than what stands around them: only posts that stand are asked.
_MARKS = f"""
SELECT t.id, COALESCE(r.read_to, 0), COALESCE(NULLIF(r.attention, ''), c.attention, ''), r.id IS NOT NULL,
  CASE WHEN t.posts_mixed THEN 0 ELSE
    (SELECT p.number FROM forum_post p WHERE p.thread_id = t.id AND p.deleted_at IS NULL AND p.id <= {_MARK}
     ORDER BY p.id DESC LIMIT 1) END,
  CASE WHEN t.posts_mixed THEN {_MARK} ELSE 0 END, r.also_read{{more}}
FROM forum_thread t
LEFT JOIN forum_threadreading r ON r.thread_id = t.id AND r.person_id = %s
LEFT JOIN forum_categoryreading c ON c.category_id = t.category_id AND c.person_id = %s
LEFT JOIN forum_reader a ON a.person_id = %s
WHERE t.id IN ({{marks}})
"""  # noqa: S608 - a constant of this file

_EXCEPTIONS = """
WITH behind(thread_id, read_to) AS (VALUES {rows})
SELECT b.thread_id,
  (SELECT COUNT(*) FROM forum_post p
   WHERE p.thread_id = b.thread_id AND p.number > b.read_to AND p.deleted_at IS NOT NULL)
  + (SELECT COUNT(*) FROM forum_post p
     WHERE p.thread_id = b.thread_id AND p.number > b.read_to AND p.hidden_at IS NOT NULL AND p.deleted_at IS NULL)
  + (SELECT COUNT(*) FROM forum_post p
     WHERE p.thread_id = b.thread_id AND p.number > b.read_to
       AND p.hidden_at IS NULL AND p.deleted_at IS NULL AND p.author_id IN ({skipped}))
FROM behind b
"""

_ONE_BY_ONE = """
SELECT {thread}, COUNT(*), COALESCE(MIN(p.number), 0) FROM forum_post p
WHERE p.thread_id = {thread} AND p.number > {read_to} AND p.id > {mark} AND p.deleted_at IS NULL AND p.hidden_at IS NULL
  AND (p.author_id IS NULL OR p.author_id NOT IN ({skipped})){also_read}
"""

_KIN = """,
  EXISTS (SELECT 1 FROM forum_thread o WHERE o.grew_out_of_id = t.id),
  EXISTS (SELECT 1 FROM forum_thread o WHERE o.pair_of_id = t.id)"""


@dataclass(frozen=True, slots=True)
class Kin:
    """Whether anything grew out of a thread, and whether it stands in other languages."""

    offspring: bool
    pairs: bool


def unread_and_kin(thread: Numbered, viewer: Viewer) -> tuple[Unread, Kin]:
    """For the page of one thread: its unread state, and whether it has kin, in the same statements."""
    marks = _marks([thread], viewer.person_id or 0, more=_KIN)
    kin = Kin(*(bool(flag) for flag in marks[thread.pk].more))
    return (_counted([thread], marks, viewer)[thread.pk] if viewer.person_id else NOTHING), kin


def unread_of(threads: Sequence[Numbered], viewer: Viewer) -> dict[int, Unread]:
    """The unread state of each of these threads for a member; nothing is unread for strangers. Two statements at most."""
    if viewer.person_id is None or not threads:
        return dict.fromkeys((thread.pk for thread in threads), NOTHING)
    return _counted(threads, _marks(threads, viewer.person_id), viewer)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What is kept of one person and one thread. `mark`: in a thread of mixed posts, ids up to this one count as read."""

    read_to: int
    attention: str
    ever_opened: bool
    mark: int
    also_read: list[list[int]]
    more: tuple[Any, ...]

    @property
    def is_plain(self) -> bool:
        """Everything up to one number is read, and nothing after it."""
        return not self.mark and not any(last > self.read_to for _first, last in self.also_read)


def _counted(threads: Sequence[Numbered], marks: dict[int, _Marks], viewer: Viewer) -> dict[int, Unread]:
    behind = [t for t in threads if t.last_number > marks[t.pk].read_to]
    plain = [(t.pk, marks[t.pk].read_to) for t in behind if marks[t.pk].is_plain]
    exceptions = _exceptions(plain, viewer) if plain else {}
    odd = {t.pk: marks[t.pk] for t in behind if not marks[t.pk].is_plain}
    counted = _one_by_one(odd, viewer) if odd else {}
    answer = {}
    for thread in threads:
        known = marks[thread.pk]
        read_to, count = known.read_to, max(0, thread.last_number - known.read_to - exceptions.get(thread.pk, 0))
        if thread.pk in counted:
            count, first = counted[thread.pk]
            read_to = first - 1 if first else thread.last_number
        answer[thread.pk] = Unread(read_to, count, known.attention, known.ever_opened)
    return answer


def _marks(threads: Sequence[Numbered], person_id: int, more: str = "") -> dict[int, _Marks]:
    """thread id → what is kept of it for this person; `more` are further columns."""
    statement = _MARKS.format(marks=",".join(["%s"] * len(threads)), more=more)
    with connection.cursor() as cursor:
        cursor.execute(statement, [person_id, person_id, person_id, *(thread.pk for thread in threads)])
        return {
            row[0]: _Marks(
                max(row[1], row[4] or 0), row[2], bool(row[3]), row[5], json.loads(row[6]) if row[6] else [], row[7:]
            )
            for row in cursor.fetchall()
        }


def _one_by_one(odd: dict[int, _Marks], viewer: Viewer) -> dict[int, tuple[int, int]]:
    """thread id → (how many are unread, the first of them), for threads in which posts of several were mixed."""
    skipped = [viewer.person_id, *sorted(viewer.hidden)]
    parts = []
    for thread, known in odd.items():
        ranges = "".join(f" AND p.number NOT BETWEEN {int(a)} AND {int(b)}" for a, b in known.also_read)
        marks = ",".join(["%s"] * len(skipped))
        numbers = {"thread": int(thread), "read_to": int(known.read_to), "mark": int(known.mark)}
        parts.append(_ONE_BY_ONE.format(**numbers, also_read=ranges, skipped=marks))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), skipped * len(parts))
        return {thread: (count, first) for thread, count, first in cursor.fetchall()}


def _exceptions(behind: list[tuple[int, int]], viewer: Viewer) -> dict[int, int]:
    skipped = [viewer.person_id, *sorted(viewer.hidden)]
    # The numbers are our own integers; PostgreSQL wants to know that they are.
    rows = ",".join(f"({int(thread)},{int(read_to)})" for thread, read_to in behind)
    statement = _EXCEPTIONS.format(rows=rows, skipped=",".join(["%s"] * len(skipped)))
    with connection.cursor() as cursor:
        cursor.execute(statement, skipped)
        return dict(cursor.fetchall())
