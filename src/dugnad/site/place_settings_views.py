"""The settings of an open place: what holds now, one page for each part, a preview of the look, a test mail, and the log."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dugnad.kernel.limits import limit
from dugnad.kernel.place import Place
from dugnad.people.models import Person
from dugnad.site import place_queries, place_settings_actions
from dugnad.site.place_changing import ChangedMeanwhile
from dugnad.site.place_forms import PlaceForm
from dugnad.site.place_log import changes_of_place
from dugnad.site.place_parts import PARTS
from dugnad.site.place_testing_mail import try_mail
from dugnad.site.place_views import form_of, place_for_steward


@login_required
@require_GET
def place_settings(request: HttpRequest) -> HttpResponse:
    """What stewards can settle about the place, and what holds now."""
    place = place_for_steward(request)
    if not place.opened_at:
        return redirect("set_up_place")
    language = request.viewer.language
    context = {
        "parts": [(name, part, part.now(place, language)) for name, part in PARTS.items()],
        "categories": place_queries.common_categories(request.viewer),
        "stewards": place_queries.stewards_of_place(),
    }
    return render(request, "site/place_settings.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def settle_place(request: HttpRequest, part: str) -> HttpResponse:
    """One part of the settings. What somebody else saved meanwhile is shown beside what was typed."""
    place = place_for_steward(request)
    if not place.opened_at:
        return redirect("set_up_place")
    if part not in PARTS:
        raise Http404
    form = form_of(request, PARTS[part], place)
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST and part == "look":
            return _page(request, part, form, place=_looking(place, form), previewed=True)
        try:
            PARTS[part].settle(**form.wanted(), by=request.person, seen=form.seen_version())
        except ChangedMeanwhile as changed:
            return _both(request, part, form, changed)
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("place_settings")
    return _page(request, part, form, status=422 if form.is_bound else 200)


def _page(request: HttpRequest, part: str, form: PlaceForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "part": PARTS[part], "name": part, **more}
    return render(request, "site/place_settle.html", context, status=status)


def _looking(place: Place, form: PlaceForm) -> Place:
    """The place as it would look, for one page."""
    looking = copy(place)
    for name, value in form.wanted().items():
        setattr(looking, name, value)
    return looking


def _both(request: HttpRequest, part: str, form: PlaceForm, changed: ChangedMeanwhile) -> HttpResponse:
    """What was typed, ready to be saved now that what stands was seen, and what stands."""
    place = place_queries.the_saved_place()
    typed = request.POST.copy()
    typed["seen"] = str(place.versions.get(part, 0))
    again = PARTS[part].form(typed, place=place, language=request.viewer.language)
    stands = PARTS[part].form(place=place, language=request.viewer.language)
    theirs = [
        (field.label, _shown(field))
        for field in stands
        if not field.is_hidden and field.name != "password" and _shown(field) != _shown(again[field.name])
    ]
    by = Person.objects.living().filter(pk=changed.person_id or 0).first()
    return _page(request, part, again, 409, theirs=theirs, theirs_by=by)


def _shown(field: BoundField) -> str:
    """The value of a field as people read it."""
    value = field.value()
    chosen = (
        [str(one) for one in value] if isinstance(value, list | tuple) else [str(value if value is not None else "")]
    )
    words = {str(key): str(label) for key, label in _choices(field)}
    return ", ".join(words.get(one, one) for one in chosen).replace("\r\n", "\n")


def _choices(field: BoundField) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    for key, label in getattr(field.field, "choices", []):
        flat += label if isinstance(label, list | tuple) else [(key, label)]
    return flat


@login_required
@require_POST
def mail_tried(request: HttpRequest) -> HttpResponse:
    """Sends a mail to the steward who asks, and says whether the server took it."""
    place = place_for_steward(request)
    limit(request, "mails-tried", 20, 3600)
    trouble = try_mail(by=request.person)
    took = _("The server took an email to {address}. Look there.").format(address=request.person.email)
    form = PARTS["mail"].form(place=place, language=request.viewer.language)
    return _page(request, "mail", form, trouble=trouble, took="" if trouble else took)


@login_required
@require_GET
def place_log(request: HttpRequest) -> HttpResponse:
    """What was changed about the place, by whom and when: for every member."""
    before = request.GET.get("before", "")
    known = before.isascii() and before.isdigit() and len(before) < 19
    rows, older = changes_of_place(request.viewer, int(before) if known else None)
    return render(request, "site/place_log.html", {"rows": rows, "older": older})


@login_required
@require_POST
def accept_agreements(request: HttpRequest) -> HttpResponse:
    """The member keeps to the ground rules as they read now."""
    version = request.POST.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 9):
        raise Http404
    place_settings_actions.accept_agreements(version=int(version), by=request.person)
    messages.success(request, _("Thank you. It is noted with today’s date."))
    return redirect("agreements")
