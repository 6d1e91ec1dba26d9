"""A person's own plans and saved searches. Nobody else can ask."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import F

from dugnad.forum.models import SavedSearch, ScheduledPost, Thread
from dugnad.kernel import formats
from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.clock import place_zone
from dugnad.kernel.text import excerpt

_FILE = re.compile(r"\(file:([\w-]+)\)")


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan in the list."""

    row: ScheduledPost
    title: str
    url: str
    where: str
    words: str
    due: str


def scheduled_of(viewer: Viewer) -> list[Planned]:
    """What the viewer has planned: first what waits, the earliest first, then what was published in the last days."""
    found = ScheduledPost.objects.filter(author=viewer.person_id).select_related("thread", "category", "became__thread")
    rows = list(found.order_by(F("published_at").desc(nulls_first=True), "due_at", "pk"))
    threads = [one.pk for row in rows for one in (row.thread, row.became and row.became.thread) if one]
    seen = (
        set(visible_to(Thread.objects.filter(pk__in=threads), viewer).values_list("pk", flat=True))
        if threads
        else set()
    )
    return [_planned(row, viewer, seen) for row in rows]


def _planned(row: ScheduledPost, viewer: Viewer, seen: Collection[int]) -> Planned:
    """`seen`: the threads that the viewer may see. Of others neither title nor address is told."""
    reply = row.thread is not None
    became = row.became if row.became and row.became.thread_id in seen else None
    thread = row.thread if row.thread_id in seen else None
    title = thread.title if thread else row.title or (became.thread.title if became else "…")
    return Planned(
        row,
        title=title,
        url=became.url if became else thread.url if thread else "",
        where="" if reply or row.category is None else row.category.said("name", viewer.language),
        words=excerpt(row.source, 180) if row.source else "",
        due=formats.date_and_time(row.due_at, viewer.language, tz=place_zone()),
    )


def scheduled_by_id(viewer: Viewer, pk: int) -> ScheduledPost | None:
    """One of the viewer's own plans that is not published yet."""
    rows = ScheduledPost.objects.filter(author=viewer.person_id, published_at=None)
    return rows.select_related("thread__category", "category").filter(pk=pk).first()


def files_of_plans() -> Iterable[str]:
    """The tokens of files that planned posts will show."""
    for source in ScheduledPost.objects.filter(published_at=None, source__contains="(file:").values_list(
        "source", flat=True
    ):
        yield from _FILE.findall(source)


def searches_of(viewer: Viewer) -> list[SavedSearch]:
    """The viewer's saved searches by name."""
    return list(SavedSearch.objects.filter(person=viewer.person_id).order_by("name", "pk"))


def search_by_id(viewer: Viewer, pk: int) -> SavedSearch | None:
    """One of the viewer's own saved searches."""
    return SavedSearch.objects.filter(person=viewer.person_id, pk=pk).first()
