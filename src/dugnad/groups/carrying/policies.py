"""Who may take a group along, who is asked, who may bring one, and whose name is whose."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dugnad.groups.models import Arrival, Departure, Group
from dugnad.groups.policies import can_create_group, can_see_members, is_steward
from dugnad.groups.queries import visits
from dugnad.kernel.audience import Viewer, viewer_of
from dugnad.kernel.policies import YES, Verdict, no


def can_begin_departure(who: Any, group: Group) -> Verdict:
    """Stewards begin; one departure at a time."""
    steward = is_steward(who, group)
    if not steward:
        return steward
    if Departure.objects.filter(group=group, ended_at=None).exists():
        return no(_("The group is getting ready already."))
    return YES


def can_answer_departure(who: Any, departure: Departure) -> Verdict:
    """Members say yes or no for themselves, until the file is made."""
    member = _is_member(who, departure.group)
    if not member:
        return member
    if departure.ended_at or departure.making_at:
        return no(_("The file is made already, without asking further. Write to a steward of the group."))
    return YES


def can_pack_group(who: Any, departure: Departure) -> Verdict:
    """Stewards have the file made, once for each departure."""
    steward = is_steward(who, departure.group)
    if not steward:
        return steward
    if departure.ended_at or departure.making_at:
        return no(_("The file is made already, or being made."))
    return YES


def can_end_departure(who: Any, departure: Departure) -> Verdict:
    """Stewards take it back; the file goes."""
    return is_steward(who, departure.group)


def can_bring_group(who: Any) -> Verdict:
    """Whoever may start a group may bring one."""
    return can_create_group(who)


def can_unpack_group(who: Any, arrival: Arrival) -> Verdict:
    """Who brought the file says yes to what is in it, once."""
    may = can_bring_group(who)
    if not may:
        return may
    person_id = getattr(who, "person_id", None) or getattr(who, "pk", None)
    if arrival.person_id != person_id:
        return no(_("Only who brought the file can take it in."))
    if arrival.unpacking_at or arrival.finished_at:
        return no(_("This file is taken in already, or being taken in."))
    return YES


def can_claim_name(who: Any, group: Group) -> Verdict:
    """Members of the group may say that a name which came along is theirs, and show it by their address."""
    return _is_member(who, group)


def _is_member(who: Any, group: Group) -> Verdict:
    """A member, and not only somebody who visits to read."""
    inside = can_see_members(who, group)
    if inside and visits(who if isinstance(who, Viewer) else viewer_of(who), group):
        return no(_("You visit this group to read. Only its members do this."))
    return inside
