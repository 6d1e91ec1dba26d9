"""Stewards arrange the categories: make, change, order, close."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dugnad.forum import actions, policies, queries
from dugnad.forum.forms import CategoryForm
from dugnad.forum.models import Category
from dugnad.forum.views.found import find_category, refused, say, sign_in_first
from dugnad.groups.models import Group
from dugnad.groups.queries import group_by_slug


def create_category(request: HttpRequest) -> HttpResponse:
    """Make a common category, or a group's own with ?group=slug; ?in=slug puts it below another."""
    if away := sign_in_first(request):
        return away
    group = _group(request)
    verdict = policies.can_create_category(request.viewer, group.pk if group else None)
    if not verdict:
        return refused(request, verdict)
    parent = _parent(request, group)
    form = CategoryForm(request.POST or None, for_group=group is not None)
    if request.method == "POST" and form.is_valid():
        category = actions.create_category(by=request.person, group=group, parent=parent, **form.cleaned_data)
        say(request, _("The category is there."))
        return HttpResponseRedirect(category.url)
    shown = {"form": form, "group": group, "parent": parent}
    return render(request, "forum/create_category.html", shown, status=422 if form.errors else 200)


def _parent(request: HttpRequest, group: Group | None) -> Category | None:
    slug = request.GET.get("in", "")
    if not slug:
        return None
    parent = find_category(request, slug)
    if parent.group_id != (group.pk if group else None):
        raise Http404
    return parent


def _group(request: HttpRequest) -> Group | None:
    slug = request.GET.get("group", "")
    if not slug:
        return None
    group = group_by_slug(slug, request.viewer) if "\x00" not in slug else None
    if group is None:
        raise Http404
    return group


def edit_category(request: HttpRequest, slug: str) -> HttpResponse:
    """Change name, purpose and who writes."""
    category = find_category(request, slug)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_edit_category(request.viewer, category)
    if not verdict:
        return refused(request, verdict)
    initial = {"name": category.name, "purpose": category.purpose, "writers": category.writers}
    form = CategoryForm(request.POST or None, initial=initial, for_group=bool(category.group_id), changing=True)
    if request.method == "POST" and form.is_valid():
        category = actions.edit_category(category, by=request.person, **form.cleaned_data)
        say(request, _("Saved."))
        return HttpResponseRedirect(category.url)
    siblings = [
        b
        for b in queries.categories_of_tree(request.viewer, group_id=category.group_id)
        if b.category.pk != category.pk
    ]
    shown = {
        "form": form, "category": category, "siblings": siblings,
        "can_close": policies.can_close_category(request.viewer, category),
        "can_reopen": policies.can_reopen_category(request.viewer, category),
    }  # fmt: skip
    return render(request, "forum/edit_category.html", shown, status=422 if form.errors else 200)


@require_POST
def arrange_category(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the category before another one, or last."""
    category = find_category(request, slug)
    if away := sign_in_first(request):
        return away
    before = queries.category_by_slug(request.POST.get("before", ""), request.viewer)
    actions.arrange_category(category, by=request.person, before=before)
    say(request, _("The order is saved."))
    return HttpResponseRedirect("/forum")


@require_POST
def close_category(request: HttpRequest, slug: str) -> HttpResponse:
    """Close the category; everything in it stays readable."""
    category = find_category(request, slug)
    if away := sign_in_first(request):
        return away
    actions.close_category(category, by=request.person)
    say(request, _("The category is closed. Everything in it can still be read."))
    return HttpResponseRedirect(category.url)


@require_POST
def reopen_category(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a closed category again."""
    category = find_category(request, slug)
    if away := sign_in_first(request):
        return away
    actions.reopen_category(category, by=request.person)
    say(request, _("The category is open again."))
    return HttpResponseRedirect(category.url)
