"""What every answer gets: safe headers, compression, and a page for a refusal."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _

from dugnad.kernel.given_back import typed_in
from dugnad.kernel.limits import TooMuch
from dugnad.kernel.policies import Elsewhere, Refused

Handler = Callable[[HttpRequest], HttpResponse]

CSP = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
HSTS = "max-age=31536000"


class SecurityHeaders:
    """Everything comes from this house, nothing runs inline, nobody frames it, no address leaks to other hosts."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response


class Unchanged:
    """Who asks with the mark (`ETag`) of what they have already is told that it is the same, without its text. Stands before
    the pages kept for strangers, which hold whole answers only.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        mark = response.headers.get("ETag") if response.status_code == 200 else None
        if mark is None or request.method not in ("GET", "HEAD"):
            return response
        return get_conditional_response(request, etag=mark, response=response) or response


COMPRESSED = ("text/", "application/json", "application/atom+xml", "image/svg+xml")
SMALL = 300
LEVEL = 4


class Compression:
    """Gzip for text of more than `SMALL` bytes when the reader takes it.

    Forms carry a token that is masked anew in each answer, so the length of a compressed page does not give it away.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or response.has_header("Content-Encoding") or len(response.content) < SMALL:
            return response
        if not response.get("Content-Type", "").startswith(COMPRESSED):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
            response.content = gzipped(response.content)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
        return response


def gzipped(content: bytes) -> bytes:
    """`content` in the gzip format, at a level that costs little: pages are made for one reader."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()


class RefusalPages:
    """Turns a `Refused` that no view caught into a page with what was typed, an `Elsewhere` into the way there."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return self._signed_out(request, response) if response.status_code == 302 else response

    def _signed_out(self, request: HttpRequest, away: HttpResponse) -> HttpResponse:
        """Whoever was signed out while they wrote gets their text back, with the way to sign in."""
        to = f"{resolve_url(settings.LOGIN_URL)}?next="
        typed = typed_in(request) if away.headers.get("Location", "").startswith(to) else []
        if not typed:
            return away
        sentence = _("You are not signed in any more. Sign in, then send it again.")
        shown = {"sentence": sentence, "typed": typed, "sign_in": away["Location"]}
        return render(request, "kernel/refused.html", shown, status=403)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, TooMuch):
            shown = {"sentence": str(exception), "typed": typed_in(request)}
            response = render(request, "kernel/429.html", shown, status=exception.status)
            response.headers["Retry-After"] = str(exception.seconds)
            return response
        if isinstance(exception, Elsewhere):
            # 308 asks the browser to send the form again, there: what somebody wrote meanwhile arrives.
            response = HttpResponse(status=301 if request.method in ("GET", "HEAD") else 308)
            response.headers["Location"] = exception.url
            return response
        if isinstance(exception, Refused):
            shown = {"sentence": str(exception), "typed": typed_in(request)}
            return render(request, "kernel/refused.html", shown, status=403)
        return None
