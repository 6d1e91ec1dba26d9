"""Who may do what in the forum, and the sentence if not. Seeing is asked elsewhere: these get things that `who` can see."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Category, Post, Thread
from dugnad.forum.ways import also_care
from dugnad.kernel import registry
from dugnad.kernel.audience import Viewer, viewer_of
from dugnad.kernel.place import the_place
from dugnad.kernel.policies import YES, Verdict, no

SIGN_IN_FIRST = _("Sign in to write here.")
VISITING = _("You visit this group to read. Only its members write here.")
MERGED = _("This thread was merged into another one meanwhile. Its address leads there.")


def _viewer(who: Any) -> Viewer | None:
    """Policies are asked with a person (in actions) or with the viewer that the page has already (in views)."""
    is_person = hasattr(who, "session_epoch")
    viewer: Viewer | None = viewer_of(who) if is_person else who
    if is_person and viewer is not None:
        viewer.may_be_stopped = True  # what was so when their page was asked for may have changed since
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
    return _not_stopped(viewer, category)


def _not_stopped(viewer: Viewer, category: Category) -> Verdict:
    """Yes, unless a hall says that this person does not write here for now. Costs nothing for those whom nothing stops."""
    if _only_visits(viewer, category):
        return no(VISITING)
    if viewer.may_be_stopped and viewer.person_id:
        for stop in registry.writing_stops:
            if sentence := stop(viewer.person_id, category.group_id):
                return no(sentence)
    return YES


def _belongs(viewer: Viewer, category: Category) -> bool:
    """Is the viewer in the category's group, or, for a network, in one of its groups."""
    return viewer.holds(f"group:{category.group_id}") or viewer.holds(f"network:{category.group_id}")


def _only_visits(viewer: Viewer, category: Category) -> bool:
    """Is the viewer a steward of the place who entered the category's group to read."""
    return bool(category.group_id) and viewer.holds(f"visit:group:{category.group_id}")


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
    if thread.merged_into_id:
        return no(MERGED)
    if thread.hidden_at:
        return no(_("A steward hid this thread. Nobody writes in it while it is hidden."))
    if thread.closed_at:
        return no(_("This thread is closed. Start a new one if there is more to say; you can link to this."))
    return can_write_in(who, thread.category)


def can_edit_post(who: Any, post: Post) -> Verdict:
    """One's own posts can be changed as long as they are there; a living document by all who may write in its thread."""
    viewer = _viewer(who)
    if post.living_since and not post.deleted_at and (viewer is None or viewer.person_id != post.author_id):
        writing = can_add_post(viewer, post.thread)
        return can_see(viewer, post) if writing else writing
    if viewer is None or viewer.person_id is None or viewer.person_id != post.author_id:
        return no(_("Only the person who wrote a post can change it."))
    if post.deleted_at:
        return no(_("This post was deleted. There is nothing left to change."))
    return can_see(viewer, post) and _not_stopped(viewer, post.thread.category)


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
    if post.hidden_at:
        return no(_("A steward hid this post."))
    if _only_visits(viewer, post.thread.category):
        return no(VISITING)
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
    if thread.merged_into_id:
        return no(MERGED)
    if viewer.person_id != thread.author_id and not keeps(viewer, thread.category):
        return no(sentence)
    return _not_stopped(viewer, thread.category)


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
    if post.hidden_at:
        return no(_("A steward hid this post."))
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
    sentence = _("Only the person who started the thread, or a steward, can reopen it.")
    may = _starter_or_steward(who, thread, sentence)
    return may or (YES if any(asked(_viewer(who), thread.pk, 1) for asked in also_care) else may)


def can_pin_thread(who: Any, thread: Thread) -> Verdict:
    """Stewards put a thread first in its category."""
    if thread.merged_into_id:
        return no(MERGED)
    if not keeps(who, thread.category):
        return no(_("Only a steward can pin a thread."))
    return can_see(who, thread)


def can_hide_post(who: Any, post: Post) -> Verdict:
    """Stewards hide what others wrote in their room; so does who was asked about this one post."""
    if post.number == 1:
        return can_hide_thread(who, post.thread)
    if post.deleted_at:
        return no(_("This post was deleted. There is nothing left to hide."))
    return _cares_for(who, post.thread, post.number, post.author_id)


def can_show_post(who: Any, post: Post) -> Verdict:
    """Shown again by the same people who can hide it: never by who wrote it."""
    return can_hide_post(who, post)


def can_hide_thread(who: Any, thread: Thread) -> Verdict:
    """Stewards hide threads that others started in their room; so does who was asked about its opening post."""
    return _cares_for(who, thread, 1, thread.author_id)


def can_show_thread(who: Any, thread: Thread) -> Verdict:
    """Shown again by the same people who can hide it: never by who started it."""
    return can_hide_thread(who, thread)


def _cares_for(who: Any, thread: Thread, number: int, author_id: int | None) -> Verdict:
    viewer = _viewer(who)
    if viewer is None or viewer.person_id is None:
        return no(SIGN_IN_FIRST)
    if not keeps(viewer, thread.category) and not any(asked(viewer, thread.pk, number) for asked in also_care):
        return no(_("Only a steward of this room can hide something in it."))
    if viewer.person_id == author_id:
        return no(_("You wrote this yourself. Whether it is hidden is decided by another steward."))
    return YES


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


def can_make_feed_key(who: Any) -> Verdict:
    """Every member can have a feed of their own."""
    viewer = _viewer(who)
    return YES if viewer is not None and viewer.is_member else no(SIGN_IN_FIRST)
