"""Hiding posts and threads from all but who looks after the room and who wrote them, and showing them again.

What hangs on a hidden post is narrowed with it: its files, translations, what the search, notices and the record of deeds hold
of it. Nothing is deleted, so showing it again brings everything back; only mails that quoted it are gone for good.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from dugnad.forum import policies
from dugnad.forum.actions.posting import announce_post
from dugnad.forum.belongings import carry_belongings
from dugnad.forum.locking import locked
from dugnad.forum.models import Category, Post, Thread
from dugnad.forum.reach import readers_of_hidden
from dugnad.forum.telling import call_back_mails, call_back_mails_of
from dugnad.kernel.audience import Audience
from dugnad.kernel.happenings import Happening, key_of, on, record
from dugnad.kernel.live.bus import announce, ask_everybody_anew
from dugnad.kernel.policies import require
from dugnad.kernel.search import SearchEntry
from dugnad.kernel.stamps import touch_public
from dugnad.notices.models import Notice
from dugnad.people.models import Person

CHUNK = 400


@transaction.atomic
def hide_post(post: Post, *, by: Person) -> Post:
    """Nobody reads the post any more but the stewards of its room and who wrote it; a quiet line stands in its place. Mails
    that quote it are called back. Hiding an opening post hides its thread. Hiding a hidden post changes nothing.
    """
    thread = _locked_thread(post.thread_id)
    post = _locked(post)
    if post.number == 1:
        hide_thread(thread, by=by)
        return Post.objects.select_related("thread__category").get(pk=post.pk)
    if post.hidden_at is not None:
        return post
    require(policies.can_hide_post(by, post))
    post.hidden_at, post.hidden_by = timezone.now(), by
    _save_hidden(post, thread, change=1)
    call_back_mails(post)
    record("post_hidden", post, by=by, within=thread, number=post.number)
    return post


@transaction.atomic
def show_post(post: Post, *, by: Person) -> Post:
    """Whoever reads the thread reads the post again, with all that hung on it. Showing what is shown changes nothing."""
    thread = _locked_thread(post.thread_id)
    post = _locked(post)
    if post.number == 1:
        show_thread(thread, by=by)
        return Post.objects.select_related("thread__category").get(pk=post.pk)
    if post.hidden_at is None:
        return post
    require(policies.can_show_post(by, post))
    post.hidden_at = post.hidden_by = None
    _save_hidden(post, thread, change=-1)
    record("post_shown", post, by=by, within=thread, number=post.number)
    return post


def _save_hidden(post: Post, thread: Thread, change: int) -> None:
    post.revision += 1
    post.save(update_fields=["hidden_at", "hidden_by", "revision"])
    thread.hidden_count = F("hidden_count") + change
    thread.revision += 1
    thread.save(update_fields=["hidden_count", "revision"])
    share_posts([post.pk], _readers(post, thread))
    touch_public()
    announce_post("post_edited", post)


@transaction.atomic
def hide_thread(thread: Thread, *, by: Person) -> Thread:
    """The thread and everything in it is read by the stewards of its room and by who started it, and by nobody else; open
    pages are hung up. Hiding it again changes nothing.
    """
    thread = _locked_thread(thread.pk)
    if thread.hidden_at is not None:
        return thread
    require(policies.can_hide_thread(by, thread))
    thread.hidden_at, thread.hidden_by = timezone.now(), by
    _count_in_category(thread, -1)
    settle_readers(thread)
    call_back_mails_of(thread)
    record("thread_hidden", thread, by=by, within=thread.category)
    ask_everybody_anew()
    return thread


@transaction.atomic
def show_thread(thread: Thread, *, by: Person) -> Thread:
    """Whoever reads the category reads the thread again. Posts in it that were hidden for themselves stay hidden."""
    thread = _locked_thread(thread.pk)
    if thread.hidden_at is None:
        return thread
    require(policies.can_show_thread(by, thread))
    thread.hidden_at = thread.hidden_by = None
    _count_in_category(thread, 1)
    settle_readers(thread)
    record("thread_shown", thread, by=by, within=thread.category)
    return thread


def _count_in_category(thread: Thread, change: int) -> None:
    """A hidden thread is not counted where others count."""
    if thread.post_count:
        Category.objects.filter(pk=thread.category_id).update(thread_count=F("thread_count") + change)


def settle_readers(thread: Thread) -> None:
    """Thread and posts are read by whom they are to be read now: as the category says, unless they are hidden. Call it under
    the thread's lock when it was hidden, shown, or came into another room.
    """
    audience = _readers_of_thread(thread)
    thread.audience, thread.revision = audience, thread.revision + 1
    standing = Post.objects.filter(thread=thread, hidden_at=None)
    hidden = list(Post.objects.filter(thread=thread).exclude(hidden_at=None))
    thread.hidden_count = len(hidden)
    thread.save(update_fields=["audience", "hidden_at", "hidden_by", "hidden_count", "revision"])
    ids = list(standing.values_list("pk", flat=True))
    standing.update(audience=audience)
    for kept in (Notice, Happening):
        kept.objects.filter(Q(within=key_of(thread)) | Q(thing=key_of(thread))).update(audience=audience)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        SearchEntry.objects.filter(kind="post", thing_id__in=part).update(audience=audience)
        carry_belongings(part)
    for post in hidden:
        share_posts([post.pk], _readers(post, thread))
    touch_public()
    announce(f"thread:{thread.pk}", {"type": "thread_changed", "thread": thread.pk})


def _readers_of_thread(thread: Thread) -> Audience:
    if thread.hidden_at is not None:
        return readers_of_hidden(thread.category, thread.author_id)
    return thread.category.audience


def _readers(post: Post, thread: Thread) -> Audience:
    """Who reads one post. In a hidden thread a post that was hidden for itself is for the stewards alone: who wrote it could
    not open the thread.
    """
    if post.hidden_at is None:
        return thread.audience
    return readers_of_hidden(thread.category, None if thread.hidden_at else post.author_id)


def share_posts(posts: Iterable[int], audience: Audience) -> None:
    """These posts, and all that is kept of them, are read by `audience`."""
    ids = list(posts)
    Post.objects.filter(pk__in=ids).update(audience=audience)
    SearchEntry.objects.filter(kind="post", thing_id__in=ids).update(audience=audience)
    keys = [f"post:{pk}" for pk in ids]
    for kept in (Notice, Happening):
        kept.objects.filter(thing__in=keys).update(audience=audience)
    carry_belongings(ids)


@on("group_hidden")
def keep_hidden(happening: Happening, group: Any, by: Any) -> None:
    """What is hidden in a group that hides itself stays hidden from its people."""
    threads = Thread.objects.select_for_update(of=("self",)).select_related("category__audience")
    for thread in threads.filter(Q(hidden_count__gt=0) | ~Q(hidden_at=None), category__group=group):
        settle_readers(thread)


@on("group_left", "member_removed")
def lose_hidden_posts(happening: Happening, group: Any, by: Any) -> None:
    """Who is no longer in a group does not read what stewards hid of theirs there either."""
    hidden = Post.objects.filter(thread__category__group=group, author=happening.payload["person"])
    for post in hidden.exclude(hidden_at=None).select_related("thread__category"):
        share_posts([post.pk], readers_of_hidden(post.thread.category, None))


def _locked_thread(thread_id: int) -> Thread:
    return locked(Thread.objects.select_related("category__audience", "audience"), thread_id)


def _locked(post: Post) -> Post:
    return locked(Post.objects.select_related("thread__category"), post.pk)
