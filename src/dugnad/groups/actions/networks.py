"""Groups that belong to networks."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from dugnad.groups import policies
from dugnad.groups.actions.keeping import (
    locked,
    lose_sight,
    member_ids,
    members_audience,
    stewards,
    stewards_audience,
)
from dugnad.groups.models import Group, NetworkTie
from dugnad.groups.tellings import TIE_ACCEPTED, TIE_REQUESTED
from dugnad.kernel.audience import Audience, audience_of
from dugnad.kernel.happenings import record
from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.policies import require
from dugnad.kernel.stamps import touch_public
from dugnad.notices.actions import forget_notices, settle_notices, tell
from dugnad.people.models import Person


@transaction.atomic
def tie_to_network(group: Group, network: Group, *, by: Person) -> NetworkTie:
    """The group asks to belong to the network, whose stewards are told; who looks after both says yes at once.

    Asking again changes nothing.
    """
    network, group = locked(network), locked(group)
    asked = NetworkTie.objects.filter(group=group, network=network).first()
    if asked is not None:
        require(policies.is_steward(by, group))
        return asked
    require(policies.can_tie_to_network(by, group, network))
    tie = NetworkTie.objects.create(group=group, network=network)
    record("tie_requested", tie, by=by, within=network, audience=_both(tie))
    if policies.can_accept_tie(by, tie):
        return accept_tie(tie, by=by)
    tell(
        stewards(network),
        TIE_REQUESTED.name,
        thing=tie,
        url=f"{network.url}/networks",
        title=group.name,
        audience=stewards_audience(network),
        actor=by,
    )
    return tie


@transaction.atomic
def accept_tie(tie: NetworkTie, *, by: Person) -> NetworkTie:
    """The group belongs to the network: its members hold the network's key from now on. Accepting again changes
    nothing.
    """
    network, group = locked(tie.network), locked(tie.group)
    tie = NetworkTie.objects.get(pk=tie.pk)
    tie.network, tie.group = network, group
    require(policies.can_accept_tie(by, tie))
    if tie.accepted_at is not None:
        return tie
    tie.accepted_at = timezone.now()
    tie.save(update_fields=["accepted_at"])
    for person_id in member_ids(group):
        hang_up(person_id)
    touch_public()
    settle_notices(TIE_REQUESTED.name, tie)
    tell(
        stewards(group),
        TIE_ACCEPTED.name,
        thing=tie,
        url=network.url,
        title=network.name,
        audience=members_audience(group),
        actor=by,
    )
    record("tie_accepted", tie, by=by, within=network, audience=_both(tie))
    return tie


@transaction.atomic
def untie(tie: NetworkTie, *, by: Person) -> None:
    """The group does not belong to the network (any more), at once. Requests are declined this way too."""
    network, group = locked(tie.network), locked(tie.group)
    found = NetworkTie.objects.filter(pk=tie.pk).first()
    if found is None:
        return
    tie.network, tie.group = network, group
    require(policies.can_untie(by, tie))
    audience = _both(tie)
    record("tie_ended", tie, by=by, within=network, audience=audience)
    forget_notices([tie])
    found.delete()
    touch_public()
    if found.accepted_at is not None:
        for person in Person.objects.filter(pk__in=member_ids(group)):
            lose_sight(person)


def _both(tie: NetworkTie) -> Audience:
    return audience_of(tie.group.stewards_key, tie.network.stewards_key)
