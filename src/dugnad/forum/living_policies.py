"""Who may make a living document, change it and end it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Post
from dugnad.forum.policies import SIGN_IN_FIRST, can_edit_post, can_see, keeps
from dugnad.forum.policies import _viewer as viewer_now
from dugnad.kernel.audience import Viewer
from dugnad.kernel.policies import YES, Verdict, no


def can_make_living(who: Any, post: Post) -> Verdict:
    """Who wrote it opens it to the hands of others; a steward does so only when nobody is there any more who wrote it."""
    viewer = viewer_now(who)
    there = _can_be_touched(viewer, post)
    if not there or viewer is None:
        return there
    if post.living_since:
        return no(_("This is a living document already: all who may write here can change it."))
    if viewer.person_id == post.author_id or (post.author_id is None and keeps(viewer, post.thread.category)):
        return YES
    return no(_("Only the person who wrote a post can let others change it."))


def can_end_living(who: Any, post: Post) -> Verdict:
    """Who wrote it, or a steward there, keeps it as it is from now on."""
    viewer = viewer_now(who)
    there = _can_be_touched(viewer, post)
    if not there or viewer is None:
        return there
    if not post.living_since:
        return no(_("This is no living document. Only the person who wrote it can change it."))
    if viewer.person_id == post.author_id or keeps(viewer, post.thread.category):
        return YES
    return no(_("Only the person who wrote it, or a steward, can end a living document."))


def can_restore_version(who: Any, post: Post) -> Verdict:
    """An earlier text is put back by those who can change the post: it is a change like any other."""
    return can_edit_post(who, post)


def _can_be_touched(viewer: Viewer | None, post: Post) -> Verdict:
    if viewer is None or not viewer.is_member:
        return no(SIGN_IN_FIRST)
    if post.deleted_at:
        return no(_("This post was deleted. There is nothing left to change."))
    return can_see(viewer, post)
