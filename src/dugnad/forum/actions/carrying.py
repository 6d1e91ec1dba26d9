"""What must follow when posts go to another thread or get other readers. In bulk: a thread of thousands goes in seconds.

Parts of the deeds in `moving`, inside their transaction; the threads are locked by whoever calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Max
from django.utils import timezone

from dugnad.forum.actions.moderating import settle_readers
from dugnad.forum.models import (
    CategoryReading,
    Post,
    PostTranslation,
    ScheduledPost,
    Thread,
    ThreadReading,
)
from dugnad.forum.read_ranges import Range, joined, marks_of, ranges_read, renumbered, runs_up_to, shifted
from dugnad.kernel.audience import Audience
from dugnad.kernel.happenings import Happening
from dugnad.kernel.models import Mail
from dugnad.kernel.search import SearchEntry
from dugnad.notices.mails import absolute
from dugnad.notices.models import MailStop, Notice

CHUNK = 500


def chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    """The ids in parts that a statement can name."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def newest_post() -> int:
    """The id of the newest post of the place."""
    return Post.objects.aggregate(newest=Max("pk"))["newest"] or 0


def settle(thread: Thread) -> None:
    """The thread came to where others read: its posts are read by them from now on, with everything that hangs on them, says
    something of them, or leads to them.
    """
    settle_readers(thread)
    _share_mails(thread, thread.audience)
    Post.objects.filter(moved_to__thread=thread).update(revision=F("revision") + 1)
    Thread.objects.filter(merged_into=thread).update(audience=thread.audience, category=thread.category)


def _share_mails(thread: Thread, audience: Audience) -> None:
    """Mails about the thread that have not left go only to whom it is for now."""
    waiting = Mail.objects.filter(kind="notice", sent_at=None, given_up_at=None).exclude(audience=None)
    waiting.filter(text__contains=absolute(f"/t/{thread.pk}/")).update(audience=audience)


def lead_to(into: Thread, thread: Thread) -> None:
    """Everything that named `thread` names `into`: threads that grew out of it, notices, plans, mails that were stopped."""
    Thread.objects.filter(grew_out_of=thread).exclude(pk=into.pk).update(grew_out_of=into)
    Thread.objects.filter(pk=into.pk, grew_out_of=thread).update(grew_out_of=None)
    Thread.objects.filter(pair_of=thread).update(pair_of=None)
    Thread.objects.filter(merged_into=thread).update(
        merged_into=into, merged_after=F("merged_after") + thread.merged_after
    )
    ScheduledPost.objects.filter(thread=thread).update(thread=into)
    old, new = f"thread:{thread.pk}", f"thread:{into.pk}"
    Notice.objects.filter(within=old).update(within=new)
    Happening.objects.filter(within=old).update(within=new)
    SearchEntry.objects.filter(within=old).update(within=new)
    said = ThreadReading.objects.filter(thread=into).exclude(attention="").values("person")
    stops = MailStop.objects.filter(within=old).exclude(person__in=said).values_list("person_id", flat=True)
    MailStop.objects.bulk_create([MailStop(person_id=pk, within=new) for pk in stops], ignore_conflicts=True)
    MailStop.objects.filter(within=old).delete()


def take_out(chosen: Sequence[tuple[int, int]], thread: Thread, into: Thread) -> None:
    """The posts `chosen`, as (id, number) by number, become posts 1, 2, 3 … of `into`. Each leaves an empty place in `thread`."""
    _renumber([pk for pk, _number in chosen], into)
    Post.objects.bulk_create(
        [
            Post(
                thread=thread, audience_id=thread.audience_id, number=number, language=thread.language,
                deleted_at=timezone.now(), moved_to_id=pk,
            )
            for pk, number in chosen
        ],
        batch_size=CHUNK,
    )  # fmt: skip
    within = f"thread:{into.pk}"
    for part in chunks([pk for pk, _number in chosen]):
        SearchEntry.objects.filter(kind="post", thing_id__in=part).update(within=within)
        things = [f"post:{pk}" for pk in part]
        Notice.objects.filter(thing__in=things).update(within=within)
        Happening.objects.filter(thing__in=things).update(within=within)
    translated = PostTranslation.objects.filter(post__thread=into).values("pk")
    SearchEntry.objects.filter(kind="translation", thing_id__in=translated).update(within=within)


