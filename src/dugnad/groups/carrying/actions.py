"""Deeds around a group that moves: getting ready, answering, packing; bringing, unpacking, and saying which name is one's own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.groups.actions import create_group
from dugnad.groups.actions.keeping import index, locked, members_audience, stewards_audience
from dugnad.groups.carrying import policies
from dugnad.groups.carrying.names import names_of_person
from dugnad.groups.carrying.parts import GroupPart
from dugnad.groups.carrying.telling import ASKED, PACKED, UNPACKED
from dugnad.groups.models import Arrival, CarriedName, Departure, DepartureAnswer, Group, Membership
from dugnad.kernel.audience import audience_of
from dugnad.kernel.fragments import forget_pieces
from dugnad.kernel.happenings import SYSTEM, Actor, record
from dugnad.kernel.live.wake import wake_worker
from dugnad.kernel.policies import require
from dugnad.kernel.registry import name_claimers
from dugnad.kernel.retention import keep
from dugnad.notices.actions import settle_notices, tell
from dugnad.people.models import Person

KEEP_FILE = keep("departures", days=7, least=1, most=30, words=_("The file of a group that moves, after it was made"))


@transaction.atomic
def begin_departure(group: Group, *, by: Person) -> Departure:
    """Every member is asked whether their name may go along."""
    group = locked(group)
    require(policies.can_begin_departure(by, group))
    departure = Departure.objects.create(group=group, begun_by=by)
    audience = members_audience(group)
    members = Membership.objects.filter(group=group).values_list("person_id", flat=True)
    tell(
        members, ASKED.name, thing=departure, within=group, url=f"{group.url}/take-along", title=group.name,
        audience=audience, actor=by,
    )  # fmt: skip
    record("departure_begun", departure, by=by, within=group, audience=audience)
    return departure


@transaction.atomic
def answer_departure(departure: Departure, *, agrees: bool, by: Person) -> DepartureAnswer:
    """The person's name goes along, or does not. The last answer counts; it is no happening, since it is nobody's business."""
    departure = _locked(departure)
    require(policies.can_answer_departure(by, departure))
    answer, _made = DepartureAnswer.objects.update_or_create(
        departure=departure, person=by, defaults={"agrees": agrees}
    )
    return answer


@transaction.atomic
def pack_group(departure: Departure, *, by: Person) -> Departure:
    """The file is made by a task. Who has not answered by now is not named."""
    from dugnad.groups.carrying.tasks import make_departure

    departure = _locked(departure)
    require(policies.can_pack_group(by, departure))
    departure.making_at = timezone.now()
    departure.save(update_fields=["making_at"])
    settle_notices(ASKED.name, departure)
    record("group_packed", departure, by=by, within=departure.group, audience=members_audience(departure.group))
    make_departure.enqueue(departure.pk)
    transaction.on_commit(wake_worker)
    return departure


@transaction.atomic
def finish_departure(departure: Departure, *, facts: Mapping[str, Any], by: Actor = SYSTEM) -> bool:
    """The file lies ready for the stewards, who are told. False when nobody waits for it any more."""
    now = timezone.now()
    waiting = Departure.objects.filter(pk=departure.pk, ready_at=None, ended_at=None)
    if not waiting.update(ready_at=now, ends_at=now + KEEP_FILE.time, facts=dict(facts)):
        departure.path.unlink(missing_ok=True)
        return False
    group, audience = departure.group, stewards_audience(departure.group)
    stewards = Membership.objects.filter(group=group).exclude(steward_since=None).values_list("person_id", flat=True)
    tell(
        stewards, PACKED.name, thing=departure, within=group, url=f"{group.url}/take-along", title=group.name,
        audience=audience,
    )  # fmt: skip
    record("departure_finished", departure, by=by, within=group, audience=audience)
    return True


@transaction.atomic
def end_departure(departure: Departure, *, by: Actor) -> None:
    """The group stays, or has its file: the file here goes, and what members answered with it."""
    departure = _locked(departure)
    if isinstance(by, Person):
        require(policies.can_end_departure(by, departure))
    if departure.ended_at is not None:
        return
    departure.ended_at = timezone.now()
    departure.save(update_fields=["ended_at"])
    departure.answers.all().delete()
    settle_notices(ASKED.name, departure)
    path = departure.path
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    record("departure_ended", departure, by=by, within=departure.group, audience=members_audience(departure.group))


def _locked(departure: Departure) -> Departure:
    return Departure.objects.select_for_update(of=("self",)).select_related("group").get(pk=departure.pk)


def keep_upload(upload: BinaryIO, target: Path) -> None:
    """The bytes as they came, for the house alone to read."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("xb") as file:
        upload.seek(0)
        shutil.copyfileobj(upload, file)


