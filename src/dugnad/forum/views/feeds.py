"""Doors to feeds: what is public for everybody, and one's own under an address that only its owner knows."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dugnad.forum import actions, feed_entries, queries
from dugnad.forum.feeds import TYPE, Feed, printed
from dugnad.forum.kinds import KINDS
from dugnad.forum.limits import slow_down
from dugnad.forum.queries.feeds import feed_key_of, person_of_feed
from dugnad.forum.views.found import say, sign_in_first
from dugnad.groups.queries import group_by_slug
from dugnad.kernel.audience import viewer_of
from dugnad.kernel.limits import limit
from dugnad.kernel.place import the_place

# A reader that looks every minute is heard; one that looks each second is told to wait.
MOST_AN_HOUR = 120


@require_safe
def place_feed(request: HttpRequest) -> HttpResponse:
    """The newest public threads of the whole place."""
    slow_down(request, "feed")
    viewer = feed_entries.as_public(request.viewer)
    title = _("Threads in {place}").format(place=the_place().name)
    return _answer(
        request, Feed(request.path, "/forum", title, viewer.language, _opened(), feed_entries.thread_entries(viewer))
    )


@require_safe
def kind_feed(request: HttpRequest, kind: str) -> HttpResponse:
    """The newest public threads of one kind."""
    if kind not in KINDS:
        raise Http404
    slow_down(request, "feed")
    viewer = feed_entries.as_public(request.viewer)
    title = _("{kind} in {place}").format(kind=KINDS[kind].plural, place=the_place().name)
    entries = feed_entries.thread_entries(viewer, kind=kind)
    return _answer(request, Feed(request.path, "/forum", title, viewer.language, _opened(), entries))


@require_safe
def category_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest threads of a public category."""
    viewer = feed_entries.as_public(request.viewer)
    category = queries.category_by_slug(slug, viewer)
    if category is None:
        raise Http404
    slow_down(request, "feed")
    title = f"{category.said('name', viewer.language)} · {the_place().name}"
    entries = feed_entries.thread_entries(viewer, category=category)
    since = category.created_at.date()
    return _answer(request, Feed(request.path, category.url, title, viewer.language, since, entries))


@require_safe
def group_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest public threads of a listed group."""
    viewer = feed_entries.as_public(request.viewer)
    group = group_by_slug(slug, viewer)
    if group is None:
        raise Http404
    slow_down(request, "feed")
    entries = feed_entries.thread_entries(viewer, group_id=group.pk)
    title = f"{group.name} · {the_place().name}"
    return _answer(request, Feed(request.path, group.url, title, viewer.language, group.created_at.date(), entries))


@require_safe
def thread_feed(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The newest posts of a public thread."""
    viewer = feed_entries.as_public(request.viewer)
    thread = queries.thread_by_id(thread_id, viewer)
    if thread is None:
        raise Http404
    slow_down(request, "feed")
    entries = feed_entries.post_entries(thread, viewer)
    return _answer(
        request, Feed(request.path, thread.url, thread.title, thread.language, thread.created_at.date(), entries)
    )


@require_safe
def own_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What is new for the person whose feed this is, as they may see it at this moment. Nothing counts as read by it."""
    person = person_of_feed(secret)
    if person is None:
        slow_down(request, "unknown_feed")
        raise Http404
    limit(f"feed:{person.key}", "own feed", MOST_AN_HOUR, 3600)
    viewer = viewer_of(person)
    with translation.override(viewer.language):
        title = _("New for {name} in {place}").format(name=person.name, place=the_place().name)
        # The secret stands in no address inside the feed, so that a copy of it gives nothing away.
        path = f"/people/{person.handle}/new"
        feed = Feed(
            "", "/new-for-me", title, viewer.language, person.joined_at.date(), feed_entries.new_entries(viewer), path
        )
        response = _answer(request, feed)
    response["Content-Language"] = viewer.language
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _answer(request: HttpRequest, feed: Feed) -> HttpResponse:
    """The document, with a mark by which a reader asks whether it changed."""
    body = printed(feed)
    response = HttpResponse(body, content_type=TYPE)
    response["ETag"] = f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    if request.person is None:
        response["Cache-Control"] = "no-cache"
    return response


def _opened() -> date:
    opened = the_place().opened_at
    return opened.date() if opened else date(2020, 1, 1)


def make_feed_key(request: HttpRequest) -> HttpResponse:
    """One's own feed: whether there is one, and its address in the moment in which it is made."""
    if away := sign_in_first(request):
        return away
    shown: dict[str, Any] = {"address": ""}
    if request.method == "POST":
        slow_down(request, "deed")
        secret = actions.make_feed_key(by=request.person)
        shown["address"] = settings.URL + reverse("own_feed", args=[secret])
    shown["key"] = feed_key_of(request.person)
    response = render(request, "forum/own_feed.html", shown)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
def end_feed_key(request: HttpRequest) -> HttpResponse:
    """The address of one's own feed leads nowhere any more."""
    if away := sign_in_first(request):
        return away
    actions.end_feed_key(by=request.person)
    say(request, _("Your feed is ended. Its address leads nowhere any more."))
    return redirect("make_feed_key")
