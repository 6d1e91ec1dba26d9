"""Exact unread state, for as many threads as a page lists.

What counts as read is kept in three places: the thread's own mark (`ThreadReading.read_to`, a post number), "mark this category
read" and "mark all read" (both an id of a post: what came before it counts as read). The furthest of them wins. Unread are the
posts after that which are not deleted or hidden, not one's own and not by somebody whom one has blocked.

Written as SQL because it is one statement for any number of threads, whose cost does not grow with the length of a thread: it
subtracts the exceptions, found by index, from the difference of two numbers.
"""

from __future__ import annotations

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

_MARKS = """
SELECT t.id, COALESCE(r.read_to, 0), COALESCE(NULLIF(r.attention, ''), c.attention, ''), r.id IS NOT NULL,
  (SELECT p.number FROM forum_post p
   WHERE p.thread_id = t.id
     AND p.id <= CASE WHEN COALESCE(c.read_to_post, 0) > COALESCE(a.read_to_post, 0)
                      THEN c.read_to_post ELSE COALESCE(a.read_to_post, 0) END
   ORDER BY p.id DESC LIMIT 1){more}
FROM forum_thread t
LEFT JOIN forum_threadreading r ON r.thread_id = t.id AND r.person_id = %s
LEFT JOIN forum_categoryreading c ON c.category_id = t.category_id AND c.person_id = %s
LEFT JOIN forum_reader a ON a.person_id = %s
WHERE t.id IN ({marks})
"""

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
    kin = Kin(*(bool(flag) for flag in marks[thread.pk][3:]))
    return (_counted([thread], marks, viewer)[thread.pk] if viewer.person_id else NOTHING), kin


def unread_of(threads: Sequence[Numbered], viewer: Viewer) -> dict[int, Unread]:
    """The unread state of each of these threads for a member; nothing is unread for strangers. Two statements at most."""
    if viewer.person_id is None or not threads:
        return dict.fromkeys((thread.pk for thread in threads), NOTHING)
    return _counted(threads, _marks(threads, viewer.person_id), viewer)


def _counted(threads: Sequence[Numbered], marks: dict[int, tuple[Any, ...]], viewer: Viewer) -> dict[int, Unread]:
    behind = [(t.pk, marks[t.pk][0]) for t in threads if t.last_number > marks[t.pk][0]]
    exceptions = _exceptions(behind, viewer) if behind else {}
    return {
        thread.pk: Unread(
            read_to=marks[thread.pk][0],
            count=max(0, thread.last_number - marks[thread.pk][0] - exceptions.get(thread.pk, 0)),
            attention=marks[thread.pk][1],
            ever_opened=marks[thread.pk][2],
        )
        for thread in threads
    }


def _marks(threads: Sequence[Numbered], person_id: int, more: str = "") -> dict[int, tuple[Any, ...]]:
    """thread id → (read to, attention, ever opened, …)."""
    statement = _MARKS.format(marks=",".join(["%s"] * len(threads)), more=more)
    with connection.cursor() as cursor:
        cursor.execute(statement, [person_id, person_id, person_id, *(thread.pk for thread in threads)])
        return {row[0]: (max(row[1], row[4] or 0), row[2], bool(row[3]), *row[5:]) for row in cursor.fetchall()}


def _exceptions(behind: list[tuple[int, int]], viewer: Viewer) -> dict[int, int]:
    skipped = [viewer.person_id, *sorted(viewer.hidden)]
    # The numbers are our own integers; PostgreSQL wants to know that they are.
    rows = ",".join(f"({int(thread)},{int(read_to)})" for thread, read_to in behind)
    statement = _EXCEPTIONS.format(rows=rows, skipped=",".join(["%s"] * len(skipped)))
    with connection.cursor() as cursor:
        cursor.execute(statement, skipped)
        return dict(cursor.fetchall())
