"""Who may plan posts and keep searches, and the sentence if not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.forum.models import SavedSearch, ScheduledPost
from dugnad.kernel.policies import YES, Verdict, no
from dugnad.people.models import Person
from dugnad.people.policies import can_sign_in

MOST_PLANNED = 50
MOST_SEARCHES = 30
FURTHEST = timedelta(days=366)


def can_schedule_post(who: Person, due_at: datetime) -> Verdict:
    """Everybody plans their own posts, for a moment that comes within a year, up to `MOST_PLANNED` at a time."""
    if not can_sign_in(who):
        return can_sign_in(who)
    if ScheduledPost.objects.filter(author=who, published_at=None).count() >= MOST_PLANNED:
        return no(_("You have {n} posts for later. Publish or delete one of them first.").format(n=MOST_PLANNED))
    return _comes(due_at)


def can_change_scheduled(who: Person, planned: ScheduledPost, due_at: datetime | None = None) -> Verdict:
    """Its author changes it until it is published."""
    if planned.author_id != who.pk:
        return no(_("This is not here, or not for you to see."))
    if planned.published_at:
        return no(_("This is published already. You can change it as a post."))
    return _comes(due_at) if due_at else YES


def can_publish_scheduled(who: Person, planned: ScheduledPost) -> Verdict:
    """By its author, or in their name when its time has come. Whether they may write there is asked by the deed itself."""
    allowed = can_change_scheduled(who, planned)
    return can_sign_in(who) if allowed else allowed


def can_forget_scheduled(who: Person, planned: ScheduledPost) -> Verdict:
    """A plan is deleted by whoever made it."""
    return YES if planned.author_id == who.pk else no(_("This is not here, or not for you to see."))


def _comes(due_at: datetime) -> Verdict:
    if due_at <= timezone.now():
        return no(_("That moment is over. Choose one that comes, or publish now."))
    if due_at > timezone.now() + FURTHEST:
        return no(_("That is more than a year away. Choose an earlier day."))
    return YES


def can_save_search(who: Person) -> Verdict:
    """Everybody keeps searches, up to `MOST_SEARCHES`."""
    if SavedSearch.objects.filter(person=who).count() >= MOST_SEARCHES:
        return no(_("You keep {n} searches. Delete one of them first.").format(n=MOST_SEARCHES))
    return can_sign_in(who)


def can_keep_search(who: Person, saved: SavedSearch) -> Verdict:
    """A search is renamed, silenced and deleted by whoever keeps it."""
    return YES if saved.person_id == who.pk else no(_("This is not here, or not for you to see."))
