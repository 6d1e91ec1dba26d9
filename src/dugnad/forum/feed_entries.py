"""What stands in feeds: the newest threads of a list, the newest posts of a thread, what is new for one person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _

from dugnad.forum.facts import thread_facts
from dugnad.forum.feeds import Entry
from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Attention, Category, Post, Thread
from dugnad.forum.queries.unread import unread_of
from dugnad.forum.rows import author_name, writer_name
from dugnad.kernel.audience import PUBLIC, Viewer, visible_to

MOST_THREADS = 30
MOST_POSTS = 50


def as_public(viewer: Viewer) -> Viewer:
    """The viewer as the public: sees what anyone sees, without whom they blocked."""
    return Viewer("stranger", None, frozenset({PUBLIC}), viewer.language, hidden=viewer.hidden)


def thread_entries(
    viewer: Viewer, *, category: Category | None = None, group_id: int | None = None, kind: str = ""
) -> list[Entry]:
    """The newest threads that the viewer may see, by when they were started, each with its opening post."""
    threads = visible_to(Thread.objects.filter(post_count__gt=0).select_related("author"), viewer)
    if category is not None:
        threads = threads.filter(category=category)
    if group_id is not None:
        threads = threads.filter(category__group=group_id)
    if kind:
        threads = threads.filter(kind=kind)
    newest = list(threads.order_by("-pk")[:MOST_THREADS])
    first = _standing(Post.objects.filter(thread__in=newest, number=1), viewer)
    opening = {post.thread_id: post for post in first}
    return [_of_thread(thread, opening.get(thread.pk), viewer) for thread in newest]


def post_entries(thread: Thread, viewer: Viewer) -> list[Entry]:
    """The newest posts of a thread that the viewer may see."""
    posts = _standing(Post.objects.filter(thread=thread).select_related("thread", "author"), viewer)
    return [_of_post(post, viewer) for post in posts.order_by("-number")[:MOST_POSTS]]


def new_entries(viewer: Viewer) -> list[Entry]:
    """The newest posts by others in what the viewer may see and has not muted. What was read stays among them."""
    posts = _standing(Post.objects.select_related("thread", "author"), viewer).exclude(author=viewer.person_id)
    if viewer.hidden:
        posts = posts.exclude(thread__author__in=viewer.hidden)
    newest = list(posts.order_by("-pk")[: 2 * MOST_POSTS])
    threads = {post.thread_id: post.thread for post in newest}
    attention = unread_of(list(threads.values()), viewer)
    heard = [post for post in newest if attention[post.thread_id].attention != Attention.MUTE]
    return [_of_post(post, viewer) for post in heard[:MOST_POSTS]]


def _standing(posts: QuerySet[Post], viewer: Viewer) -> QuerySet[Post]:
    """Those that are neither deleted nor hidden: a feed cannot take back what a reader has fetched."""
    return visible_to(posts, viewer).filter(deleted_at=None, hidden_at=None)


def _of_thread(thread: Thread, opening: Post | None, viewer: Viewer) -> Entry:
    changed = opening.edited_at if opening is not None else None
    return Entry(
        path=f"/t/{thread.pk}",
        title=thread.title,
        language=thread.language,
        author=author_name(thread.author, from_elsewhere=bool(thread.source_key), carried=thread.carried),
        published=thread.created_at,
        updated=changed or thread.created_at,
        html=_facts(thread, viewer) + (opening.html if opening is not None else ""),
        kind=thread.kind,
        label=str(KINDS[thread.kind].label),
    )


def _of_post(post: Post, viewer: Viewer) -> Entry:
    words = _("{name} in “{title}”").format(name=writer_name(post), title=post.thread.title)
    return Entry(
        path=post.url,
        title=post.thread.title if post.number == 1 else words,
        language=post.language,
        author=writer_name(post),
        published=post.created_at,
        updated=post.edited_at or post.created_at,
        html=(_facts(post.thread, viewer) if post.number == 1 else "") + post.html,
    )


def _facts(thread: Thread, viewer: Viewer) -> str:
    rows: Iterable[tuple[object, object]] = thread_facts(thread, viewer).rows
    return "".join(format_html("<p><b>{}</b>: {}</p>", label, value) for label, value in rows)
