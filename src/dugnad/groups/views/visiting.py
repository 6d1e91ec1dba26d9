"""The door of a closed group for stewards of the place: in sight of its members, for a reason and a time."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dugnad.groups import actions, policies, queries
from dugnad.groups.forms import EnterForm, FindGroupForm
from dugnad.groups.views.doors import answered, member_posts, posted, too_often
from dugnad.kernel.audience import STEWARDS_OF_PLACE

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@get_or_post
def enter_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Why, and for how long. Whoever has the address of a hidden group knows of it already; its name is not said here."""
    if not request.viewer.holds(STEWARDS_OF_PLACE):
        raise Http404
    group = queries.group_to_enter(slug, request.viewer)
    if group is None:
        raise Http404
    if not policies.can_enter_group(request.viewer, group):
        return redirect(group.url)
    form = EnterForm(posted(request))
    if form.is_valid() and not too_often(request, form, "groups-entered", 20):
        actions.enter_group(group, by=request.person, **form.cleaned_data)
        messages.success(request, _("You read here as a visitor. Its members are told, and see your reason."))
        return redirect(group.url)
    known = bool(policies.can_see_group(request.viewer, group))
    return answered(request, "groups/enter_group.html", {"group": group, "known": known, "form": form}, form)


@member_posts
def end_visit(request: HttpRequest, slug: str) -> HttpResponse:
    """Goes before the time is over."""
    visit = queries.own_visit(slug, request.viewer)
    if visit is None:
        raise Http404
    actions.end_visit(visit, by=request.person)
    messages.success(request, _("Your visit is over. The members are told."))
    return redirect("groups")


@login_required
@get_or_post
def find_closed_group(request: HttpRequest) -> HttpResponse:
    """Leads to the door of the group whose address somebody gave to a steward of the place. There is no list of hidden
    groups: only how many there are.
    """
    if not request.viewer.holds(STEWARDS_OF_PLACE):
        raise Http404
    form = FindGroupForm(posted(request))
    if form.is_valid() and not too_often(request, form, "groups-looked-for", 60):
        group = queries.group_to_enter(form.cleaned_data["address"], request.viewer)
        if group is not None:
            return redirect("enter_group", slug=group.slug)
        form.add_error("address", _("There is no group at this address. Look at it once more, letter by letter."))
    context = {"form": form, "hidden": queries.hidden_groups_counted(request.viewer)}
    return render(request, "groups/find_closed_group.html", context, status=422 if form.errors else 200)
