"""Who stewards the place, and for how long."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dugnad.kernel.audience import MEMBERS, audience_of
from dugnad.kernel.happenings import SYSTEM, Actor, record
from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.policies import require
from dugnad.people.models import Person, PlaceStewardship
from dugnad.people.policies import can_end_place_stewardship, can_give_place_stewardship
from dugnad.people.terms import STAYS_ON


@transaction.atomic
def give_place_stewardship(person: Person, *, by: Person, ends_at: datetime | None = None) -> PlaceStewardship:
    """From now on `person` stewards the place too, until `ends_at` (None: until somebody ends it). Whoever does already
    has the new term from now on; the same term given again changes nothing.
    """
    require(can_give_place_stewardship(by, person))
    stewardship = make_place_steward(person, given_by=by, ends_at=ends_at)
    if stewardship.ends_at != ends_at:
        stewardship.ends_at, stewardship.given_by = ends_at, by
        stewardship.save(update_fields=["ends_at", "given_by"])
        record("place_stewardship_given", stewardship, by=by, audience=audience_of(MEMBERS))
        _end_in_time(ends_at)
    return stewardship


def make_place_steward(person: Person, *, given_by: Person | None, ends_at: datetime | None = None) -> PlaceStewardship:
    """The row and its happening. Only for deeds that asked their own policy. Whoever is one keeps what they have."""
    stewardship, made = PlaceStewardship.objects.get_or_create(
        person=person, ended_at=None, defaults={"given_by": given_by, "ends_at": ends_at}
    )
    if made:
        record("place_stewardship_given", stewardship, by=given_by or person, audience=audience_of(MEMBERS))
        hang_up(person.pk)
        _end_in_time(ends_at)
    return stewardship


def _end_in_time(ends_at: datetime | None) -> None:
    from dugnad.people.keeping.tasks import end_stewardships_of_place

    if ends_at is not None:
        end_stewardships_of_place.using(run_after=ends_at).enqueue()


@transaction.atomic
def end_place_stewardship(stewardship: PlaceStewardship, *, by: Person) -> PlaceStewardship:
    """This person no longer stewards the place, at once. Stewards may end their own; the last one cannot."""
    stewards = list(PlaceStewardship.objects.select_for_update().filter(ended_at=None))
    require(can_end_place_stewardship(by, stewardship))
    if stewardship.pk in {one.pk for one in stewards}:
        _end(stewardship, by=by)
    return stewardship


def _end(stewardship: PlaceStewardship, *, by: Actor) -> None:
    stewardship.ended_at = timezone.now()
    stewardship.save(update_fields=["ended_at"])
    record("place_stewardship_ended", stewardship, by=by, audience=audience_of(MEMBERS), person=stewardship.person_id)
    hang_up(stewardship.person_id)


@transaction.atomic
def end_place_stewardships_in_time(*, by: Actor = SYSTEM) -> str:
    """Those whose time is over are ended: their keys were gone already, now their open pages are hung up and it is told.
    The one that a place without any other steward needs goes on for `STAYS_ON`. Safe to run twice; a line for the log.
    """
    due = PlaceStewardship.objects.select_for_update().filter(ended_at=None, ends_at__lte=timezone.now())
    over = list(due.order_by("pk"))
    staying = set(
        PlaceStewardship.objects.current().filter(pk__in=[one.pk for one in over]).values_list("pk", flat=True)
    )
    for stewardship in over:
        if stewardship.pk in staying:
            prolong_place_stewardship(stewardship, by=by)
        else:
            _end(stewardship, by=by)
    return f"{len(over) - len(staying)} stewardships of the place ended, {len(staying)} went on"


def prolong_place_stewardship(stewardship: PlaceStewardship, *, by: Actor) -> None:
    """It goes on for `STAYS_ON`, since the place would have nobody."""
    stewardship.ends_at = timezone.now() + STAYS_ON
    stewardship.save(update_fields=["ends_at"])
    record("place_stewardship_prolonged", stewardship, by=by, audience=audience_of(MEMBERS))
    _end_in_time(stewardship.ends_at)
