"""One thread as a page: a window of posts by their numbers, whatever the length of the thread."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.utils.safestring import SafeString

from dugnad.forum import policies
from dugnad.forum.models import Bookmark, Post, PostVersion, Reaction, Thread
from dugnad.forum.pieces import STRANGER, Mine, post_piece
from dugnad.kernel.audience import Viewer, visible_to

WINDOW = 20
# Posts that stand before the first unread one, so that one knows where one is.
CONTEXT = 2


@dataclass(slots=True)
class Printed:
    """A post of the window: its piece, and whether the line "new since you were here" stands before it."""

    number: int
    piece: SafeString
    since: bool


@dataclass(slots=True)
class ThreadPage:
    """A window of a thread: the posts, what stands before and after, how far the viewer had read."""

    thread: Thread
    posts: list[Printed]
    first: int
    last: int
    earlier: int  # number to begin the page before this with; 0: this is the beginning
    later: int  # number to begin the page after this with; 0: this is the end
    read_to: int
    unread: int
    attention: str


def thread_by_id(thread_id: int, viewer: Viewer) -> Thread | None:
    """The thread with what its page needs, how far the viewer has read it included; one statement."""
    threads = visible_to(Thread.objects.all(), viewer).select_related(
        "category__group", "category__audience", "author", "met_by", "answer__author", "grew_out_of", "closed_by", "audience"
    )
    threads = threads.annotate(
        has_offspring=Exists(Thread.objects.filter(grew_out_of=OuterRef("pk"))),
        has_pairs=Q(pair_of__isnull=False) | Exists(Thread.objects.filter(pair_of=OuterRef("pk"))),
    ).defer(
        "answer__source", "answer__html", "answer__plain", "answer__author__about", "author__about", "met_by__about",
        "closed_by__about", "category__group__about", "category__group__about_html", "grew_out_of__outcome",
        "grew_out_of__outcome_html", "grew_out_of__fields",
    )  # fmt: skip
    if viewer.person_id is not None:
        threads = _with_reading(threads, viewer.person_id)
    return threads.filter(pk=thread_id).first()


def _with_reading(threads: QuerySet[Thread], person_id: int) -> QuerySet[Thread]:
    return threads.annotate(
        mine=FilteredRelation("readings", condition=Q(readings__person=person_id)),
        ours=FilteredRelation("category__readings", condition=Q(category__readings__person=person_id)),
        mine_read_to=F("mine__read_to"),
        mine_attention=F("mine__attention"),
        category_attention=F("ours__attention"),
        category_read_to=F("ours__read_to_post"),
    )


def grown_into(thread: Thread, viewer: Viewer) -> list[Thread]:
    """What grew out of the thread, as far as the viewer may see it."""
    return list(visible_to(Thread.objects.filter(grew_out_of=thread.pk), viewer).order_by("pk")[:20])


def pairs_of(thread: Thread, viewer: Viewer) -> list[Thread]:
    """The same text in other languages."""
    first = thread.pair_of_id or thread.pk
    same = Thread.objects.filter(Q(pk=first) | Q(pair_of=first)).exclude(pk=thread.pk)
    return list(visible_to(same, viewer).order_by("language")[:10])


def post_by_number(thread_id: int, number: int, viewer: Viewer) -> Post | None:
    """One post by its place in the thread."""
    posts = visible_to(Post.objects.select_related("thread__category__group", "author", "audience"), viewer)
    return posts.filter(thread=thread_id, number=number).first()


def post_of_id(post_id: int, viewer: Viewer) -> Post | None:
    """One post by its id."""
    posts = visible_to(Post.objects.select_related("thread__category__group", "author", "audience"), viewer)
    return posts.filter(pk=post_id).first()


def versions_of_post(post: Post) -> list[PostVersion]:
    """How the post read before, newest first. The post itself was asked for with a viewer."""
    return list(PostVersion.objects.filter(post=post).select_related("editor").order_by("-pk"))


def thread_page(thread: Thread, viewer: Viewer, start: int | None = None) -> ThreadPage:
    """The window of the thread that begins with post `start`; without it, where the viewer stopped reading."""
    read_to = _read_to(thread, viewer)
    if start is None:
        start = _where_to_begin(thread, viewer, read_to)
    start = max(1, min(start, thread.last_number))
    posts = visible_to(Post.objects.select_related("author").defer("source", "plain", "author__about"), viewer)
    window = list(posts.filter(thread=thread, number__gte=start).order_by("number")[: WINDOW + 1])
    later = window[WINDOW].number if len(window) > WINDOW else 0
    window = window[:WINDOW]
    mine = _mine(window, thread, viewer)
    printed = [Printed(p.number, post_piece(p, viewer.language, mine[p.pk]), since=False) for p in window]
    unread = [p for p in printed if p.number > read_to] if viewer.is_member and read_to else []
    if unread and unread[0].number > 1:
        unread[0].since = True
    return ThreadPage(
        thread=thread,
        posts=printed,
        first=window[0].number if window else 0,
        last=window[-1].number if window else 0,
        earlier=max(1, start - WINDOW) if start > 1 else 0,
        later=later,
        read_to=read_to,
        unread=len(unread),
        attention=(getattr(thread, "mine_attention", "") or getattr(thread, "category_attention", "") or ""),
    )


def _read_to(thread: Thread, viewer: Viewer) -> int:
    if not viewer.is_member:
        return 0
    own = getattr(thread, "mine_read_to", None)
    if own is not None:
        return int(own)
    from dugnad.forum.queries.unread import unread_of

    return unread_of([thread], viewer)[thread.pk].read_to


def _where_to_begin(thread: Thread, viewer: Viewer, read_to: int) -> int:
    if not viewer.is_member or not read_to or thread.last_number <= WINDOW:
        return 1
    if read_to >= thread.last_number:
        return thread.last_number - WINDOW + 1
    return read_to + 1 - CONTEXT


def _mine(window: list[Post], thread: Thread, viewer: Viewer) -> dict[int, Mine]:
    if not viewer.is_member:
        return defaultdict(lambda: STRANGER) if not thread.answer_id else {
            post.pk: Mine(is_answer=post.pk == thread.answer_id) for post in window
        }  # fmt: skip
    given, kept = _marks([post.pk for post in window], viewer)
    answers = bool(thread.kind == "question" and policies.can_change_state(viewer, thread))
    return {
        post.pk: Mine(
            member=True,
            own=post.author_id == viewer.person_id,
            given=frozenset(given[post.pk]),
            kept=post.pk in kept,
            answers=answers,
            is_answer=post.pk == thread.answer_id,
        )
        for post in window
    }


def _marks(ids: list[int], viewer: Viewer) -> tuple[dict[int, set[str]], set[int]]:
    """Which words the viewer gave these posts and which they keep, in one statement."""
    given: dict[int, set[str]] = defaultdict(set)
    kept: set[int] = set()
    reactions = Reaction.objects.filter(person=viewer.person_id, post__in=ids).values_list("post_id", "kind")
    bookmarks: Any = Bookmark.objects.filter(person=viewer.person_id, post__in=ids).values_list("post_id", Value("bookmark"))
    for post_id, kind in reactions.union(bookmarks, all=True):
        if kind == "bookmark":
            kept.add(post_id)
        else:
            given[post_id].add(kind)
    return given, kept
