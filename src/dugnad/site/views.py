"""The pages of the house as a whole: home."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dugnad.forum import queries as forum
from dugnad.forum.queries.categories import categories_of_my_groups
from dugnad.forum.queries.lists import latest_threads_for, newest_threads, printed
from dugnad.groups import queries as groups
from dugnad.kernel import formats
from dugnad.kernel.audience import STEWARDS_OF_PLACE
from dugnad.kernel.clock import place_zone, today
from dugnad.kernel.place import the_place
from dugnad.notices.queries import notices_of
from dugnad.notices.rows import Row, rows_of

MOST_NEW = 12
MOST_WAITING = 4
MOST_TALKED_ABOUT = 12
MOST_LATEST = 6


def home(request: HttpRequest) -> HttpResponse:
    """The first page: for members what is new to them, for strangers what this is and what is talked about."""
    return _home_of_member(request) if request.person else _home_of_stranger(request)


def _home_of_member(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    new = forum.new_threads_for(viewer, most=MOST_NEW)
    shown = {
        "waiting": _waiting(request),
        "not_open": the_place().opened_at is None and viewer.holds(STEWARDS_OF_PLACE),
        "day": formats.weekday_and_day(today(), viewer.language),
        "week": formats.week(today(), viewer.language),
        "greeting": formats.greeting(viewer.language, tz=place_zone()),
        "first_name": request.person.first_name,
        "new": new,
        "latest": [] if new else latest_threads_for(viewer, MOST_LATEST),
        "group_categories": categories_of_my_groups(viewer),
        "tree": forum.categories_of_tree(viewer),
    }
    return render(request, "site/home.html", shown)


def _waiting(request: HttpRequest) -> list[Row]:
    """The newest unread notices; no statement where there are none."""
    if not request.unread_notices:
        return []
    unread = notices_of(request.viewer).filter(read_at=None)[:MOST_WAITING]
    return rows_of(unread, request.viewer.language)


def _home_of_stranger(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    place = the_place()
    shown = {
        "tagline": place.said(place.tagline, viewer.language),
        "latest": printed(newest_threads(viewer, MOST_TALKED_ABOUT), viewer, show_category=True),
        "tree": forum.categories_of_tree(viewer),
        "groups": groups.groups_listed(viewer)[:5],
        "sign_up": place.sign_up,
    }
    return render(request, "site/welcome.html", shown)
