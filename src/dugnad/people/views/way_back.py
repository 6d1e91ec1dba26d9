"""The link that a steward made for somebody who cannot get in."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from dugnad.people.actions import use_way_back
from dugnad.people.invitations import find_way_back
from dugnad.people.policies import can_use_way_back


@never_cache
def way_back(request: HttpRequest, token: str) -> HttpResponse:
    """One button that signs the person in. Looking at the page uses nothing up."""
    way = find_way_back(token)
    verdict = can_use_way_back(way) if way else None
    if way is None or not verdict:
        context = {"sentence": verdict.reason if verdict is not None else ""}
        status = HTTPStatus.GONE if way else HTTPStatus.NOT_FOUND
        return render(request, "people/way_back_ended.html", context, status=status)
    if request.method != "POST":
        return render(request, "people/way_back.html", {"way": way})
    use_way_back(way, by=way.person)
    if request.person is not None:
        request.session.flush()
    record_authentication(request, way.person, method="way_back")
    messages.success(
        request, _("You are in. Look through what opens your account, and change your address if you lost it.")
    )
    answer: HttpResponse = perform_login(request, Login(user=way.person, redirect_url=reverse("security")))
    return answer
