"""Founding, changing, listing, hiding and closing a group."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dugnad.groups import actions, policies
from dugnad.groups.forms import CreateGroupForm, EditGroupForm
from dugnad.groups.views.doors import answered, member_posts, posted, too_often
from dugnad.groups.views.finding import find_group
from dugnad.kernel.audience import readers_of
from dugnad.kernel.policies import require

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@get_or_post
def create_group(request: HttpRequest) -> HttpResponse:
    """A form for a new group."""
    form = CreateGroupForm(posted(request), initial={"languages": [request.viewer.language]})
    if form.is_valid() and not too_often(request, form, "groups-founded", 20):
        group = actions.create_group(**form.cleaned_data, by=request.person)
        messages.success(request, _("{group} is here. You are its first steward.").format(group=group.name))
        return redirect(group.url)
    return answered(request, "groups/create_group.html", {"form": form}, form)


@login_required
@get_or_post
def edit_group(request: HttpRequest, slug: str) -> HttpResponse:
    """A form with what the group says about itself, and the ways to hide and close it."""
    group = find_group(request, slug)
    require(policies.can_edit_group(request.viewer, group))
    form = EditGroupForm.of(group, posted(request))
    if form.is_valid():
        actions.edit_group(group, by=request.person, **form.cleaned_data)
        messages.success(request, _("The group is changed."))
        return redirect(group.url)
    context = {"form": form, "group": group, "line": readers_of(group.audience, request.viewer)}
    return answered(request, "groups/edit_group.html", context, form)


@member_posts
def list_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody can see that the group exists."""
    group = actions.list_group(find_group(request, slug), by=request.person)
    messages.success(request, _("{group} is listed: anyone can see that it exists.").format(group=group.name))
    return redirect(group.url)


@member_posts
def hide_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Only its members know of the group."""
    group = actions.hide_group(find_group(request, slug), by=request.person)
    messages.success(request, _("{group} is hidden: only its members know of it.").format(group=group.name))
    return redirect(group.url)


@login_required
@get_or_post
def close_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Says what closing does, and closes."""
    group = find_group(request, slug)
    require(policies.can_close_group(request.viewer, group))
    if request.method == "POST":
        actions.close_group(group, by=request.person)
        messages.success(request, _("{group} has closed.").format(group=group.name))
        return redirect("my_groups")
    return render(request, "groups/close_group.html", {"group": group})
