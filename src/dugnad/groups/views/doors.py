"""The shape of doors that only change something."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

View = Callable[..., HttpResponse]


def member_posts(view: View) -> View:
    """Only a member's POST goes through. Strangers sign in first; they, and whoever came with a link, land on the
    group's page, where the button is. Nothing is looked up before that, so the answer tells nobody whether the group
    exists.
    """

    @wraps(view)
    def door(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
        if request.person is None:
            return redirect_to_login(f"/g/{slug}")
        if request.method != "POST":
            return redirect(f"/g/{slug}")
        return view(request, slug, **more)

    return door


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form: None makes it an empty one. An empty POST is still one."""
    return request.POST if request.method == "POST" else None
