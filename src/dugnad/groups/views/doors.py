"""The shape of doors that only change something."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from dugnad.kernel.limits import TooMuch, limit

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


def number(text: str | None) -> int | None:
    """An id from an address; None for anything that cannot be one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def too_often(request: HttpRequest, form: Form, name: str, amount: int) -> bool:
    """Counts one deed of this hour. Beyond `amount` the form says how long to wait and keeps what was typed."""
    try:
        limit(request, name, amount, 3600)
    except TooMuch as too_much:
        form.add_error(None, str(too_much))
        return True
    return False


def answered(request: HttpRequest, template: str, context: dict[str, Any], *forms: Form) -> HttpResponse:
    """The page; with 422 when something in one of its forms will not do."""
    return render(request, template, context, status=422 if any(form.errors for form in forms) else 200)
