"""Finding groups, and the pages of one: what it is and who is in it."""

from __future__ import annotations

from html import unescape
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.views.decorators.http import require_safe

from dugnad.groups import policies, queries, rows
from dugnad.groups.models import Group
from dugnad.groups.sections import sections_of
from dugnad.groups.views.doors import number
from dugnad.kernel.audience import STEWARDS_OF_PLACE, Viewer, readers_of
from dugnad.kernel.languages import OWN_NAMES
from dugnad.kernel.text import clean_line, excerpt
from dugnad.people.terms import last_day

SOME_MEMBERS = 12
SOME_VISITS = 5
FILTERS = ("kind", "theme", "language", "words")


def find_group(request: HttpRequest, slug: str) -> Group:
    """The group, or 404 when it is not there or not for this viewer."""
    group = queries.group_by_slug(slug, request.viewer)
    if group is None:
        raise Http404
    return group


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """All groups that the viewer may know of, by name, filtered by kind, theme, language and words."""
    chosen = {name: clean_line(request.GET.get(name, ""))[:80] for name in FILTERS}
    after = number(request.GET.get("after"))
    start = queries.group_by_id(after, request.viewer) if after is not None else None
    page, more = queries.page_after(queries.groups_listed(request.viewer, **chosen), start)
    context = {
        "rows": [rows.group_row(group, request.viewer) for group in page],
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "kinds": [_slip(chosen, "kind", value, rows.kind_of(Group(kind=value))) for value in Group.Kind.values],
        "all_kinds_url": _url(chosen | {"kind": ""}),
        "languages": OWN_NAMES.items(),
        "themes": [_slip(chosen, "theme", theme, theme) for theme in queries.themes_listed(request.viewer)],
        "older": _url(chosen | {"after": str(page[-1].pk)}) if more else "",
        "keeper": request.viewer.holds(STEWARDS_OF_PLACE),
    }
    return render(request, "groups/groups.html", context)


def _url(chosen: dict[str, str]) -> str:
    kept = {name: value for name, value in chosen.items() if value}
    return reverse("groups") + (f"?{urlencode(kept)}" if kept else "")


def _slip(chosen: dict[str, str], name: str, value: str, label: str) -> dict[str, Any]:
    current = chosen[name].casefold() == value.casefold()
    return {"url": _url(chosen | {name: "" if current else value}), "label": label, "current": current}


@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """The group's page."""
    found, viewer = find_group(request, slug), request.viewer
    inside = policies.can_see_members(viewer, found)
    stewards = list(queries.stewards_of(found, viewer))
    members = queries.members_of(found, viewer).exclude(pk__in=[row.pk for row in stewards])
    context = {
        "group": found,
        "kind": rows.kind_of(found),
        "emblem": rows.ICONS[Group.Kind(found.kind)],
        "field": rows.FIELDS[Group.Kind(found.kind)],
        "lang": rows.lang_of(found, viewer),
        "languages": rows.language_names(found.languages, viewer.language),
        "line": readers_of(found.audience, viewer),
        "stewards": [rows.person_row(row, viewer) for row in stewards],
        "may_enter": policies.can_enter_group(viewer, found),
        "members": [rows.person_row(row, viewer) for row in members[:SOME_MEMBERS]],
        "networks": list(queries.networks_of(found, viewer)),
        "tied": [rows.group_row(one, viewer) for one in queries.groups_in(found, viewer)] if found.is_network else [],
        "sections": sections_of(found, viewer),
        "description": excerpt(unescape(strip_tags(found.about_html)), 200) or rows.kind_of(found),
        "url": settings.URL + found.url,
        **_standing(request, found, bool(inside)),
        **_visits(found, viewer, bool(inside)),
    }
    return render(request, "groups/group.html", context)


def _visits(group: Group, viewer: Viewer, inside: bool) -> dict[str, Any]:
    """Who of the stewards of the place visits, and who did: for those who are in the group, or visit it."""
    known = list(queries.visits_known(group, viewer)[:SOME_VISITS]) if inside else []
    lasting = [visit for visit in known if visit.left_at is None and visit.ends_at > timezone.now()]
    return {
        "visiting": queries.visits(viewer, group),
        "visits": [(visit, queries.until_when(visit, viewer.language)) for visit in lasting],
        "past_visits": [visit for visit in known if visit not in lasting],
    }


def _standing(request: HttpRequest, group: Group, inside: bool) -> dict[str, Any]:
    """What the viewer can do here now: the same policies answer behind the buttons."""
    viewer = request.viewer
    asked = None if inside else queries.own_join_request(group, viewer)
    return {
        "inside": inside,
        "asked": asked,
        "may_join": policies.can_join_group(viewer, group),
        "may_ask": not asked and policies.can_ask_to_join(viewer, group),
        "may_edit": policies.can_edit_group(viewer, group),
        "may_invite": policies.can_invite_to_group(viewer, group),
        "asking": queries.join_requests_of(group, viewer).count() if policies.is_steward(viewer, group) else 0,
    }


@require_safe
@login_required
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in the group, for its members."""
    found, viewer = find_group(request, slug), request.viewer
    if not policies.can_see_members(viewer, found):
        raise Http404
    page, more = queries.members_after(found, viewer, number(request.GET.get("after")))
    context = {
        "group": found,
        "steward": policies.is_steward(viewer, found),
        "names_wait": queries.names_wait(page),
        "older": f"{reverse('group_members', args=[slug])}?after={page[-1].pk}" if more else "",
        "members": [
            {
                "seat": rows.seat_of(row, viewer),
                "url": row.person.url,
                "handle": row.person.handle,
                "name": row.person.name,
                "is_steward": row.is_steward,
                "until": last_day(row.steward_until) if row.is_steward and row.steward_until else "",
                "me": row.person_id == viewer.person_id,
            }
            for row in page
        ],
    }
    return render(request, "groups/members.html", context)


@require_safe
@login_required
def my_groups(request: HttpRequest) -> HttpResponse:
    """The viewer's groups, where they asked, and where they are invited."""
    viewer = request.viewer
    context = {
        "rows": [rows.my_group_row(mine, viewer) for mine in queries.my_groups(viewer)],
        "asked": [rows.group_row(asked.group, viewer) for asked in queries.asked_by(viewer)],
        "invitations": list(queries.invitations_for(viewer)),
    }
    return render(request, "groups/my_groups.html", context)
