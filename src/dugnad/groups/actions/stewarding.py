"""Giving and ending the task of looking after a group, also for a time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dugnad.groups import policies
from dugnad.groups.actions.keeping import locked, lose_sight, member_ids, members_audience, stewards
from dugnad.groups.models import Group, Membership
from dugnad.groups.tellings import (
    MADE_STEWARD,
    OVER,
    PROLONGED,
    SOON,
    STEWARDSHIP_ENDED,
    Kinds,
)
from dugnad.kernel.happenings import SYSTEM, Actor, record
from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.policies import require
from dugnad.notices.actions import tell
from dugnad.people.models import Person
from dugnad.people.terms import STAYS_ON, TOLD_BEFORE


@transaction.atomic
def make_steward(group: Group, person: Person, *, by: Person, until: datetime | None = None) -> Membership:
    """The member looks after the group too, until then (None: until somebody ends it), and is told. Of somebody who does
    already the term is changed; the same term given again changes nothing.
    """
    group = locked(group)
    require(policies.can_make_steward(by, group, person))
    return give_stewardship(group, person, by=by, until=until)


def give_stewardship(group: Group, person: Person, *, by: Person, until: datetime | None = None) -> Membership:
    """The membership of a steward, with happening and notice. Needs the lock; the caller has asked the policy."""
    membership = Membership.objects.get(group=group, person=person)
    if membership.steward_since is not None and membership.steward_until == until:
        return membership
    membership.steward_since = membership.steward_since or timezone.now()
    membership.steward_by, membership.steward_until = by, until
    membership.save(update_fields=["steward_since", "steward_by", "steward_until"])
    hang_up(person.pk)
    deed = record("steward_made", group, by=by, audience=members_audience(group), person=person.pk)
    _tell([person.pk], MADE_STEWARD.name, group, thing=deed, actor=by)
    _end_in_time(until)
    return membership


def _end_in_time(until: datetime | None) -> None:
    from dugnad.groups.tasks import end_what_is_over

    if until is not None:
        end_what_is_over.using(run_after=until).enqueue()


@transaction.atomic
def end_stewardship(group: Group, person: Person, *, by: Person) -> Membership:
    """The person stays a member and looks after the group no more. Never the last steward. Others who end it tell
    them so.
    """
    group = locked(group)
    require(policies.can_end_stewardship(by, group, person))
    membership = Membership.objects.get(group=group, person=person)
    deed = _end(membership, group, by=by)
    if person.pk != by.pk:
        _tell([person.pk], STEWARDSHIP_ENDED.name, group, thing=deed)
    return membership


def _end(membership: Membership, group: Group, *, by: Actor) -> object:
    membership.steward_since = membership.steward_by = membership.steward_until = None
    membership.save(update_fields=["steward_since", "steward_by", "steward_until"])
    person = Person.objects.get(pk=membership.person_id)
    deed = record("stewardship_ended", group, by=by, audience=members_audience(group), person=person.pk)
    lose_sight(person)
    return deed


def end_stewardships_in_time() -> str:
    """Stewardships whose time is over are ended, each in its own transaction: their keys were gone already, now open pages
    are hung up and it is told. The one that a group without any other steward needs goes on for `STAYS_ON`, and all
    members are told. Safe to run twice; answers a line for the log.
    """
    over = Membership.objects.filter(steward_until__lte=timezone.now(), steward_since__isnull=False)
    done = [_end_or_prolong(pk) for pk in list(over.order_by("steward_until", "pk").values_list("pk", flat=True))]
    return f"{done.count('ended')} stewardships of groups ended, {done.count('prolonged')} went on"


@transaction.atomic
def _end_or_prolong(membership_pk: int) -> str:
    found = Membership.objects.filter(pk=membership_pk).select_related("group").first()
    group = locked(found.group) if found else None
    due = Membership.objects.filter(pk=membership_pk, steward_until__lte=timezone.now(), steward_since__isnull=False)
    membership = due.select_related("person").first()
    if group is None or membership is None:
        return "settled meanwhile"
    if Membership.objects.stewards().filter(pk=membership.pk).exists():
        prolong_stewardship(membership, group, by=SYSTEM)
        return "prolonged"
    end_stewardship_in_time(membership, group, by=SYSTEM)
    return "ended"


def end_stewardship_in_time(membership: Membership, group: Group, *, by: Actor) -> None:
    """Ended by the clock; the person and the other stewards are told. Needs the lock."""
    deed = _end(membership, group, by=by)
    _tell_of_term(OVER, membership, stewards(group), group, thing=deed)


def prolong_stewardship(membership: Membership, group: Group, *, by: Actor) -> None:
    """It goes on for `STAYS_ON`, since the group would have nobody; all members are told and asked. Needs the lock."""
    membership.steward_until = timezone.now() + STAYS_ON
    membership.save(update_fields=["steward_until"])
    audience, person = members_audience(group), membership.person_id
    deed = record("stewardship_prolonged", group, by=by, audience=audience, person=person)
    _tell_of_term(PROLONGED, membership, member_ids(group), group, thing=deed)
    _end_in_time(membership.steward_until)


def tell_of_ending_stewardships() -> str:
    """A week before a stewardship ends its steward and the others hear it, once for each term; a line for the log."""
    now = timezone.now()
    soon = Membership.objects.stewards().filter(steward_until__gt=now, steward_until__lte=now + TOLD_BEFORE)
    told = 0
    for membership in soon.select_related("group", "person").filter(group__closed_at=None).order_by("pk"):
        term = f"membership:{membership.pk}:{membership.steward_until:%Y-%m-%d}"
        group = membership.group
        told += _tell_of_term(SOON, membership, stewards(group), group, thing=term)
    return f"{told} told of stewardships of groups that end soon"


def _tell_of_term(kinds: Kinds, membership: Membership, others: list[int], group: Group, *, thing: object) -> int:
    """The steward hears it in words to them, the others whose term it is. Answers how many were told."""
    own, of_other = kinds
    told = _tell([membership.person_id], own.name, group, thing=thing)
    return len(told | _tell(others, of_other.name, group, thing=thing, actor=membership.person))


def _tell(persons: list[int], kind: str, group: Group, *, thing: object, actor: Person | None = None) -> frozenset[int]:
    audience, url = members_audience(group), f"{group.url}/members"
    return tell(persons, kind, thing=thing, url=url, title=group.name, audience=audience, actor=actor)
