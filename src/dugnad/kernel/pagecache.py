"""Whole pages for strangers, kept in memory while one row in the database says that nothing public has changed.

It is the first middleware: a stranger's page that is kept costs one small query. Only answers to GET without a session are kept,
and only those that set no cookie. The row (`stamps.PUBLIC_PAGES`) rises with every deed that the public can see, in the deed's
own transaction, so the cache is right in every process the moment the deed is. The same query says under which state of the house
pieces of pages may be taken from memory (`kernel.memory`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from dugnad.kernel import memory, tally
from dugnad.kernel.live.bus import after_silence
from dugnad.kernel.middleware import HEADERS
from dugnad.kernel.stamps import stamps_for_strangers

Handler = Callable[[HttpRequest], HttpResponse]

# Pages say "an hour ago"; after this many seconds they are made anew.
KEEP = 60
MOST_BYTES = 24 * 1024 * 1024
LONGEST_PATH = 300
NEVER = ("/static/", "/sign-in", "/sign-up", "/files/", "/me/", "/search", "/healthz", "/live")

_pages: dict[tuple[str, ...], tuple[int, float, HttpResponse]] = {}
_bytes = 0
_lock = Lock()


class StrangersPageCache:
    """Answers strangers from memory where it can."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with memory.one_request():
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if not _may_be_kept(request):
            return self.get_response(request)
        stamp, state = stamps_for_strangers()
        memory.learn(state)
        key = _key(request)
        kept = _pages.get(key)
        if kept and kept[0] == stamp and kept[1] > time.monotonic():
            tally.add("page_cache", "hit")
            return _copy(kept[2])
        tally.add("page_cache", "miss")
        response = self.get_response(request)
        # A change while the page was made leaves it stale under the old stamp, where nobody looks.
        if _may_be_shared(response):
            _keep(key, stamp, response)
        return response


def _may_be_kept(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and len(request.get_full_path()) < LONGEST_PATH
        and not request.path.startswith(NEVER)
    )


def _may_be_shared(response: HttpResponse) -> bool:
    """A page with a form, or for the holder of a link, says `no-store` (Django's never_cache) or sets a cookie."""
    return (
        response.status_code == 200
        and not response.cookies
        and not response.streaming
        and "no-store" not in response.get("Cache-Control", "")
    )


def _key(request: HttpRequest) -> tuple[str, ...]:
    return (
        request.method or "",
        request.get_host(),
        request.get_full_path(),
        stranger_language(request),
        request.COOKIES.get("dugnad_theme", "")[:8],
        "gzip" if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "") else "",
    )


def stranger_language(request: HttpRequest) -> str:
    """The language for somebody without an account: their cookie, else what the browser asks for that the place offers."""
    from dugnad.kernel.place import LANGUAGES, the_place

    offered = [code for code in the_place().languages if code in LANGUAGES] or list(LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in offered:
        return chosen
    for wanted, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if wanted in ("no", "no-no") and "nb" in offered:
            return "nb"
        try:
            code = get_supported_language_variant(wanted)
        except LookupError:
            continue
        if code in offered:
            return str(code)
    return str(offered[0])


def _keep(key: tuple[str, ...], stamp: int, response: HttpResponse) -> None:
    global _bytes  # noqa: PLW0603 - one cache for the process
    page = HttpResponse(response.content, status=200, content_type=response["Content-Type"])
    for name, value in response.items():
        page[name] = value
    with _lock:
        if _bytes + len(page.content) > MOST_BYTES:
            _pages.clear()
            _bytes = 0
        _pages[key] = (stamp, time.monotonic() + KEEP, page)
        _bytes += len(page.content)


def _copy(page: HttpResponse) -> HttpResponse:
    copy = HttpResponse(page.content, status=200)
    for name, value in page.items():
        copy[name] = value
    for name, value in HEADERS.items():
        copy[name] = value
    return copy


@after_silence
def forget_pages() -> None:
    """Drop everything (between tests, and when a place is restored)."""
    global _bytes  # noqa: PLW0603
    with _lock:
        _pages.clear()
        _bytes = 0
