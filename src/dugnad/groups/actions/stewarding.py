"""Giving and ending the task of looking after a group."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from dugnad.groups import policies
from dugnad.groups.actions.keeping import locked, lose_sight, members_audience
from dugnad.groups.models import Group, Membership
from dugnad.groups.tellings import MADE_STEWARD, STEWARDSHIP_ENDED
from dugnad.kernel.happenings import record
from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.policies import require
from dugnad.notices.actions import tell
from dugnad.people.models import Person


@transaction.atomic
def make_steward(group: Group, person: Person, *, by: Person) -> Membership:
    """The member looks after the group too, and is told. Doing it again changes nothing."""
    group = locked(group)
    require(policies.can_make_steward(by, group, person))
    return give_stewardship(group, person, by=by)


def give_stewardship(group: Group, person: Person, *, by: Person) -> Membership:
    """The membership of a steward, with happening and notice. Needs the lock; the caller has asked the policy."""
    membership = Membership.objects.get(group=group, person=person)
    if membership.steward_since is not None:
        return membership
    membership.steward_since, membership.steward_by = timezone.now(), by
    membership.save(update_fields=["steward_since", "steward_by"])
    hang_up(person.pk)
    deed = record("steward_made", group, by=by, audience=members_audience(group), person=person.pk)
    tell(
        [person],
        MADE_STEWARD.name,
        thing=deed,
        url=group.url,
        title=group.name,
        audience=members_audience(group),
        actor=by,
    )
    return membership


@transaction.atomic
def end_stewardship(group: Group, person: Person, *, by: Person) -> Membership:
    """The person stays a member and looks after the group no more. Never the last steward. Others who end it tell
    them so.
    """
    group = locked(group)
    require(policies.can_end_stewardship(by, group, person))
    membership = Membership.objects.get(group=group, person=person)
    membership.steward_since, membership.steward_by = None, None
    membership.save(update_fields=["steward_since", "steward_by"])
    deed = record("stewardship_ended", group, by=by, audience=members_audience(group), person=person.pk)
    lose_sight(person)
    if person.pk != by.pk:
        tell(
            [person],
            STEWARDSHIP_ENDED.name,
            thing=deed,
            url=group.url,
            title=group.name,
            audience=members_audience(group),
        )
    return membership
