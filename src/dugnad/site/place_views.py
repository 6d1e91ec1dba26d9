"""The place's own pages: what it is, what is agreed, how people are protected; and the walk that sets it up."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from dugnad.kernel.audience import STEWARDS_OF_PLACE
from dugnad.kernel.languages import OWN_NAMES
from dugnad.kernel.place import Place, the_place
from dugnad.kernel.retention import spans
from dugnad.site import place_actions, place_queries
from dugnad.site.place_forms import PlaceForm
from dugnad.site.place_parts import TITLES, WALK, Part
from dugnad.site.place_policies import can_open_place


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What this place is and who looks after it. Names of stewards are for members."""
    place, language = the_place(), request.viewer.language
    stewards = place_queries.stewards_of_place()
    context = {
        "tagline": place.said(place.tagline, language),
        "agreements": place_queries.text_of(place, "agreements", language),
        "stewards": stewards if request.viewer.is_member else [],
        "steward_count": len(stewards),
        "languages": [(code, OWN_NAMES[code]) for code in place_queries.offered_languages(place)],
    }
    return render(request, "site/place_about.html", context)


@require_GET
def agreements(request: HttpRequest) -> HttpResponse:
    """The ground rules that everyone here agreed to."""
    place, person = the_place(), request.person
    context = {
        "text": place_queries.text_of(place, "agreements", request.viewer.language),
        "may_accept": person is not None and 0 < person.agreed_version < place.agreements_version,
    }
    return render(request, "site/place_agreements.html", context)


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """The place's notice, who is responsible, and how the house protects people."""
    text = place_queries.text_of(the_place(), "privacy", request.viewer.language)
    return render(request, "site/place_privacy.html", {"text": text, "spans": spans()})


@login_required
@require_GET
def set_up_place(request: HttpRequest) -> HttpResponse:
    """Goes on where the walk was left."""
    place = place_for_steward(request)
    if place.opened_at:
        return redirect("place_settings")
    step = place_queries.next_step(place)
    return redirect("open_place") if step == "open" else redirect("set_up_step", step)


@login_required
@require_http_methods(["GET", "POST"])
def set_up_step(request: HttpRequest, step: str) -> HttpResponse:
    """One step of the walk: saves what was typed and goes to the next."""
    place = place_for_steward(request)
    if place.opened_at:
        return redirect("place_settings")
    if step not in WALK:
        raise Http404
    form = form_of(request, WALK[step], place)
    if request.method == "POST" and form.is_valid():
        WALK[step].settle(**form.wanted(), by=request.person)
        return redirect(*_following(step))
    context = {
        "form": form,
        "part": WALK[step],
        "back": _before(step),
        "steps": _steps(place, step),
        "there_already": place_queries.common_categories(request.viewer) if step == "categories" else [],
    }
    return render(request, "site/set_up_step.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def open_place(request: HttpRequest) -> HttpResponse:
    """The last step: what was settled, and the button that opens the place."""
    place = place_for_steward(request)
    if place.opened_at:
        return redirect("place_settings")
    verdict = can_open_place(request.person, place)
    if request.method == "POST" and verdict:
        place_actions.open_place(by=request.person)
        return redirect("place_opened")
    context = {
        "settled": place,
        "tagline": place.said(place.tagline, request.viewer.language),
        "languages": [OWN_NAMES[code] for code in place_queries.offered_languages(place)],
        "categories": place_queries.common_categories(request.viewer),
        "verdict": verdict,
        "steps": _steps(place, "open"),
    }
    return render(request, "site/set_up_open.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_GET
def place_opened(request: HttpRequest) -> HttpResponse:
    """The place is open: invite the first ten."""
    place = place_for_steward(request)
    if not place.opened_at:
        return redirect("set_up_place")
    return render(request, "site/set_up_opened.html", {"settled": place})


def place_for_steward(request: HttpRequest) -> Place:
    """The place as it stands in the database. For all others these pages do not exist."""
    if not request.viewer.holds(STEWARDS_OF_PLACE):
        raise Http404
    return place_queries.the_saved_place()


def form_of(request: HttpRequest, part: Part, place: Place) -> PlaceForm:
    typed = request.POST if request.method == "POST" else None
    return part.form(typed, place=place, language=request.viewer.language)


def _following(step: str) -> tuple[str, ...]:
    names = list(TITLES)
    name = names[names.index(step) + 1]
    return ("open_place",) if name == "open" else ("set_up_step", name)


def _before(step: str) -> str:
    names = list(TITLES)
    at = names.index(step)
    return names[at - 1] if at else ""


def _steps(place: Place, current: str) -> list[dict[str, Any]]:
    done = place_queries.done_steps(place)
    return [
        {"name": name, "title": title, "done": name in done, "current": name == current}
        for name, title in TITLES.items()
    ]
