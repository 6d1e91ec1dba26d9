"""Who stewards the place."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from dugnad.kernel.audience import MEMBERS, audience_of
from dugnad.kernel.happenings import record
from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.policies import require
from dugnad.people.models import Person, PlaceStewardship
from dugnad.people.policies import can_end_place_stewardship, can_give_place_stewardship


@transaction.atomic
def give_place_stewardship(person: Person, *, by: Person) -> PlaceStewardship:
    """From now on `person` stewards the place too. Whoever does already keeps what they have."""
    require(can_give_place_stewardship(by, person))
    return make_place_steward(person, given_by=by)


def make_place_steward(person: Person, *, given_by: Person | None) -> PlaceStewardship:
    """The row and its happening. Only for deeds that asked their own policy."""
    stewardship, made = PlaceStewardship.objects.get_or_create(
        person=person, ended_at=None, defaults={"given_by": given_by}
    )
    if made:
        record("place_stewardship_given", stewardship, by=given_by or person, audience=audience_of(MEMBERS))
        hang_up(person.pk)
    return stewardship


@transaction.atomic
def end_place_stewardship(stewardship: PlaceStewardship, *, by: Person) -> PlaceStewardship:
    """This person no longer stewards the place, at once. Stewards may end their own; the last one cannot."""
    stewards = list(PlaceStewardship.objects.select_for_update().filter(ended_at=None))
    require(can_end_place_stewardship(by, stewardship))
    if stewardship.pk in {one.pk for one in stewards}:
        stewardship.ended_at = timezone.now()
        stewardship.save(update_fields=["ended_at"])
        record("place_stewardship_ended", stewardship, by=by, audience=audience_of(MEMBERS))
        hang_up(stewardship.person_id)
    return stewardship
