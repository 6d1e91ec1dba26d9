"""Coming into a group and going out of it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.groups import policies
from dugnad.groups.actions.founding import close_group
from dugnad.groups.actions.keeping import (
    admit,
    dismiss,
    locked,
    members_audience,
    only_you,
    stewards,
    stewards_audience,
)
from dugnad.groups.actions.stewarding import give_stewardship
from dugnad.groups.models import Group, JoinRequest, Membership, Removal
from dugnad.groups.tellings import JOIN_ACCEPTED, JOIN_DECLINED, JOIN_REQUESTED, REMOVED
from dugnad.kernel.audience import audience_of
from dugnad.kernel.happenings import SYSTEM, record
from dugnad.kernel.policies import no, require
from dugnad.notices.actions import forget_notices, settle_notices, tell
from dugnad.people.models import Person


@transaction.atomic
def join_group(group: Group, *, by: Person) -> Membership:
    """`by` is a member of the open group. Joining again changes nothing."""
    group = locked(group)
    member = Membership.objects.filter(group=group, person=by).first()
    if member is not None and group.closed_at is None:
        return member
    require(policies.can_join_group(by, group))
    membership = admit(group, by)
    record("group_joined", group, by=by, audience=members_audience(group), person=by.pk)
    return membership


@transaction.atomic
def ask_to_join(group: Group, *, by: Person, note: str = "") -> JoinRequest:
    """The stewards are told that `by` wants to join. Asking again while it is open answers with the first request."""
    group = locked(group)
    open_one = JoinRequest.objects.filter(group=group, person=by, answered_at=None).first()
    if open_one is not None:
        return open_one
    require(policies.can_ask_to_join(by, group))
    return write_request(group, person=by, note=note)


def write_request(group: Group, *, person: Person, note: str) -> JoinRequest:
    """The request as a row, and the stewards are told. Needs the lock."""
    request, made = JoinRequest.objects.get_or_create(
        group=group, person=person, answered_at=None, defaults={"note": note}
    )
    if made:
        tell(
            stewards(group),
            JOIN_REQUESTED.name,
            thing=request,
            url=f"{group.url}/requests",
            title=group.name,
            audience=stewards_audience(group),
            actor=person,
            note=note,
        )
        record("join_requested", request, by=person, within=group, audience=stewards_audience(group), person=person.pk)
    return request


@transaction.atomic
def withdraw_join_request(request: JoinRequest, *, by: Person) -> None:
    """The request is taken back before it was answered, and the stewards' notices of it are gone."""
    if request.person_id != by.pk:
        require(no(_("Only the person who asked can take the request back.")))
    locked(request.group)
    if JoinRequest.objects.filter(pk=request.pk, answered_at=None).delete()[0]:
        forget_notices([request])
        record(
            "join_request_withdrawn", request, by=by, within=request.group, audience=stewards_audience(request.group)
        )


@transaction.atomic
def answer_join_request(request: JoinRequest, *, by: Person, accept: bool, note: str = "") -> JoinRequest:
    """The person is a member, or is told no, with the stewards' words. The same answer given again changes nothing;
    another answer than the first is refused.
    """
    group = locked(request.group)
    request = JoinRequest.objects.select_related("person").get(pk=request.pk)
    request.group = group
    if request.answered_at is not None and request.accepted == accept:
        require(policies.is_steward(by, group))
        return request
    require(policies.can_answer_join_request(by, request))
    request.answered_at, request.answered_by, request.accepted = timezone.now(), by, accept
    request.save(update_fields=["answered_at", "answered_by", "accepted"])
    settle_notices(JOIN_REQUESTED.name, request)
    if accept:
        admit(group, request.person)
    tell(
        [request.person],
        (JOIN_ACCEPTED if accept else JOIN_DECLINED).name,
        thing=request,
        url=group.url if accept else "/groups",
        title=group.name,
        audience=audience_of(request.person.key),
        note=note,
        who_can_read=only_you,
    )
    record(
        "join_request_answered",
        request,
        by=by,
        within=group,
        audience=members_audience(group) if accept else stewards_audience(group),
        person=request.person_id,
        accepted=accept,
    )
    return request


@transaction.atomic
def leave_group(group: Group, *, by: Person, successor: Person | None = None) -> None:
    """`by` is no member any more; a `successor` becomes steward first. A group that nobody is left in closes.

    Leaving a group one is not in changes nothing. The only steward of others cannot leave without a successor: of two
    last stewards who leave at once, the second is asked for one.
    """
    group = locked(group)
    if not Membership.objects.filter(group=group, person=by).exists() or group.closed_at is not None:
        return
    require(policies.can_leave_group(by, group, successor))
    audience = members_audience(group)
    if successor is not None:
        give_stewardship(group, successor, by=by)
    dismiss(group, by)
    record("group_left", group, by=by, audience=audience, person=by.pk)
    if group.member_count == 0:
        close_group(group, by=SYSTEM)


@transaction.atomic
def remove_member(group: Group, person: Person, *, by: Person, reason: str) -> None:
    """The person is no member any more, is told why, and comes back only when the stewards let them in.

    Removing somebody who was removed already changes nothing.
    """
    group = locked(group)
    gone = Removal.objects.filter(group=group, person=person).exists()
    if gone and not Membership.objects.filter(group=group, person=person).exists():
        require(policies.is_steward(by, group))
        return
    require(policies.can_remove_member(by, group, person))
    dismiss(group, person)
    removal = Removal.objects.create(group=group, person=person, reason=reason, removed_by=by)
    tell(
        [person],
        REMOVED.name,
        thing=removal,
        url="/me/care",
        title=group.name,
        audience=audience_of(person.key),
        note=reason,
        who_can_read=only_you,
    )
    record("member_removed", group, by=by, audience=stewards_audience(group), person=person.pk)
