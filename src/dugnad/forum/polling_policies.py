"""Who may ask, vote and close in polls, and the sentence if not."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Category, Poll, Post
from dugnad.forum.policies import SIGN_IN_FIRST, can_add_post, can_edit_post, can_see, can_write_in, keeps
from dugnad.kernel.audience import Viewer, viewer_of
from dugnad.kernel.policies import YES, Verdict, no

HIDDEN = _("A steward hid this post. Nobody votes under it while it is hidden.")
CLOSED = _("This poll is closed. Its result stands under the question.")


def _viewer(who: Any) -> Viewer | None:
    viewer: Viewer | None = viewer_of(who) if hasattr(who, "session_epoch") else who
    return viewer


def can_add_poll(who: Any, post: Post) -> Verdict:
    """Who wrote a post can ask a question under it, one, while others can still answer in the thread."""
    viewer = _viewer(who)
    if viewer is None or viewer.person_id is None or viewer.person_id != post.author_id:
        return no(
            _("Only the person who wrote a post can add a poll to it. You can write a post of your own with one.")
        )
    own = can_edit_post(viewer, post)
    if not own:
        return own
    writing = can_add_post(viewer, post.thread)
    if not writing:
        return writing
    if Poll.objects.filter(post=post).exists():
        return no(_("There is a poll under this post already. A second one needs a post of its own."))
    return YES


def can_edit_poll(who: Any, poll: Poll) -> Verdict:
    """Until somebody votes, who asked can change everything: later the votes would mean something else."""
    viewer = _viewer(who)
    if viewer is None or viewer.person_id is None or viewer.person_id != poll.post.author_id:
        return no(_("Only the person who asked can change the poll."))
    if poll.is_closed(timezone.now()):
        return no(CLOSED)
    if poll.voter_count:
        return no(
            _("Somebody has voted, so question and options stay as they are. You can close the poll and ask anew.")
        )
    return can_edit_post(viewer, poll.post)


def can_remove_poll(who: Any, poll: Poll) -> Verdict:
    """The same: until somebody votes. Afterwards it goes with its post."""
    return can_edit_poll(who, poll)


def can_cast_vote(who: Any, poll: Poll) -> Verdict:
    """Everybody who may write where the thread is; where only stewards write, everybody whom they write to."""
    viewer = _viewer(who)
    if viewer is None or not viewer.is_member:
        return no(SIGN_IN_FIRST)
    post = poll.post
    if post.deleted_at or post.hidden_at:
        return no(HIDDEN)
    if poll.is_closed(timezone.now()):
        return no(CLOSED)
    if post.thread.closed_at:
        return no(_("This thread is closed, and its polls with it."))
    seen = can_see(viewer, post)
    return can_take_part(viewer, post.thread.category) if seen else seen


def can_take_part(who: Any, category: Category) -> Verdict:
    """Everybody who may write in the category; where only stewards write, also those whom they write to: its group, or every
    member.
    """
    if category.writers != Category.Writers.STEWARDS:
        return can_write_in(who, category)
    writers = Category.Writers.GROUP if category.group_id else Category.Writers.MEMBERS
    as_if = Category(
        pk=category.pk, group_id=category.group_id, audience_id=category.audience_id, writers=writers,
        closed_at=category.closed_at,
    )  # fmt: skip
    return can_write_in(who, as_if)


def can_withdraw_vote(who: Any, poll: Poll) -> Verdict:
    """As long as one can vote one can take it back."""
    return can_cast_vote(who, poll)


def can_close_poll(who: Any, poll: Poll) -> Verdict:
    """Who asked, and stewards there."""
    viewer = _viewer(who)
    if viewer is None or not viewer.is_member:
        return no(SIGN_IN_FIRST)
    if poll.is_closed(timezone.now()):
        return no(CLOSED)
    if viewer.person_id != poll.post.author_id and not keeps(viewer, poll.post.thread.category):
        return no(_("Only the person who asked, or a steward, can close the poll."))
    return can_see(viewer, poll.post)