@transaction.atomic
def bring_group(arrival: Arrival, *, facts: Mapping[str, Any], by: Person) -> Arrival:
    """A file that was verified waits for a yes, a day at most. An older one that waits for the same person goes."""
    require(policies.can_bring_group(by))
    for older in Arrival.objects.filter(person=by, unpacking_at=None, finished_at=None):
        drop_arrival(older)
    arrival.person, arrival.facts = by, dict(facts)
    arrival.save()
    record("group_brought", arrival, by=by, audience=audience_of(by.key))
    return arrival


@transaction.atomic
def unpack_group(arrival: Arrival, *, by: Person) -> Arrival:
    """What is in the file becomes a group, by a task."""
    from dugnad.groups.carrying.tasks import take_in_arrival

    arrival = Arrival.objects.select_for_update(of=("self",)).get(pk=arrival.pk)
    require(policies.can_unpack_group(by, arrival))
    arrival.unpacking_at = timezone.now()
    arrival.save(update_fields=["unpacking_at"])
    record("group_unpacked", arrival, by=by, audience=audience_of(by.key))
    take_in_arrival.enqueue(arrival.pk)
    transaction.on_commit(wake_worker)
    return arrival


@transaction.atomic
def settle_arrival(
    arrival: Arrival,
    *,
    group_facts: Mapping[str, Any],
    names: list[CarriedName],
    contents: list[tuple[GroupPart, Any]],
    by: Person,
) -> Group | None:
    """The group is made with `by` as its steward, with everything that was read from the file; None when it was made before.

    All of it, or nothing.
    """
    waiting = Arrival.objects.select_for_update(of=("self",)).filter(pk=arrival.pk, finished_at=None).first()
    if waiting is None:
        return None
    facts = dict(group_facts)
    created_at = facts.pop("created_at")
    group = create_group(**facts, by=by)
    Group.objects.filter(pk=group.pk).update(created_at=created_at)
    group.created_at = created_at
    index(group)
    for name in names:
        name.group = group
    CarriedName.objects.bulk_create(names)
    by_number = {name.number: name for name in CarriedName.objects.filter(group=group)}
    for part, content in contents:
        part.unpack(content, group, by_number, by)
    waiting.group, waiting.finished_at = group, timezone.now()
    waiting.save(update_fields=["group", "finished_at"])
    path = waiting.path
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    _tell_unpacked(waiting, group)
    return group


def _tell_unpacked(arrival: Arrival, group: Group) -> None:
    tell(
        [arrival.person_id], UNPACKED.name, thing=arrival, within=group, url=group.url, title=group.name,
        audience=members_audience(group),
    )  # fmt: skip


def drop_arrival(arrival: Arrival) -> None:
    """The row goes now, its file with the commit."""
    path = arrival.path
    arrival.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


@transaction.atomic
def claim_name(group: Group, *, by: Person) -> list[CarriedName]:
    """What came along under names that have the fingerprint of one of the person's proved addresses is theirs from now on.
    Answers these names; none when no fingerprint fits.
    """
    require(policies.can_claim_name(by, group))
    claimed = []
    for name in names_of_person(group, by):
        found = CarriedName.objects.select_for_update(of=("self",)).filter(pk=name.pk, person=None).first()
        if found is None:
            continue
        found.person, found.claimed_at = by, timezone.now()
        found.save(update_fields=["person", "claimed_at"])
        for give in name_claimers:
            give(found, by)
        claimed.append(found)
        record("name_claimed", found, by=by, within=group, audience=members_audience(group))
    if claimed:
        forget_pieces()
    return claimed
