"""Who may keep a draft, and when there are too many."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dugnad.kernel.policies import YES, Verdict, no
from dugnad.people.models import Draft, Person
from dugnad.people.policies import can_sign_in

MOST_DRAFTS = 50


def can_save_draft(who: Person, place: str) -> Verdict:
    """Everybody keeps their own, up to `MOST_DRAFTS` places."""
    if not can_sign_in(who):
        return can_sign_in(who)
    if Draft.objects.filter(person=who).exclude(place=place).count() >= MOST_DRAFTS:
        return no(
            _("You have {n} drafts. Delete one that you no longer need; this text is kept in this browser.").format(
                n=MOST_DRAFTS
            )
        )
    return YES


def can_forget_draft(who: Person, draft: Draft) -> Verdict:
    """A draft is deleted by whoever wrote it."""
    return YES if draft.person_id == who.pk else no(_("This is not here, or not for you to see."))
