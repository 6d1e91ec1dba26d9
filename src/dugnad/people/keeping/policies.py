"""Who may have everything about a person, or erase it, and what must be settled first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.kernel import registry
from dugnad.kernel.place import the_place
from dugnad.kernel.policies import YES, Verdict, no
from dugnad.people.models import Export, Person, PlaceStewardship

# After this time a file that is not ready was lost on the way, and can be asked for again.
LOST_AFTER = timedelta(hours=1)


def can_ask_for_export(who: Person, person: Person) -> Verdict:
    """Everybody may have everything about themselves, one file at a time."""
    if who.pk != person.pk:
        return no(_("Only the person can ask for this file."))
    under_way = Export.objects.filter(person=person, ready_at=None, created_at__gt=timezone.now() - LOST_AFTER)
    if under_way.exists():
        return no(_("Your file is being made. It is ready in about a minute."))
    return YES


def can_erase_person(who: Person, person: Person) -> Verdict:
    """Only oneself, and once what hangs on oneself alone has been handed on."""
    if who.pk != person.pk:
        return no(_("Only the person can erase this account."))
    in_the_way = next(iter(what_stands_in_the_way(person)), None)
    return no(in_the_way) if in_the_way else YES


def what_stands_in_the_way(person: Person) -> list[str]:
    """Sentences that say what this person must settle before they can be erased; from all halls."""
    return [str(sentence) for blockers in registry.erasure_blockers for sentence in blockers(person)]


def place_needs(person: Person) -> Iterator[str]:
    """What the place itself needs from its only steward, and from the one whom its privacy notice names."""
    if _is_last_steward(person) and _others(person):
        yield _("You are the only steward of this place. Make somebody else a steward first.")
    place = the_place()
    if person.email and place.contact.casefold() == person.email.casefold() and _others(person):
        yield _(
            "The privacy notice of this place names your email address. A steward must put another one there first."
        )


def _is_last_steward(person: Person) -> bool:
    stewards = PlaceStewardship.objects.current().filter(person__erased_at=None, person__is_active=True)
    ids = set(stewards.values_list("person_id", flat=True))
    return ids == {person.pk}


def _others(person: Person) -> bool:
    """A place with nobody else in it needs nobody."""
    return Person.objects.filter(is_active=True, erased_at=None).exclude(pk=person.pk).exists()
