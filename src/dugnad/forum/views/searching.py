"""Doors to one's saved searches."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dugnad.forum import actions
from dugnad.forum.actions.searching import NameTaken, address_of
from dugnad.forum.limits import slow_down
from dugnad.forum.models import SavedSearch
from dugnad.forum.queries.planned import search_by_id, searches_of
from dugnad.forum.views.found import say, sign_in_first
from dugnad.kernel.text import clean_line

LONGEST_NAME = 80
LONGEST_QUERY = 200


@require_safe
def own_searches(request: HttpRequest) -> HttpResponse:
    """The searches that the person keeps."""
    if away := sign_in_first(request):
        return away
    return _shown(request)


def _shown(request: HttpRequest, wrong: str = "", pk: int = 0, typed: str = "") -> HttpResponse:
    searches = [
        {
            "saved": saved,
            "url": address_of(saved),
            "name": typed if saved.pk == pk else saved.name,
            "wrong": saved.pk == pk,
        }
        for saved in searches_of(request.viewer)
    ]
    shown: dict[str, Any] = {"searches": searches, "wrong": wrong}
    return render(request, "forum/own_searches.html", shown, status=422 if wrong else 200)


@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep the search that is on the page."""
    if away := sign_in_first(request):
        return away
    slow_down(request, "deed")
    query = " ".join(request.POST.get("q", "").split())[:LONGEST_QUERY]
    if not query:
        return redirect("search")
    name = clean_line(request.POST.get("name", ""))[:LONGEST_NAME] or query[:LONGEST_NAME]
    filters = {"languages": "mine"} if request.POST.get("languages") == "mine" else {}
    try:
        actions.save_search(name, query, filters, by=request.person)
    except NameTaken:
        actions.save_search(_numbered(name, request), query, filters, by=request.person)
    say(request, _("The search is kept. You are told when something new is found, at most once a day."))
    return redirect("own_searches")


def _numbered(name: str, request: HttpRequest) -> str:
    """The name with the first number under which the person keeps no search."""
    taken = {saved.name for saved in searches_of(request.viewer)}
    numbered = (f"{name[: LONGEST_NAME - 12]} ({number})" for number in count(2))
    return next(free for free in numbered if free not in taken)


@require_POST
def rename_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name."""
    if away := sign_in_first(request):
        return away
    saved, name = _own(request, pk), clean_line(request.POST.get("name", ""))[:LONGEST_NAME]
    if not name:
        return _shown(request, _("The search needs a name."), pk, name)
    try:
        actions.rename_search(saved, name, by=request.person)
    except NameTaken:
        return _shown(request, _("You keep another search under this name. Choose a different one."), pk, name)
    say(request, _("Saved."))
    return redirect("own_searches")


@require_POST
def listen_to_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Be told of new hits, or not."""
    if away := sign_in_first(request):
        return away
    saved = actions.listen_to_search(_own(request, pk), request.POST.get("wanted") == "yes", by=request.person)
    words = (
        _("You are told when something new is found.") if saved.tells else _("You are not told of new hits any more.")
    )
    say(request, words)
    return redirect("own_searches")


@require_POST
def forget_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep it no longer."""
    if away := sign_in_first(request):
        return away
    actions.forget_search(_own(request, pk), by=request.person)
    say(request, _("The search is deleted."))
    return redirect("own_searches")


def _own(request: HttpRequest, pk: int) -> SavedSearch:
    saved = search_by_id(request.viewer, pk)
    if saved is None:
        raise Http404
    return saved
