"""Who may report, act, appeal and answer, and the sentence if not.

Nobody acts on themselves. Stewards may hide a post of another steward of their room and warn them; to pause or remove them, their
stewardship ends first. Who was asked about one post, because its room had nobody else, hides and warns and nothing more.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dugnad.care.asking import answerers, was_asked_about
from dugnad.care.kinds import kind_named
from dugnad.care.models import Appeal, Report, StewardDeed
from dugnad.care.rooms import Room, room_of_thread, stewards_of
from dugnad.forum.models import Post
from dugnad.forum.policies import can_close_thread, can_hide_post, can_see, keeps
from dugnad.groups.policies import can_remove_member
from dugnad.kernel.audience import Viewer, viewer_of
from dugnad.kernel.policies import YES, Verdict, no

Kind = StewardDeed.Kind
# What somebody can do who was asked about one post and does not look after its room.
FOR_WHO_WAS_ASKED = (Kind.HIDE, Kind.HIDE_THREAD, Kind.WARN)


def _viewer(who: Any) -> Viewer:
    viewer: Viewer = viewer_of(who) if hasattr(who, "session_epoch") else who
    return viewer


def can_look_after(who: Any, room: Room) -> Verdict:
    """Stewards see what waits in their room."""
    if room.is_kept_by(_viewer(who)):
        return YES
    return no(_("This is for the stewards. What they did stands in the log: {link}").format(link=room.log_url))


def can_report_post(who: Any, post: Post) -> Verdict:
    """Members report what others wrote, once while it is open."""
    viewer = _viewer(who)
    seen = can_see(viewer, post) if viewer.is_member else no(_("Sign in to report a post."))
    if not seen:
        return seen
    if post.author_id == viewer.person_id:
        return no(_("You wrote this yourself. You can change or delete it."))
    if post.deleted_at:
        return no(_("This post was deleted. There is nothing left to look at."))
    if post.hidden_at:
        return no(_("A steward hid this post already."))
    if Report.objects.filter(post=post, reporter=viewer.person_id, settled_at=None).exists():
        return no(_("You reported this post already. You get a notice when somebody has looked at it."))
    return YES


def can_settle_reports(who: Any, post: Post) -> Verdict:
    """The stewards of the room, and who was asked, but never who wrote the post."""
    viewer = _viewer(who)
    if not keeps(viewer, post.thread.category) and not was_asked_about(viewer, post.pk):
        return no(_("Only the stewards of this room can do this."))
    if viewer.person_id == post.author_id:
        return no(_("You wrote this yourself. Another steward looks at it."))
    return YES


def can_write_deed(who: Any, kind: str, post: Post) -> Verdict:
    """May `who` do this as a steward about this post, or about who wrote it."""
    viewer = _viewer(who)
    may = can_settle_reports(viewer, post)
    if not may:
        return may
    if kind not in FOR_WHO_WAS_ASKED and not keeps(viewer, post.thread.category):
        return no(_("You were asked about this one post. You can hide it and warn who wrote it."))
    if kind in (Kind.HIDE, Kind.HIDE_THREAD):
        return _can_hide(viewer, kind, post)
    if kind == Kind.CLOSE:
        return (
            can_close_thread(viewer, post.thread) if post.number == 1 else no(_("Close a thread from its first post."))
        )
    return _can_act_on_author(viewer, kind, post, room_of_thread(post.thread))


def _can_hide(viewer: Viewer, kind: str, post: Post) -> Verdict:
    if (kind == Kind.HIDE_THREAD) != (post.number == 1):
        return no(_("A first post is hidden with its thread, any other post alone."))
    if post.hidden_at or (post.number == 1 and post.thread.hidden_at):
        return no(_("This is hidden already."))
    return can_hide_post(viewer, post)


def _can_act_on_author(viewer: Viewer, kind: str, post: Post, room: Room) -> Verdict:
    if post.author is None or post.author.erased_at:
        return no(_("Who wrote this is no longer here."))
    if kind == Kind.PAUSE and post.author_id in stewards_of(room):
        return no(_("{name} is a steward here. End that first.").format(name=post.author.name))
    if kind == Kind.REMOVE:
        if room.group is None:
            return no(_("Nobody can be removed from the place here. You can pause their writing."))
        return can_remove_member(viewer, room.group, post.author)
    return YES


def can_undo_deed(who: Any, deed: StewardDeed) -> Verdict:
    """The stewards of the room take back what was done there, and who answers its appeal; never for themselves."""
    viewer = _viewer(who)
    if deed.undone_at:
        return no(_("This was taken back already."))
    if not kind_named(deed.kind).undo:
        return no(_("This cannot be taken back."))
    if deed.person_id is not None and deed.person_id == viewer.person_id:
        return no(_("This was about you. Ask for another look, and somebody else decides."))
    if not Room(deed.group).is_kept_by(viewer) and not was_asked_about(viewer, deed.post_id):
        return no(_("Only the stewards of this room can do this."))
    return YES


def can_appeal_deed(who: Any, deed: StewardDeed) -> Verdict:
    """Whom a deed was about asks once for another look."""
    viewer = _viewer(who)
    if deed.person_id is None or deed.person_id != viewer.person_id or not kind_named(deed.kind).to_person:
        return no(_("Only the person whom this was about can ask for another look."))
    if deed.undone_at:
        return no(_("This was taken back already."))
    if Appeal.objects.filter(deed=deed).exists():
        return no(_("You have asked for another look already."))
    return YES


def can_answer_appeal(who: Any, appeal: Appeal) -> Verdict:
    """Somebody who did not do it and whom it was not about: another steward, or, where there is none, one of the place."""
    viewer = _viewer(who)
    deed = appeal.deed
    if appeal.answered_at:
        return no(_("Somebody answered this already. Nothing was changed."))
    if viewer.person_id == deed.person_id:
        return no(_("You asked this yourself. Somebody else answers."))
    if deed.by_id is not None and viewer.person_id == deed.by_id:
        return no(_("You did this yourself. Somebody else answers."))
    if viewer.person_id not in answerers(deed).ids:
        return no(_("Only the stewards of this room can do this."))
    return YES
