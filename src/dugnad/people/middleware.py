"""Who is looking: puts `request.person`, `request.viewer`, the language and the theme on every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from dugnad.kernel import memory
from dugnad.kernel.audience import Viewer, stranger, viewer_of
from dugnad.kernel.away import remember_language
from dugnad.kernel.pagecache import stranger_language
from dugnad.kernel.place import LANGUAGES

Handler = Callable[[HttpRequest], HttpResponse]
THEMES = ("light", "dark")


class ViewerMiddleware:
    """Members get their own language and theme; strangers those of their browser or cookie. The viewer is made when asked for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        request.person = request.user if signed_in else None
        language = request.person.language if signed_in else stranger_language(request)
        if language not in LANGUAGES:
            language = LANGUAGES[0]
        if signed_in:
            memory.learn(int(getattr(request.person, "memory_stamp", 0)))
            remember_language(request.COOKIES[settings.SESSION_COOKIE_NAME], language)
        theme = request.person.theme if signed_in else request.COOKIES.get("dugnad_theme", "")
        request.theme = theme if theme in THEMES else ""
        request.viewer = cast(Viewer, SimpleLazyObject(lambda: _viewer(request, language)))
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response = response.render()
        response.headers.setdefault("Content-Language", language)
        if signed_in:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _viewer(request: HttpRequest, language: str) -> Viewer:
    return viewer_of(request.person, language) if request.person else stranger(language)
