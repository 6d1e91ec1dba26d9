"""Who may settle what concerns the place as a whole."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dugnad.kernel.place import Place, the_place
from dugnad.kernel.policies import YES, Verdict, no
from dugnad.people.models import Person
from dugnad.people.policies import stewards_the_place


def can_settle_place(who: Person) -> Verdict:
    """Name, languages, agreements and the way in are settled by the stewards of the place."""
    return YES if stewards_the_place(who) else no(_("Only a steward of the place can change this."))


def can_accept_agreements(who: Person, version: int) -> Verdict:
    """Everybody with an account accepts the ground rules as they read now; of later ones nobody knows yet."""
    if version != the_place().agreements_version:
        return no(_("The ground rules were changed once more. Read them again, they are short."))
    return YES if who.is_active else no(_("Sign in first."))


def can_open_place(who: Person, place: Place) -> Verdict:
    """A place opens once, and only when its privacy notice can say who answers for it."""
    settled = can_settle_place(who)
    if not settled:
        return settled
    if place.opened_at:
        return no(_("The place is open already."))
    if not place.responsible or not place.contact:
        return no(_("Say first who is responsible for personal data here, and where one can write to them."))
    return YES
