"""Who may do what in the forum, and the sentence if not. Seeing is asked elsewhere: these get things that `who` can see."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Category, Post, Thread
from dugnad.kernel.audience import Viewer, viewer_of
from dugnad.kernel.place import the_place
from dugnad.kernel.policies import YES, Verdict, no

SIGN_IN_FIRST = _("Sign in to write here.")


def _viewer(who: Any) -> Viewer | None:
    """Policies are asked with a person (in actions) or with the viewer that the page has already (in views)."""
    is_person = hasattr(who, "session_epoch")
    viewer: Viewer | None = viewer_of(who) if is_person else who
    return viewer


def keeps(who: Any, category: Category) -> bool:
    """Is `who` a steward where this category is: of its group, or of the place for common ones."""
    viewer = _viewer(who)
    if viewer is None:
        return False
    key = f"stewards:group:{category.group_id}" if category.group_id else "stewards:place"
    return viewer.holds(key)


def can_see(who: Any, thing: Category | Thread | Post) -> Verdict:
    """Asked again by every action: a door that forgot to ask must not open the house."""
    viewer = _viewer(who)
    if viewer is not None and thing.audience_id in viewer.audiences():
        return YES
    return no(_("This is not here, or not for you to see."))


def can_write_in(who: Any, category: Category) -> Verdict:
    """May `who` write in the category at all."""
    viewer = _viewer(who)
    if viewer is None or not viewer.is_member:
        return no(SIGN_IN_FIRST)
    seen = can_see(viewer, category)
    if not seen:
        return seen
    if category.closed_at:
        return no(_("This category is closed. It can be read, and nobody writes in it any more."))
    if category.writers == Category.Writers.STEWARDS and not keeps(viewer, category):
        return no(_("Here only the stewards write. Everyone who sees it can read it."))
    if category.writers == Category.Writers.GROUP and not _belongs(viewer, category):
        return no(_("Only members of the group write here. Join the group to take part."))
    return YES


def _belongs(viewer: Viewer, category: Category) -> bool:
    """Is the viewer in the category's group, or, for a network, in one of its groups."""
    return viewer.holds(f"group:{category.group_id}") or viewer.holds(f"network:{category.group_id}")


def can_start_thread(who: Any, category: Category, kind: str = "talk") -> Verdict:
    """May `who` start a thread of this kind here."""
    viewer = _viewer(who)
    writing = can_write_in(viewer, category)
    if not writing:
        return writing
    if KINDS[kind].stewards_only and not keeps(viewer, category):
        return no(_("Announcements are written by the stewards. A talk reaches the same people."))
    return YES


def can_add_post(who: Any, thread: Thread) -> Verdict:
    """May `who` reply in the thread."""
    if thread.closed_at:
        return no(_("This thread is closed. Start a new one if there is more to say; you can link to this."))
    return can_write_in(who, thread.category)


def can_edit_post(who: Any, post: Post) -> Verdict:
    """One's own posts can be changed as long as they are there."""
    viewer = _viewer(who)
    if viewer is None or viewer.person_id is None or viewer.person_id != post.author_id:
        return no(_("Only the person who wrote a post can change it."))
    if post.deleted_at:
        return no(_("This post was deleted. There is nothing left to change."))
    return can_see(viewer, post)


def can_delete_post(who: Any, post: Post) -> Verdict:
    """One's own posts can be deleted."""
    viewer = _viewer(who)
    if viewer is None or viewer.person_id is None or viewer.person_id != post.author_id:
        return no(_("Only the person who wrote a post can delete it."))
    if post.deleted_at:
        return no(_("This post was deleted already."))
    return can_see(viewer, post)


def can_react(who: Any, post: Post) -> Verdict:
    """Members give words to the posts of others."""
    viewer = _viewer(who)
    if viewer is None or not viewer.is_member:
        return no(SIGN_IN_FIRST)
    if post.deleted_at:
        return no(_("This post was deleted."))
    return can_see(viewer, post)


def can_keep_bookmark(who: Any, post: Post) -> Verdict:
    """Members keep posts for themselves."""
    return can_react(who, post)


def _starter_or_steward(who: Any, thread: Thread, sentence: Any) -> Verdict:
    viewer = _viewer(who)
    if viewer is None or not viewer.is_member:
        return no(SIGN_IN_FIRST)
    seen = can_see(viewer, thread)
    if not seen:
        return seen
    if viewer.person_id != thread.author_id and not keeps(viewer, thread.category):
        return no(sentence)
    return YES


def can_edit_thread(who: Any, thread: Thread) -> Verdict:
    """Title and facts of a thread are changed by who started it, or by a steward."""
    return _starter_or_steward(who, thread, _("Only the person who started the thread, or a steward, can change this."))


def can_change_state(who: Any, thread: Thread) -> Verdict:
    """Where a need, an offer, a question or a project stands is said by who started it, or by a steward."""
    if not KINDS[thread.kind].states:
        return no(_("A thread of this kind has no states."))
    if thread.closed_at:
        return no(_("This thread is closed. Reopen it first."))
    return _starter_or_steward(who, thread, _("Only the person who started the thread, or a steward, can say this."))


def can_accept_answer(who: Any, post: Post) -> Verdict:
    """Which post answered a question is said by who asked, or by a steward."""
    if post.thread.kind != "question" or post.number == 1:
        return no(_("Only a reply to a question can be its answer."))
    if post.deleted_at:
        return no(_("This post was deleted."))
    return can_change_state(who, post.thread)


def can_close_thread(who: Any, thread: Thread) -> Verdict:
    """A thread is closed, with its outcome in words, by who started it or by a steward."""
    if thread.closed_at:
        return no(_("This thread is closed already."))
    return _starter_or_steward(who, thread, _("Only the person who started the thread, or a steward, can close it."))


def can_reopen_thread(who: Any, thread: Thread) -> Verdict:
    """Reopened by the same people who can close it."""
    if not thread.closed_at:
        return no(_("This thread is open."))
    return _starter_or_steward(who, thread, _("Only the person who started the thread, or a steward, can reopen it."))


def can_pin_thread(who: Any, thread: Thread) -> Verdict:
    """Stewards put a thread first in its category."""
    if not keeps(who, thread.category):
        return no(_("Only a steward can pin a thread."))
    return can_see(who, thread)


def can_create_category(who: Any, group_id: int | None = None) -> Verdict:
    """Common categories are made by stewards of the place, a group's own by its stewards."""
    viewer = _viewer(who)
    key = f"stewards:group:{group_id}" if group_id else "stewards:place"
    if viewer is None or not viewer.holds(key):
        return no(_("Only a steward can arrange the categories."))
    return YES


def can_edit_category(who: Any, category: Category) -> Verdict:
    """Arranged by the stewards where the category is."""
    return YES if keeps(who, category) else no(_("Only a steward can arrange the categories."))


def can_close_category(who: Any, category: Category) -> Verdict:
    """Any category can be closed but the one where people steer the place."""
    if category.closed_at:
        return no(_("This category is closed. It can be read, and nobody writes in it any more."))
    if category.about_this_place:
        return no(_("“{name}” is always there: here people steer the place itself.").format(name=category.name))
    return can_edit_category(who, category)


def can_reopen_category(who: Any, category: Category) -> Verdict:
    """Opened again by the same people who can close it, unless its group is gone."""
    if not category.closed_at:
        return no(_("This category is open."))
    if category.group is not None and category.group.closed_at:
        return no(_("The group of this category is closed."))
    return can_edit_category(who, category)


def place_languages() -> list[str]:
    """The languages a post can be written in here."""
    return list(the_place().languages) or ["en"]
