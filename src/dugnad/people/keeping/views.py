"""Doors to the file with everything about oneself, and out for good."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from dugnad.kernel import formats
from dugnad.kernel.clock import place_zone
from dugnad.kernel.limits import limit
from dugnad.people.keeping import actions
from dugnad.people.keeping.forms import EraseForm
from dugnad.people.keeping.policies import LOST_AFTER, can_ask_for_export, what_stands_in_the_way
from dugnad.people.models import Export, Person
from dugnad.people.views.answers import proved


@require_http_methods(["GET", "POST"])
@login_required
def ask_for_export(request: HttpRequest) -> HttpResponse:
    """Asks for the file, shows how far it is, and where to get it."""
    if request.method == "POST":
        limit(request, "exports", 10, 3600)
        if can_ask_for_export(request.person, request.person):
            actions.ask_for_export(request.person, by=request.person)
        return redirect("ask_for_export")
    export = _newest(request.person)
    now = timezone.now()
    state = _state(export, now)
    context = {
        "export": export,
        "state": state,
        "ends": _time(export.ends_at, request) if export and export.ends_at else "",
    }
    return render(request, "people/me_export.html", context)


@require_GET
@proved
def download_export(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file, for the person it is about, while they are signed in and its day is not over."""
    export = Export.objects.filter(person=request.person, token=token, ends_at__gt=timezone.now()).first()
    if export is None or not export.path.exists():
        raise Http404
    name = f"dugnad-{request.person.handle}-{export.ready_at:%Y-%m-%d}.zip"
    return FileResponse(export.path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


@require_http_methods(["GET", "POST"])
@proved
def erase_person(request: HttpRequest) -> HttpResponse:
    """Says what will happen, asks what becomes of the posts, and erases."""
    in_the_way = what_stands_in_the_way(request.person)
    form = EraseForm(request.POST if request.method == "POST" else None, person=request.person)
    if request.method == "POST" and not in_the_way and form.is_valid():
        actions.erase_person(request.person, leave_posts=form.leave_posts, by=request.person)
        request.session.flush()
        return redirect("erased")
    context = {"form": form, "in_the_way": in_the_way}
    return render(request, "people/me_erase.html", context, status=422 if form.is_bound else 200)


@require_GET
def erased(request: HttpRequest) -> HttpResponse:
    """The last page for somebody who erased themselves."""
    return render(request, "people/me_erased.html")


def _newest(person: Person) -> Export | None:
    return Export.objects.filter(person=person).order_by("-pk").first()


def _time(moment: datetime, request: HttpRequest) -> str:
    return formats.date_and_time(moment, request.viewer.language, tz=place_zone())


def _state(export: Export | None, now: datetime) -> str:
    """ "none", "making", "lost" or "ready"."""
    if export is None or (export.ends_at and export.ends_at <= now):
        return "none"
    if export.ready_at:
        return "ready"
    return "making" if export.created_at > now - LOST_AFTER else "lost"
