"""Lists of threads: pages by key, newest activity first, each row prepared as one string."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.utils.safestring import SafeString

from dugnad.forum.models import Attention, Category, Thread
from dugnad.forum.queries.unread import unread_of
from dugnad.forum.rows import COLUMNS, Light, thread_rows
from dugnad.kernel.audience import NAMED_AUDIENCES, Viewer, visible_to

PAGE = 20
# How many of the newest threads are looked through for what is new to somebody.
LOOKED_THROUGH = 100
# How many times over one audience alone must fill a list, before older threads of others are left out of the question.
REACH = 3
MOST_PINNED = 10


@dataclass(frozen=True, slots=True)
class ThreadList:
    """One page of a list: rows ready to print, and the key of the next older page (0: this is the end)."""

    rows: list[SafeString]
    older: int
    newest: bool

    def __bool__(self) -> bool:
        return bool(self.rows)


def threads_listed(
    viewer: Viewer,
    *,
    kind: str = "",
    languages: Sequence[str] = (),
    before: int = 0,
    category: Category | None = None,
    author_id: int | None = None,
) -> QuerySet[Thread]:
    """Threads that the viewer may see, newest activity first; `before` is the key of a page: an id of a last post."""
    threads = visible_to(Thread.objects.filter(post_count__gt=0), viewer)
    if category is not None:
        threads = threads.filter(category=category)
    if author_id is not None:
        threads = threads.filter(author=author_id)
    if kind:
        threads = threads.filter(kind=kind)
    if languages:
        threads = threads.filter(language__in=languages)
    if before:
        threads = threads.filter(last_post_id__lt=before)
    return threads.order_by("-last_post_id")


def list_of(threads: QuerySet[Thread], viewer: Viewer, *, newest: bool, show_category: bool = True) -> ThreadList:
    """One page of `threads` as printed rows."""
    return page_of(light(threads, PAGE + 1), viewer, newest=newest, show_category=show_category)


def page_of(found: list[Light], viewer: Viewer, *, newest: bool, show_category: bool = True) -> ThreadList:
    """One page as printed rows, of threads that were asked for with one more than it holds."""
    older = found[PAGE - 1].last_post_id if len(found) > PAGE else 0
    found = found[:PAGE]
    return ThreadList(printed(found, viewer, show_category=show_category), older, newest)


def light(threads: QuerySet[Thread], most: int) -> list[Light]:
    """The first `most` threads with no more of each than a list needs."""
    return [Light(*row) for row in threads.values_list(*COLUMNS)[:most]]


def newest_threads(viewer: Viewer, most: int, *, before: int = 0) -> list[Light]:
    """The `most` threads with the newest activity that the viewer may see, across all categories.

    As `light(threads_listed(viewer))`, at a cost that does not grow with the place: no further back than where one of the
    viewer's audiences alone would fill the list several times. Should blocks have left too little of that, everything is asked.
    """
    threads, audiences = threads_listed(viewer, before=before), viewer.audiences()
    if 1 < len(audiences) <= NAMED_AUDIENCES and (far := _far_enough(audiences, REACH * most, before)):
        found = light(threads.filter(last_post_id__gte=far), most)
        if len(found) == most or not (found or viewer.hidden):
            return found
    return light(threads, most)


def _far_enough(audiences: Sequence[int], reach: int, before: int) -> int:
    """The last post of the thread that stands `reach` places down the list of one audience: of that audience where it is the
    newest; 0 where none has so many. Each is found by walking down its own index. A statement of its own, so that PostgreSQL
    knows how little is left to look at.
    """
    below = "AND t.last_post_id < %s" if before else ""
    statement = f"""SELECT MAX(far) FROM (
      SELECT (SELECT t.last_post_id FROM forum_thread t WHERE t.audience_id = a.id {below}
              ORDER BY t.last_post_id DESC LIMIT 1 OFFSET {int(reach)}) AS far
      FROM kernel_audience a WHERE a.id IN ({",".join(["%s"] * len(audiences))})) AS each_audience"""  # noqa: S608 - only marks
    with connection.cursor() as cursor:
        cursor.execute(statement, [*([before] if before else []), *audiences])
        return cursor.fetchone()[0] or 0


def printed(found: Sequence[Light], viewer: Viewer, *, show_category: bool) -> list[SafeString]:
    """The rows of these threads with what is unread in each."""
    return thread_rows(found, unread_of(found, viewer), viewer, show_category=show_category)


def threads_in_category(
    category: Category, viewer: Viewer, *, kind: str = "", languages: Sequence[str] = (), before: int = 0
) -> ThreadList:
    """A page of the category's threads. Pinned ones are left to `pinned_threads`, which stand before the list of all kinds."""
    threads = threads_listed(viewer, kind=kind, languages=languages, before=before, category=category)
    return list_of(threads if kind else threads.filter(pinned_at=None), viewer, newest=not before, show_category=False)


def pinned_threads(category: Category, viewer: Viewer) -> list[SafeString]:
    """What the stewards put first in the category."""
    pinned = visible_to(Thread.objects.filter(category=category, post_count__gt=0), viewer).filter(
        pinned_at__isnull=False
    )
    return printed(light(pinned.order_by("-pinned_at"), MOST_PINNED), viewer, show_category=False)


def new_threads_for(viewer: Viewer, *, category: Category | None = None, most: int = PAGE) -> list[SafeString]:
    """What is new for a member, as printed rows: unread and not muted among the newest, newest activity first."""
    if category is None:
        threads = newest_threads(viewer, LOOKED_THROUGH)
    else:
        threads = light(threads_listed(viewer, category=category), LOOKED_THROUGH)
    unread = unread_of(threads, viewer)
    new = [t for t in threads if unread[t.pk].count and unread[t.pk].attention != Attention.MUTE]
    return thread_rows(new[:most], unread, viewer, show_category=category is None)


def latest_threads_for(viewer: Viewer, most: int) -> list[SafeString]:
    """The newest threads for a member, read ones too, as printed rows; without those that they muted."""
    threads = newest_threads(viewer, LOOKED_THROUGH)
    unread = unread_of(threads, viewer)
    heard = [thread for thread in threads if unread[thread.pk].attention != Attention.MUTE]
    return thread_rows(heard[:most], unread, viewer, show_category=True)
