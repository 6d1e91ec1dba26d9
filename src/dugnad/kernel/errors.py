"""Pages for what went wrong. Each says what happened, what was kept and what to do."""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from dugnad.kernel.away import away_page, passing_trouble
from dugnad.kernel.given_back import typed_in


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The same words for what is not there and for what is hidden from this viewer."""
    return render(request, "kernel/404.html", status=404)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "kernel/403.html", status=403)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "kernel/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor context: whatever broke may be one of them. What was typed is given back."""
    if why := passing_trouble(sys.exc_info()[1]):
        return away_page(request, why)
    return HttpResponse(render_to_string("kernel/500.html", {"typed": typed_in(request)}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long or came from elsewhere: the page gives back what was typed."""
    return render(request, "kernel/csrf.html", {"typed": typed_in(request)}, status=403)
