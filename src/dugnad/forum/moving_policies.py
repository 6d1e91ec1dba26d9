"""Who may move, split and merge threads. Nobody's words get more readers than they were written for, but by their writer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Category, Post, PostTranslation, PostVersion, Thread
from dugnad.forum.policies import SIGN_IN_FIRST, can_see, can_start_thread, keeps
from dugnad.forum.policies import _viewer as viewer_now
from dugnad.forum.reach import is_within
from dugnad.kernel.audience import Viewer
from dugnad.kernel.policies import YES, Verdict, no

WIDER = _(
    "More people can read “{name}” than this was written for, and others wrote here too. Start a new thread there and link "
    "to this one."
)
NARROWER = _("Fewer people can read “{name}”, and others wrote here too. Only a steward can move it there.")


def can_move_thread(who: Any, thread: Thread, category: Category | None = None) -> Verdict:
    """A steward of the room that the thread leaves, who may start such a thread where it goes; who started it, as long as the
    same people read it or nobody else wrote in it. Without `category`: may they move it at all.
    """
    viewer = viewer_now(who)
    there = _can_be_touched(viewer, thread)
    if not there or viewer is None:
        return there
    steward = keeps(viewer, thread.category)
    if not steward and viewer.person_id != thread.author_id:
        return no(_("Only the person who started the thread, or a steward, can move it."))
    if category is None:
        return YES
    if category.pk == thread.category_id:
        return no(_("The thread stands there already."))
    may_write = can_start_thread(viewer, category, thread.kind)
    if not may_write:
        return may_write
    return _readers_allow(viewer, thread, category, steward=steward, posts=Post.objects.filter(thread=thread))


def can_split_thread(
    who: Any, thread: Thread, category: Category | None = None, numbers: Collection[int] = ()
) -> Verdict:
    """A steward of the room; into a category where they may start a thread and nobody else's words get more readers."""
    viewer = viewer_now(who)
    there = _can_be_touched(viewer, thread)
    if not there or viewer is None:
        return there
    if not keeps(viewer, thread.category):
        return no(_("Only a steward can split a thread."))
    if category is None:
        return YES
    may_write = can_start_thread(viewer, category)
    if not may_write:
        return may_write
    chosen = Post.objects.filter(thread=thread, number__in=numbers)
    return _readers_allow(viewer, thread, category, steward=True, posts=chosen)


def can_merge_threads(who: Any, thread: Thread, into: Thread | None = None) -> Verdict:
    """A steward of both rooms, or who started both threads where the same people read them."""
    viewer = viewer_now(who)
    there = _can_be_touched(viewer, thread)
    if not there or viewer is None:
        return there
    steward, starter = keeps(viewer, thread.category), viewer.person_id == thread.author_id
    if not steward and not starter:
        return no(_("Only a steward, or the person who started both threads, can merge them."))
    if thread.source_key:
        return no(_("This text was taken in from a website. It stays a thread of its own."))
    if thread.closed_at:
        return no(_("This thread is closed with an outcome. Reopen it first, then it can be merged."))
    return YES if into is None else _can_be_merged_into(viewer, thread, into, steward=steward)


def _can_be_merged_into(viewer: Viewer, thread: Thread, into: Thread, *, steward: bool) -> Verdict:
    if into.pk == thread.pk:
        return no(_("A thread cannot be merged into itself. Choose another one."))
    there = _can_be_touched(viewer, into)
    if not there:
        return there
    if into.closed_at:
        return no(_("The other thread is closed. Reopen it first, then this one can be merged into it."))
    if steward and keeps(viewer, into.category):
        posts = Post.objects.filter(thread=thread)
        return _readers_allow(viewer, thread, into.category, steward=True, posts=posts)
    if {thread.author_id, into.author_id} != {viewer.person_id} or thread.audience_id != into.audience_id:
        return no(_("Only a steward of both places, or the person who started both threads, can merge them."))
    return YES


def _can_be_touched(viewer: Viewer | None, thread: Thread) -> Verdict:
    if viewer is None or not viewer.is_member:
        return no(SIGN_IN_FIRST)
    if thread.merged_into_id:
        return no(_("This thread was merged into another one already."))
    if thread.hidden_at:
        return no(_("This thread is hidden. It stays where it is until it is shown again."))
    return can_see(viewer, thread)


def _readers_allow(viewer: Viewer, thread: Thread, category: Category, *, steward: bool, posts: Any) -> Verdict:
    """What is moved keeps its readers or loses some; more readers it gets only when one person wrote all of it and moves it."""
    if category.audience_id == thread.audience_id or not wrote_others(viewer.person_id, posts):
        return YES
    name = category.said("name", viewer.language)
    if not is_within(category.audience, thread.audience):
        return no(WIDER.format(name=name))
    return YES if steward else no(NARROWER.format(name=name))


def wrote_others(person_id: int | None, posts: Any) -> bool:
    """Did anybody else write something in these posts: a post, a change of one, a translation."""
    standing = posts.filter(deleted_at=None)
    others = Q(author=None) | ~Q(author=person_id)
    if standing.filter(others).exists():
        return True
    changed = PostVersion.objects.filter(post__in=standing.values("pk")).filter(Q(editor=None) | ~Q(editor=person_id))
    return changed.exists() or PostTranslation.objects.filter(post__in=standing.values("pk")).filter(others).exists()
