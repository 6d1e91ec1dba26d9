"""The keys that memberships give, who holds them, and the line that says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.groups.models import Group, Membership, NetworkTie, Visit
from dugnad.kernel import formats
from dugnad.kernel.audience import STEWARDS_OF_PLACE, Viewer
from dugnad.kernel.clock import place_zone

Line = str | tuple[str, Iterable[str]] | None


def keys_of(person: Any) -> list[str]:
    """The keys that a person holds through memberships: `group:`, `stewards:group:` and, through ties, `network:`."""
    rows = Membership.objects.filter(person_id=person.pk, group__closed_at=None).values_list(
        "group_id", "steward_since", "steward_until", "group__kind", "group__networks__network_id",
        "group__networks__accepted_at",
    )  # fmt: skip
    keys, over, now = set(), set(), timezone.now()
    for group, steward_since, steward_until, kind, network, accepted_at in rows:
        keys.add(f"group:{group}")
        if steward_since and (steward_until is None or steward_until > now):
            keys.add(f"stewards:group:{group}")
        elif steward_since:
            over.add(group)
        if kind == Group.Kind.NETWORK:
            keys.add(f"network:{group}")
        if network and accepted_at:
            keys.add(f"network:{network}")
    if over:  # seldom, so the question who stays beyond their time costs its own statement
        staying = Membership.objects.stewards().filter(person_id=person.pk, group_id__in=over)
        keys.update(f"stewards:group:{group}" for group in staying.values_list("group_id", flat=True))
    return sorted(keys | _visiting(person))


def _visiting(person: Any) -> set[str]:
    """The keys of a visit: a member's key, and one that says that its holder only reads. Only stewards of the place visit,
    so nobody else's page asks.
    """
    if getattr(person, "stewards_place", None) is False:
        return set()
    groups = list(Visit.objects.current().filter(person_id=person.pk).values_list("group_id", flat=True))
    return {f"group:{group}" for group in groups} | {f"visit:group:{group}" for group in groups}


def members_holding(rests: set[str], person_ids: Iterable[int]) -> set[int]:
    """Who of these persons is in one of the groups with these ids, or visits one."""
    among = {"group_id__in": _ids(rests), "person_id__in": list(person_ids)}
    members = _open_memberships().filter(**among).values_list("person_id", flat=True)
    return set(members.union(Visit.objects.current().filter(**among).values_list("person_id", flat=True)))


def visits(viewer: Viewer, group: Group) -> bool:
    """Does the viewer read here as a visitor, who writes nothing?"""
    return viewer.holds(f"visit:{group.key}")


def visits_lasting(group: Group) -> QuerySet[Visit]:
    """Who visits the group now, the first to leave first."""
    return Visit.objects.current().filter(group=group).select_related("person").order_by("ends_at", "pk")


def own_visit(slug: str, viewer: Viewer) -> Visit | None:
    """The viewer's own visit to the group with this address, while it lasts."""
    own = Visit.objects.current().filter(group__slug=slug, person_id=viewer.person_id or 0)
    return own.select_related("group", "person").first()


def group_to_enter(slug: str, viewer: Viewer) -> Group | None:
    """The group with this address, for a steward of the place who was given it, hidden or not."""
    if not viewer.holds(STEWARDS_OF_PLACE) or "\x00" in slug:
        return None
    return Group.objects.filter(slug=slug, closed_at=None).first()


def hidden_groups_counted(viewer: Viewer) -> int:
    """How many hidden groups there are, for stewards of the place: a number, and no names."""
    if not viewer.holds(STEWARDS_OF_PLACE):
        return 0
    return Group.objects.filter(closed_at=None, hidden_at__isnull=False).count()


def visits_known(group: Group, viewer: Viewer) -> QuerySet[Visit]:
    """The visits that are remembered, newest first, for those who are in the group or visit it."""
    if not viewer.holds(group.key) or getattr(group, "was_visited", True) is False:
        return Visit.objects.none()
    return Visit.objects.filter(group=group).select_related("person").order_by("-pk")


def stewards_holding(rests: set[str], person_ids: Iterable[int]) -> set[int]:
    """Who of these persons is a steward of one of the groups; `rests` are such as `group:7`."""
    ids = _ids({rest.removeprefix("group:") for rest in rests if rest.startswith("group:")})
    held = Membership.objects.stewards().filter(group__closed_at=None, group_id__in=ids, person_id__in=list(person_ids))
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
    said = words.format(n=group.member_count, group=group.name)
    return _with_visitors(said, group, viewer), [group.stewards_key]


def _with_visitors(said: str, group: Group, viewer: Viewer) -> str:
    """The line, and after it everybody who visits and until when. Asks only when somebody does."""
    lines = [said]
    if getattr(group, "is_visited", False):
        words = _("{name}, steward of the place, visits until {when} and can read this too.")
        for visit in visits_lasting(group):
            lines.append(words.format(name=visit.person.name, when=until_when(visit, viewer.language)))
    return " ".join(lines)


def until_when(visit: Visit, language: str) -> str:
    """The end of a visit in words, by the place's clock."""
    return formats.date_and_time(visit.ends_at, language, tz=place_zone())


def stewards_line(rest: str, viewer: Viewer) -> Line:
    """The stewards of a group, or of the place, can read this."""
    if rest == "place":
        return _("The stewards of this place can read this.")
    group = _known(rest.removeprefix("group:"), viewer)
    if group is None:
        return _("People in a group that you are not in can read this too.")
    n = Membership.objects.stewards().filter(group=group).count()
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
    said = _with_visitors(words.format(n=n, network=network.name), network, viewer)
    return said, [network.key, network.stewards_key]


def _known(rest: str, viewer: Viewer) -> Group | None:
    """The group with this id, unless it is hidden from the viewer or closed."""
    visited = Exists(Visit.objects.filter(group=OuterRef("pk"), left_at=None, ends_at__gt=timezone.now()))
    group = Group.objects.annotate(is_visited=visited).filter(pk=int(rest), closed_at=None).first()
    if group is None:
        return None
    inside = viewer.holds(group.key) or viewer.holds(f"network:{group.pk}")
    return group if inside or not group.is_hidden else None


def lasting_stewards(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those among `memberships` who are stewards and whose time is not over."""
    lasting = Q(steward_until=None) | Q(steward_until__gt=timezone.now())
    return memberships.filter(lasting, steward_since__isnull=False)


def sole_stewardships(person: Any) -> QuerySet[Group]:
    """Groups with other members that would be left without a steward if this person went."""
    own = Membership.objects.stewards().filter(person_id=person.pk).values("group_id")
    others = Membership.objects.filter(group=OuterRef("pk")).exclude(person_id=person.pk)
    alone = Group.objects.filter(Exists(others), ~Exists(lasting_stewards(others)), closed_at=None, pk__in=own)
    return alone.order_by("name_key")
