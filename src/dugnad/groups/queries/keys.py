"""The keys that memberships give, who holds them, and the line that says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.groups.models import Group, Membership, NetworkTie
from dugnad.kernel.audience import Viewer

Line = str | tuple[str, Iterable[str]] | None


def keys_of(person: Any) -> list[str]:
    """The keys that a person holds through memberships: `group:`, `stewards:group:` and, through ties, `network:`."""
    rows = Membership.objects.filter(person_id=person.pk, group__closed_at=None).values_list(
        "group_id", "steward_since", "group__kind", "group__networks__network_id", "group__networks__accepted_at"
    )
    keys = set()
    for group, steward_since, kind, network, accepted_at in rows:
        keys.add(f"group:{group}")
        if steward_since:
            keys.add(f"stewards:group:{group}")
        if kind == Group.Kind.NETWORK:
            keys.add(f"network:{group}")
        if network and accepted_at:
            keys.add(f"network:{network}")
    return sorted(keys)


def members_holding(rests: set[str], person_ids: Iterable[int]) -> set[int]:
    """Who of these persons is in one of the groups with these ids."""
    held = _open_memberships().filter(group_id__in=_ids(rests), person_id__in=list(person_ids))
    return set(held.values_list("person_id", flat=True))


def stewards_holding(rests: set[str], person_ids: Iterable[int]) -> set[int]:
    """Who of these persons is a steward of one of the groups; `rests` are such as `group:7`."""
    ids = _ids({rest.removeprefix("group:") for rest in rests if rest.startswith("group:")})
    held = _open_memberships().filter(group_id__in=ids, person_id__in=list(person_ids)).exclude(steward_since=None)
    return set(held.values_list("person_id", flat=True))


def network_holding(rests: set[str], person_ids: Iterable[int]) -> set[int]:
    """Who of these persons is in one of the networks, or in a group that belongs to one."""
    ids = _ids(rests)
    people = list(person_ids)
    tied = NetworkTie.objects.filter(network_id__in=ids).exclude(accepted_at=None).values("group_id")
    held = _open_memberships().filter(person_id__in=people)
    own = held.filter(group_id__in=ids, group__kind=Group.Kind.NETWORK).values_list("person_id", flat=True)
    return set(own) | set(held.filter(group_id__in=tied).values_list("person_id", flat=True))


def _open_memberships() -> QuerySet[Membership]:
    return Membership.objects.filter(group__closed_at=None)


def _ids(rests: Iterable[str]) -> list[int]:
    return [int(rest) for rest in rests if rest.isdigit()]


def group_line(rest: str, viewer: Viewer) -> Line:
    """The people in a group and its stewards can read this. Speaks for the stewards' key too: stewards are members."""
    group = _known(rest, viewer)
    if group is None:
        return _("People in a group that you are not in can read this too.")
    words = ngettext(
        "The {n} person in {group} and its stewards can read this.",
        "The {n} people in {group} and its stewards can read this.",
        group.member_count,
    )
    return words.format(n=group.member_count, group=group.name), [group.stewards_key]


def stewards_line(rest: str, viewer: Viewer) -> Line:
    """The stewards of a group, or of the place, can read this."""
    if rest == "place":
        return _("The stewards of this place can read this.")
    group = _known(rest.removeprefix("group:"), viewer)
    if group is None:
        return _("People in a group that you are not in can read this too.")
    n = Membership.objects.filter(group=group).exclude(steward_since=None).count()
    words = ngettext("The steward of {group} can read this.", "The {n} stewards of {group} can read this.", n)
    return words.format(n=n, group=group.name)


def network_line(rest: str, viewer: Viewer) -> Line:
    """The people in a network and its groups can read this. Speaks for the keys of the network as a group too."""
    network = _known(rest, viewer)
    if network is None:
        return _("People in a network that you are not in can read this too.")
    tied = NetworkTie.objects.filter(network=network, group__closed_at=None).exclude(accepted_at=None)
    people = Membership.objects.filter(group_id__in=[network.pk, *tied.values_list("group_id", flat=True)])
    n = people.values("person_id").distinct().count()
    words = ngettext(
        "The {n} person in {network} and its groups can read this.",
        "The {n} people in {network} and its groups can read this.",
        n,
    )
    return words.format(n=n, network=network.name), [network.key, network.stewards_key]


def _known(rest: str, viewer: Viewer) -> Group | None:
    """The group with this id, unless it is hidden from the viewer or closed."""
    group = Group.objects.filter(pk=int(rest), closed_at=None).first()
    if group is None:
        return None
    inside = viewer.holds(group.key) or viewer.holds(f"network:{group.pk}")
    return group if inside or not group.is_hidden else None


def sole_stewardships(person: Any) -> QuerySet[Group]:
    """Groups with other members that would be left without a steward if this person went."""
    others = Membership.objects.filter(group=OuterRef("pk")).exclude(person_id=person.pk)
    return (
        Group.objects.filter(closed_at=None, memberships__person_id=person.pk, memberships__steward_since__isnull=False)
        .filter(Exists(others), ~Exists(others.exclude(steward_since=None)))
        .order_by("name_key")
    )
