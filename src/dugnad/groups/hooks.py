"""What the hall `groups` adds to the hooks of the kernel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dugnad.groups import actions, queries, rows, tellings
from dugnad.groups.carrying import hooks as carrying  # noqa: F401 - importing it fills the hooks
from dugnad.groups.models import Group, GroupInvitation, JoinRequest, Membership, Removal, Visit
from dugnad.groups.sections import group_sections
from dugnad.kernel import registry
from dugnad.kernel.audience import Viewer, viewer_of
from dugnad.kernel.context import Way
from dugnad.kernel.happenings import Happening, on
from dugnad.kernel.search import Found
from dugnad.notices.queries import holders
from dugnad.people.invitations import Admission
from dugnad.people.models import Invitation, Person

__all__ = ["group_sections", "tellings"]

registry.keys_held.register(queries.keys_of)
registry.readers_lines.register("group")(queries.group_line)
registry.readers_lines.register("stewards")(queries.stewards_line)
registry.readers_lines.register("network")(queries.network_line)
holders.register("group")(queries.members_holding)
holders.register("stewards")(queries.stewards_holding)
holders.register("network")(queries.network_holding)
registry.daily_jobs.register("old removals")(actions.forget_old_removals)
registry.daily_jobs.register("old visits")(actions.forget_old_visits)
registry.daily_jobs.register("stewardships that end")(actions.end_stewardships_in_time)
registry.daily_jobs.register("stewardships that end soon")(actions.tell_of_ending_stewardships)
registry.daily_jobs.register("visits that end")(actions.end_visits_in_time)


@registry.menu.register
def main_menu(viewer: Viewer) -> Iterable[Way]:
    """The way to all groups."""
    return [Way(_("Groups"), "/groups", "i-people", 30, ("/g/", "/groups"))]


@registry.own_pages.register
def own_pages(viewer: Viewer) -> Iterable[Way]:
    """One's own groups."""
    return [Way(_("My groups"), "/me/groups", "i-people", 30)]


@registry.search_sources.register("group")
def found_groups(hits: list[Found], viewer: Viewer, snippets: dict[int, SafeString]) -> dict[int, SafeString]:
    """Hits that are groups, printed."""
    groups = queries.groups_seen(viewer).in_bulk([hit.thing_id for hit in hits])
    seen = [hit for hit in hits if hit.thing_id in groups]
    return {
        hit.thing_id: rows.hit(groups[hit.thing_id], snippets.get(hit.entry_id, SafeString("")), viewer) for hit in seen
    }


@registry.admissions.register("group")
def admission(rest: str) -> Admission | None:
    """What an invitation link into a group leads to. Who holds the link may know the group's name, hidden or not."""
    group = Group.objects.filter(pk=int(rest), closed_at=None).first() if rest.isdigit() else None
    return Admission(group.name, group.url) if group else None


@on("invitation_used")
def let_in(happening: Happening, invitation: Invitation, by: Any) -> None:
    """Whoever used a link into a group is let in there."""
    kind, _sep, rest = invitation.leads_to.partition(":")
    group = Group.objects.filter(pk=int(rest)).first() if kind == "group" and rest.isdigit() else None
    if group is not None:
        actions.let_in_by_link(group, by=by, inviter=invitation.inviter)


@registry.erasure_blockers.register
def what_to_settle(person: Person) -> Iterable[str]:
    """Groups that would be left without a steward."""
    words = _("You are the only steward of {group}. Make somebody else a steward, or close the group.")
    return [words.format(group=group.name) for group in queries.sole_stewardships(person)]


@registry.erasers.register
def erase(person: Person, leave_posts: bool) -> None:
    """Take the person out of all groups."""
    actions.erase_memberships(person)


@registry.exporters.register
def export(person: Person) -> tuple[str, Any, dict[str, str], str]:
    """The person's groups, and what they asked, were invited to and were removed from. Groups of which they may not know any
    more have no name here: it may be another one by now.
    """
    seen = set(viewer_of(person).audiences())
    memberships = Membership.objects.filter(person=person).select_related("group").order_by("pk")
    requests = JoinRequest.objects.filter(person=person).select_related("group").order_by("pk")
    invitations = GroupInvitation.objects.filter(person=person).select_related("group").order_by("pk")
    removals = Removal.objects.filter(person=person).select_related("group").order_by("pk")
    data = {
        "memberships": [
            {
                "group": row.group.name,
                "since": _iso(row.created_at),
                "steward_since": _iso(row.steward_since),
                "steward_until": _iso(row.steward_until),
            }
            for row in memberships
        ],
        "requests": [
            {"group": _name(row.group, seen), "at": _iso(row.created_at), "note": row.note, "accepted": row.accepted}
            for row in requests
        ],
        "invitations": [
            {
                "group": row.group.name if row.answered_at is None else _name(row.group, seen),
                "at": _iso(row.created_at),
                "greeting": row.greeting,
                "accepted": row.accepted,
            }
            for row in invitations
        ],
        "visits": [
            {
                "group": _name(row.group, seen),
                "at": _iso(row.created_at),
                "until": _iso(row.left_at or row.ends_at),
                "reason": row.reason,
            }
            for row in Visit.objects.filter(person=person).select_related("group").order_by("pk")
        ],
        "removals": [
            {"group": _name(row.group, seen), "at": _iso(row.created_at), "reason": row.reason} for row in removals
        ],
    }
    return "groups", data, {}, _("The groups you are in, what you asked for and what you were invited to.")


def _name(group: Group, seen: set[int]) -> str:
    return group.name if group.audience_id in seen else "…"


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