def _renumber(ids: Sequence[int], into: Thread) -> None:
    numbered = [f"({int(pk)},{number})" for number, pk in enumerate(ids, start=1)]
    for start in range(0, len(numbered), CHUNK):
        rows = ",".join(numbered[start : start + CHUNK])
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH place(id, number) AS (VALUES {rows}) UPDATE forum_post SET thread_id = %s, number = place.number, "  # noqa: S608 - our own integers
                "revision = revision + 1 FROM place WHERE forum_post.id = place.id",
                [into.pk],
            )


Readings = dict[int, list[Range]]


def read_in(thread: Thread, *, by_category: bool) -> tuple[Readings, dict[int, str]]:
    """Which numbers of the thread each person has read, and how closely they follow it. `by_category`: with what "mark this
    category read" says of it, because the mark says nothing any more where the posts go.
    """
    read: Readings = {}
    attention = {}
    for reading in ThreadReading.objects.select_for_update().filter(thread=thread):
        read[reading.person_id] = ranges_read(reading.read_to, reading.also_read)
        attention[reading.person_id] = reading.attention
    for person, ranges in (_read_by_category(thread) if by_category else {}).items():
        read[person] = joined([*read.get(person, []), *ranges])
    return read, attention


def _read_by_category(thread: Thread) -> Readings:
    marks = CategoryReading.objects.filter(category=thread.category_id, read_to_post__gt=0)
    said = dict(marks.filter(read_to_post__gt=thread.came_in_after).values_list("person_id", "read_to_post"))
    if not said:
        return {}
    standing = Post.objects.filter(thread=thread, deleted_at=None).order_by("number")
    posts = list(standing.values_list("number", "pk"))
    runs = {mark: runs_up_to(posts, mark) for mark in set(said.values())}
    return {person: runs[mark] for person, mark in said.items() if runs[mark]}


def write_readings(thread: Thread, read: Readings, attention: dict[int, str]) -> None:
    """Keep this of the thread: what each person has read of it, and how closely they follow it."""
    rows = []
    for person in read.keys() | attention.keys():
        read_to, also_read = marks_of(read.get(person, []))
        if read_to or also_read or attention.get(person):
            kept: dict[str, Any] = {"read_to": read_to, "also_read": also_read, "attention": attention.get(person, "")}
            rows.append(ThreadReading(person_id=person, thread=thread, **kept))
    ThreadReading.objects.bulk_create(
        rows,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["person", "thread"],
        update_fields=["read_to", "also_read", "attention"],
    )


def readings_moved(thread: Thread) -> None:
    """The thread leaves its category: what was read by a mark of that category stays read."""
    marked = _read_by_category(thread)
    if marked:
        read, attention = read_in(thread, by_category=True)
        write_readings(thread, {person: read[person] for person in marked}, attention)


def readings_split(thread: Thread, into: Thread, numbers: Sequence[int]) -> None:
    """Who read the chosen posts has read them where they are now; who watches or mutes the one, does the other too."""
    read, attention = read_in(thread, by_category=into.category_id != thread.category_id)
    write_readings(into, {person: renumbered(ranges, numbers) for person, ranges in read.items()}, attention)


def readings_merged(thread: Thread, into: Thread, after: int, *, by_category: bool) -> None:
    """What was read of either is read in the one that is left. What somebody said of how they follow it counts before what
    they said of the other.
    """
    read, attention = read_in(into, by_category=by_category)
    other, of_other = read_in(thread, by_category=by_category)
    whole = {
        person: joined([*read.get(person, []), *shifted(other.get(person, []), after)])
        for person in (read.keys() if by_category else set()) | other.keys()
    }
    said = {person: attention.get(person) or of_other.get(person, "") for person in whole.keys() | of_other.keys()}
    write_readings(into, whole, said)
    ThreadReading.objects.filter(thread=thread).delete()
