"""Pages on which a thread is moved, split or merged. Each says what will happen, and to whom, before it does."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from dugnad.forum import actions, moving_policies, queries
from dugnad.forum.limits import slow_down
from dugnad.forum.models import Category, Thread
from dugnad.forum.moving_forms import MergeForm, SplitForm, WhereForm
from dugnad.forum.queries.moving import SplitPage, readers_there, split_page, what_merging_does
from dugnad.forum.views.found import find_thread, gives_text_back, refused, say, sign_in_first

WRONG = 422


@gives_text_back
def move_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Put a thread into another category; where others read it, the page says so and asks first."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    verdict = moving_policies.can_move_thread(request.viewer, thread)
    if not verdict:
        return refused(request, verdict)
    places = _places(request, lambda c: moving_policies.can_move_thread(request.viewer, thread, c))
    form = WhereForm(request.POST or None, places=_named(places, request), reason_needed=_is_anothers(request, thread))
    shown: dict[str, Any] = {"thread": thread, "form": form, "places": places}
    if request.method == "POST" and form.is_valid():
        category = _chosen(places, form)
        shown["there"] = readers_there(thread.audience, category, request.viewer)
        if shown["there"] is None or form.cleaned_data["other_readers"]:
            slow_down(request, "deed")
            moved = actions.move_thread(
                thread, category, by=request.person, reason=form.cleaned_data.get("reason", ""), other_readers=True
            )
            say(request, _("The thread stands in another category now."))
            return HttpResponseRedirect(moved.url)
    return render(request, "forum/move_thread.html", shown, status=WRONG if form.errors else 200)


@gives_text_back
def split_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Choose posts that become a thread of their own. What is chosen is kept from page to page of a long thread."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    verdict = moving_policies.can_split_thread(request.viewer, thread)
    if not verdict:
        return refused(request, verdict)
    places = _places(request, lambda c: moving_policies.can_split_thread(request.viewer, thread, c))
    page = split_page(thread, request.viewer, request.POST if request.method == "POST" else request.GET)
    sent = request.method == "POST" and "split" in request.POST
    form = SplitForm(
        request.POST if sent else None,
        initial={"category": thread.category_id, **{name: request.POST.get(name, "") for name in ("title", "reason")}},
        places=_named(places, request),
        reason_needed=_is_anothers(request, thread),
    )
    shown: dict[str, Any] = {"thread": thread, "form": form, "page": page}
    if sent and form.is_valid() and _something_chosen(form, page):
        category = _chosen(places, form)
        shown["there"] = readers_there(thread.audience, category, request.viewer)
        if shown["there"] is None or form.cleaned_data["other_readers"]:
            slow_down(request, "thread")
            made = actions.split_thread(
                thread, page.numbers, form.cleaned_data["title"], category, by=request.person,
                reason=form.cleaned_data.get("reason", ""), other_readers=True,
            )  # fmt: skip
            say(request, _("The posts are a thread of their own now."))
            return HttpResponseRedirect(made.url)
    return render(request, "forum/split_thread.html", shown, status=WRONG if form.errors else 200)


@gives_text_back
def merge_threads(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Say into which thread; then a page tells with numbers what happens, and only its button does it."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    verdict = moving_policies.can_merge_threads(request.viewer, thread)
    if not verdict:
        return refused(request, verdict)
    form = MergeForm(request.POST or None, reason_needed=_is_anothers(request, thread))
    shown: dict[str, Any] = {"thread": thread, "form": form}
    if request.method == "POST" and form.is_valid():
        into = _other(request, form)
        if into is not None and _may_merge(request, form, thread, into):
            if "confirmed" in request.POST:
                slow_down(request, "deed")
                reason = form.cleaned_data.get("reason", "")
                merged = actions.merge_threads(thread, into, by=request.person, reason=reason, other_readers=True)
                say(request, _("The posts stand at the end of this thread now."))
                return HttpResponseRedirect(merged.url)
            shown |= {"into": into, "does": what_merging_does(thread, into, request.viewer)}
    return render(request, "forum/merge_threads.html", shown, status=WRONG if form.errors else 200)


def _places(request: HttpRequest, may: Any) -> list[Category]:
    return [category for category in queries.categories_open(request.viewer) if may(category)]


def _named(places: list[Category], request: HttpRequest) -> list[tuple[Category, str]]:
    """Each place by its name, with its group's in front."""
    language = request.viewer.language
    return [
        (place, f"{place.group.name} · {place.said('name', language)}" if place.group else place.said("name", language))
        for place in places
    ]


def _chosen(places: list[Category], form: WhereForm) -> Category:
    return next(place for place in places if str(place.pk) == form.cleaned_data["category"])


def _is_anothers(request: HttpRequest, thread: Thread) -> bool:
    return request.viewer.person_id != thread.author_id


def _something_chosen(form: SplitForm, page: SplitPage) -> bool:
    if not page.numbers:
        form.add_error(None, _("Choose the posts that become a thread of their own."))
    return bool(page.numbers)


def _other(request: HttpRequest, form: MergeForm) -> Thread | None:
    into = queries.thread_by_id(form.cleaned_data["into"], request.viewer)
    if into is None:
        form.add_error("into", _("There is no such thread that you can see. Look at the number after /t/."))
    return into


def _may_merge(request: HttpRequest, form: MergeForm, thread: Thread, into: Thread) -> bool:
    verdict = moving_policies.can_merge_threads(request.viewer, thread, into)
    if not verdict:
        form.add_error("into", str(verdict.reason))
    return bool(verdict)
