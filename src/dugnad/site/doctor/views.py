"""How the place is, for those who look after it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dugnad.site.doctor.checks import CHEAP, findings
from dugnad.site.doctor.finding import FINE, LOOK, WRONG
from dugnad.site.place_views import place_for_steward


@login_required
@require_GET
def place_health(request: HttpRequest) -> HttpResponse:
    """What `dugnad doctor` says, without what waits for other machines or reads the whole disk."""
    place_for_steward(request)
    found = list(findings(CHEAP))
    by_kind = {kind: [one for one in found if one.stands == kind] for kind in (WRONG, LOOK, FINE)}
    response = render(request, "site/place_health.html", by_kind)
    response["Cache-Control"] = "private, no-store"
    return response
