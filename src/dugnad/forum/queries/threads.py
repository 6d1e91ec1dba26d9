"""One thread as a page: a window of posts by their numbers, whatever the length of the thread."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, Value
from django.utils.safestring import SafeString

from dugnad.forum.models import Bookmark, Post, PostVersion, Reaction, Thread
from dugnad.forum.pieces import ANSWER, STRANGER, Mine, Slight, post_pieces
from dugnad.forum.queries.unread import Kin, unread_and_kin
from dugnad.forum.quotes import without_quotes_of
from dugnad.forum.writing import words_of
from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.text import excerpt, render

WINDOW = 20
# Posts that stand before the first unread one, so that one knows where one is.
CONTEXT = 2
MOST_VERSIONS = 50
DESCRIPTION = 160
SLIGHT = ("pk", "number", "revision", "author_id", "living_since")
# Quiet lines on one page. After a wave of spam a page of these is enough to see that there was one.
MOST_HIDDEN = 60


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
    kin: Kin
    keep: bool = True  # may be kept for strangers: no poll in it is about to close


def thread_by_id(thread_id: int, viewer: Viewer) -> Thread | None:
    """The thread with its category and group. What seldom is there (an answer, who closed it) is fetched when it is."""
    threads = visible_to(Thread.objects.select_related("category__group", "audience"), viewer)
    thread = next(iter(threads.filter(pk=thread_id, merged_into=None)), None)
    if thread is not None and (thread.answer_id or thread.met_by_id or thread.closed_by_id):
        _fetch_names(thread)
    return thread


def _fetch_names(thread: Thread) -> None:
    """Whom the head of the thread names, in one statement."""
    named = Thread.objects.select_related("answer__author", "met_by", "closed_by").defer(
        "outcome", "outcome_html", "fields", "answer__source", "answer__html", "answer__plain", "answer__author__about",
        "met_by__about", "closed_by__about",
    )  # fmt: skip
    found = named.get(pk=thread.pk)
    thread.answer, thread.met_by, thread.closed_by = found.answer, found.met_by, found.closed_by


@dataclass(frozen=True, slots=True)
class Relatives:
    """The threads that belong to a thread: what it grew out of, what grew out of it, the same text in other languages."""

    origin: Thread | None
    offspring: list[Thread]
    pairs: list[Thread]


NO_RELATIVES = Relatives(None, [], [])
MOST_RELATIVES = 40


def relatives_of(thread: Thread, kin: Kin, viewer: Viewer) -> Relatives:
    """The relatives of the thread that the viewer may see, in one statement; in none when `kin` says that there are none."""
    if not (thread.grew_out_of_id or kin.offspring or kin.pairs):
        return NO_RELATIVES
    first = thread.pair_of_id or thread.pk
    wanted = Q(pk=thread.grew_out_of_id) | Q(grew_out_of=thread.pk) | Q(pk=first) | Q(pair_of=first)
    found = visible_to(Thread.objects.filter(wanted).exclude(pk=thread.pk), viewer).order_by("pk")[:MOST_RELATIVES]
    threads = list(found)
    return Relatives(
        origin=next((one for one in threads if one.pk == thread.grew_out_of_id), None),
        offspring=[one for one in threads if one.grew_out_of_id == thread.pk],
        pairs=sorted((t for t in threads if first in (t.pk, t.pair_of_id)), key=lambda one: one.language),
    )


def description_of(thread: Thread) -> str:
    """One line about the thread for share cards and search engines: what it led to, else how it begins."""
    if thread.closed_at and thread.outcome:
        return excerpt(render(thread.outcome).plain, DESCRIPTION)
    opening = Post.objects.select_related("thread").filter(thread=thread, number=1, hidden_at=None).first()
    return excerpt(words_of(opening), DESCRIPTION) if opening else ""


def post_by_number(thread_id: int, number: int, viewer: Viewer) -> Post | None:
    """One post by its place in the thread."""
    posts = visible_to(Post.objects.select_related("thread__category__group", "author", "audience"), viewer)
    return posts.filter(thread=thread_id, number=number).first()


def post_of_id(post_id: int, viewer: Viewer) -> Post | None:
    """One post by its id."""
    posts = visible_to(Post.objects.select_related("thread__category__group", "author", "audience"), viewer)
    return posts.filter(pk=post_id).first()


def versions_of_post(post: Post) -> list[PostVersion]:
    """How the post read before, the newest `MOST_VERSIONS` first. The post itself was asked for with a viewer."""
    return list(PostVersion.objects.filter(post=post).order_by("-pk")[:MOST_VERSIONS])


def thread_page(
    thread: Thread, viewer: Viewer, start: int | None = None, *,
    chooses_answer: bool = False, keeps: bool = False, writes: bool = False,
) -> ThreadPage:  # fmt: skip
    """The window of the thread that begins with post `start`; without it, where the viewer stopped reading.

    `chooses_answer`: the viewer may say which post answered the question. `keeps`: they are a steward of the room. `writes`:
    they may write in the thread, and change what is a living document.
    """
    reading, kin = unread_and_kin(thread, viewer)
    if start is None:
        start = _where_to_begin(thread, viewer, reading.read_to)
    start = max(1, min(start, thread.last_number))
    posts = visible_to(Post.objects.filter(thread=thread, number__gte=start), viewer).order_by("number")
    window = [Slight(*row) for row in posts.values_list(*SLIGHT)[: WINDOW + 1]]
    later = window[WINDOW].number if len(window) > WINDOW else 0
    window = window[:WINDOW]
    mine = _mine(window, thread, viewer, chooses_answer, keeps)
    if writes:
        mine |= {post.pk: replace(mine[post.pk], writes=True) for post in window if post.living}
    if thread.hidden_count:
        window = _with_hidden(window, mine, thread, viewer, start, later)
    pieces = without_quotes_of(post_pieces(window, viewer.language, mine, viewer.hidden), viewer.hidden)
    printed = [Printed(post.number, piece, since=False) for post, piece in zip(window, pieces, strict=True)]
    unread = [p for p in printed if p.number > reading.read_to] if viewer.is_member and reading.read_to else []
    if unread and unread[0].number > 1:
        unread[0].since = True
    return ThreadPage(
        thread=thread,
        posts=printed,
        first=window[0].number if window else 0,
        last=window[-1].number if window else 0,
        earlier=max(1, start - WINDOW) if start > 1 else 0,
        later=later,
        read_to=reading.read_to,
        unread=len(unread),
        attention=reading.attention,
        kin=kin,
    )


def _with_hidden(  # noqa: PLR0917 - what the window is made of
    window: list[Slight], mine: dict[int, Mine], thread: Thread, viewer: Viewer, start: int, later: int
) -> list[Slight]:
    """The window with a quiet line for each post in it that is hidden from this viewer. It says that there is one, so it needs
    no audience; whose it was and what it said is not fetched for the line.
    """
    hidden = Post.objects.filter(thread=thread, number__gte=start, hidden_at__isnull=False)
    hidden = hidden.filter(number__lt=later) if later else hidden
    rows = hidden.exclude(pk__in=[post.pk for post in window]).order_by("number")
    lines = [
        Slight(pk, number, revision, None) for pk, number, revision in rows.values_list("pk", "number", "revision")
    ]
    mine |= {line.pk: Mine(member=viewer.is_member) for line in lines[:MOST_HIDDEN]}
    return sorted([*window, *lines[:MOST_HIDDEN]], key=lambda post: post.number)


def _where_to_begin(thread: Thread, viewer: Viewer, read_to: int) -> int:
    if not viewer.is_member or not read_to or thread.last_number <= WINDOW:
        return 1
    if read_to >= thread.last_number:
        return thread.last_number - WINDOW + 1
    return read_to + 1 - CONTEXT


def _mine(window: list[Slight], thread: Thread, viewer: Viewer, chooses_answer: bool, keeps: bool) -> dict[int, Mine]:
    if not viewer.is_member:
        return {post.pk: ANSWER if post.pk == thread.answer_id else STRANGER for post in window}
    given, kept = _marks([post.pk for post in window], viewer)
    return {
        post.pk: Mine(
            member=True,
            own=post.author_id == viewer.person_id,
            given=frozenset(given[post.pk]),
            kept=post.pk in kept,
            keeps=keeps,
            answers=chooses_answer,
            is_answer=post.pk == thread.answer_id,
        )
        for post in window
    }


def _marks(ids: list[int], viewer: Viewer) -> tuple[dict[int, set[str]], set[int]]:
    """Which words the viewer gave these posts and which they keep, in one statement."""
    given: dict[int, set[str]] = defaultdict(set)
    kept: set[int] = set()
    reactions = Reaction.objects.filter(person=viewer.person_id, post__in=ids).values_list("post_id", "kind")
    bookmarks: Any = Bookmark.objects.filter(person=viewer.person_id, post__in=ids).values_list(
        "post_id", Value("bookmark")
    )
    for post_id, kind in reactions.union(bookmarks, all=True):
        if kind == "bookmark":
            kept.add(post_id)
        else:
            given[post_id].add(kind)
    return given, kept
