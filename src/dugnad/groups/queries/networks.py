"""Networks: groups of groups."""

from __future__ import annotations

from django.db.models import QuerySet

from dugnad.groups.models import Group, NetworkTie
from dugnad.groups.queries.groups import groups_seen
from dugnad.kernel.audience import Viewer


def networks_of(group: Group, viewer: Viewer) -> QuerySet[Group]:
    """The networks that the group belongs to and the viewer may know of, by name."""
    tied = NetworkTie.objects.filter(group=group).exclude(accepted_at=None).values("network_id")
    return groups_seen(viewer).filter(pk__in=tied).order_by("name_key", "pk")


def groups_in(network: Group, viewer: Viewer) -> QuerySet[Group]:
    """The groups that belong to the network and the viewer may know of, by name."""
    tied = NetworkTie.objects.filter(network=network).exclude(accepted_at=None).values("group_id")
    return groups_seen(viewer).filter(pk__in=tied).order_by("name_key", "pk")


def ties_of(group: Group, viewer: Viewer) -> QuerySet[NetworkTie]:
    """All ties of a group or network, asked ones too, for its stewards."""
    if not viewer.holds(group.stewards_key):
        return NetworkTie.objects.none()
    side = {"network": group} if group.is_network else {"group": group}
    ties = NetworkTie.objects.filter(**side, network__closed_at=None, group__closed_at=None)
    return ties.select_related("network", "group").order_by("accepted_at", "pk")


def networks_to_ask(group: Group, viewer: Viewer) -> QuerySet[Group]:
    """The networks that the group could ask: those the viewer may know of and that it has no tie with."""
    asked = NetworkTie.objects.filter(group=group).values("network_id")
    networks = groups_seen(viewer).filter(kind=Group.Kind.NETWORK)
    return networks.exclude(pk__in=asked).exclude(pk=group.pk).order_by("name_key", "pk")


def tie_by_id(pk: int, viewer: Viewer) -> NetworkTie | None:
    """The tie, for the stewards of either side."""
    tie = NetworkTie.objects.select_related("network", "group").filter(pk=pk).first()
    if tie is None or not (viewer.holds(tie.group.stewards_key) or viewer.holds(tie.network.stewards_key)):
        return None
    return tie
