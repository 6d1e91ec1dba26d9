"""What the doors of care share: who may come in, and how a form is answered."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from dugnad.care import queries
from dugnad.care.models import StewardDeed
from dugnad.care.rooms import PLACE, Room
from dugnad.groups.queries import group_by_slug


def find_room(request: HttpRequest, slug: str = "") -> Room:
    """The place, or the group with this address; 404 when there is none for this viewer."""
    if not slug:
        return PLACE
    group = group_by_slug(slug, request.viewer)
    if group is None:
        raise Http404
    return Room(group)


def find_deed(request: HttpRequest, pk: int) -> StewardDeed:
    """One line of a log, or 404."""
    deed = queries.deed_by_id(pk, request.viewer)
    if deed is None:
        raise Http404
    return deed


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form: None makes it an empty one."""
    return request.POST if request.method == "POST" else None


def answered(request: HttpRequest, template: str, shown: dict[str, Any], *forms: Form) -> HttpResponse:
    """The page; with 422 when something in one of its forms will not do."""
    return render(request, template, shown, status=422 if any(form.errors for form in forms) else 200)
