"""Finding what an address names, or answering as if it were not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dugnad.forum import queries
from dugnad.forum.models import Category, Post, Thread
from dugnad.forum.policies import SIGN_IN_FIRST
from dugnad.forum.queries.places import merged_thread, moved_post
from dugnad.kernel.given_back import typed_in
from dugnad.kernel.policies import Elsewhere, Refused, Verdict, no


def find_category(request: HttpRequest, slug: str) -> Category:
    """The category, or 404 when it is not there or not for this viewer."""
    category = queries.category_by_slug(slug, request.viewer)
    if category is None:
        raise Http404
    return category


def find_thread(request: HttpRequest, thread_id: int) -> Thread:
    """The thread, or 404 when it is not there or not for this viewer. Merged ones lead to where their posts are."""
    thread = queries.thread_by_id(thread_id, request.viewer)
    if thread is None:
        raise _where_it_is_now(request, thread_id)
    return thread


def find_post(request: HttpRequest, thread_id: int, number: int) -> Post:
    """The post, or 404 when it is not there or not for this viewer. An old place leads to where the post is now."""
    post = queries.post_by_number(thread_id, number, request.viewer)
    if post is None:
        raise _where_it_is_now(request, thread_id)
    moved = moved_post(post, request.viewer)
    if moved is not None:
        raise Elsewhere(_address_there(request, moved.thread, moved.number - number))
    return post


def _where_it_is_now(request: HttpRequest, thread_id: int) -> Exception:
    found = merged_thread(thread_id, request.viewer)
    return Elsewhere(_address_there(request, *found)) if found else Http404()


def _address_there(request: HttpRequest, thread: Thread, after: int) -> str:
    """The address that was asked for, in `thread`, where the numbers of posts are higher by `after`."""
    match = request.resolver_match
    if match is None:
        return thread.url
    query = request.GET.copy()
    for name in ("from", "quote"):
        value = str(query.get(name, ""))
        if value.isascii() and value.isdigit() and len(value) < 10:
            query[name] = str(int(value) + after)
    named = {**match.kwargs, "thread_id": thread.pk}
    if "number" in named:
        named["number"] += after
    to = (
        thread.url if {"slug"} & named.keys() or match.view_name == "thread" else reverse(match.view_name, kwargs=named)
    )
    return f"{to}?{query.urlencode()}" if query else to


def sign_in_first(request: HttpRequest) -> HttpResponse | None:
    """The way to the sign-in page and back, for strangers; None for members. Whoever was signed out while they wrote gets
    their text back.
    """
    if request.person:
        return None
    away = redirect_to_login(request.get_full_path())
    typed = typed_in(request)
    if not typed:
        return away
    shown = {"sentence": SIGN_IN_FIRST, "typed": typed, "sign_in": away["Location"]}
    return render(request, "kernel/refused.html", shown, status=403)


def refused(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """The page of a refusal: its sentence, and what was typed meanwhile."""
    return render(
        request, "kernel/refused.html", {"sentence": str(verdict.reason), "typed": typed_in(request)}, status=403
    )


def gives_text_back(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: when the deed is refused after the page had been opened (the thread closed meanwhile), the text comes back."""

    @wraps(view)
    def careful(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            return refused(request, no(refusal.reason))

    return careful


def say(request: HttpRequest, sentence: Any) -> None:
    """One line on the next page, after a deed."""
    messages.success(request, str(sentence))
