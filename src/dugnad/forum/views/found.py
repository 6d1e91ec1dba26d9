"""Finding what an address names, or answering as if it were not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dugnad.forum import queries
from dugnad.forum.models import Category, Post, Thread
from dugnad.forum.policies import SIGN_IN_FIRST
from dugnad.kernel.policies import Refused, Verdict, no

TYPED = ("title", "text", "outcome", "note", "fact_did", "fact_went", "fact_differently", "fact_what_for")


def find_category(request: HttpRequest, slug: str) -> Category:
    """The category, or 404 when it is not there or not for this viewer."""
    category = queries.category_by_slug(slug, request.viewer)
    if category is None:
        raise Http404
    return category


def find_thread(request: HttpRequest, thread_id: int) -> Thread:
    """The thread, or 404 when it is not there or not for this viewer."""
    thread = queries.thread_by_id(thread_id, request.viewer)
    if thread is None:
        raise Http404
    return thread


def find_post(request: HttpRequest, thread_id: int, number: int) -> Post:
    """The post, or 404 when it is not there or not for this viewer."""
    post = queries.post_by_number(thread_id, number, request.viewer)
    if post is None:
        raise Http404
    return post


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
    return render(request, "forum/refused.html", shown, status=403)


def refused(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """The page of a refusal: its sentence, and what was typed meanwhile."""
    return render(
        request, "forum/refused.html", {"sentence": str(verdict.reason), "typed": typed_in(request)}, status=403
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


def typed_in(request: HttpRequest) -> list[str]:
    """The texts that came with the form, to be given back where it cannot be taken."""
    return [text for name in TYPED if (text := request.POST.get(name, "").strip())]


def say(request: HttpRequest, sentence: Any) -> None:
    """One line on the next page, after a deed."""
    messages.success(request, str(sentence))
