"""A person's own plans and saved searches. Nobody else can ask."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from dugnad.forum.models import SavedSearch, ScheduledPost
from dugnad.kernel import formats
from dugnad.kernel.audience import Viewer
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
    rows = ScheduledPost.objects.filter(author=viewer.person_id).select_related("thread", "category", "became__thread")
    return [_planned(row, viewer) for row in rows.order_by(F("published_at").desc(nulls_first=True), "due_at", "pk")]


def _planned(row: ScheduledPost, viewer: Viewer) -> Planned:
    reply = row.thread is not None
    title = row.thread.title if row.thread else row.title or (row.became.thread.title if row.became else "…")
    return Planned(
        row,
        title=title,
        url=row.became.url if row.became else row.thread.url if row.thread else "",
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
