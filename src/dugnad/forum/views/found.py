"""Finding what an address names, or answering as if it were not there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from dugnad.forum import queries
from dugnad.forum.models import Category, Post, Thread


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
    """The way to the sign-in page and back, for strangers; None for members."""
    return None if request.person else redirect_to_login(request.get_full_path())


def say(request: HttpRequest, sentence: Any) -> None:
    """One line on the next page, after a deed."""
    messages.success(request, str(sentence))
