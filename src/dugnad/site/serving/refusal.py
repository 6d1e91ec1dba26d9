"""Short answers that the server gives by itself, in the language of the person's browser or of their choice here."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http.cookie import parse_cookie
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import trans_real

from dugnad.site.serving.answer import Answer

CLOSING = frozenset({408, 413, 507})


def refusal(status: int, headers: Iterable[tuple[bytes, bytes]], megabytes: int = 0) -> Answer:
    """A page with one sentence: 408, 413, 500, 503 or 507. After 408, 413 and 507 the connection ends."""
    with translation.override(_language(headers)):
        sentence = escape(_sentence(status, megabytes))
        language = translation.get_language()
    page = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>Dugnad</title><p>{sentence}</p></html>'
    ).encode()
    said = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
    if status in CLOSING:
        said.append((b"connection", b"close"))
    if status == 503:
        said.append((b"retry-after", b"5"))
    return Answer(status, said, page, size=len(page))


def _sentence(status: int, megabytes: int) -> str:
    if status == 413:
        return _(
            "What was sent is larger than %(megabytes)s MB, so nothing of it was saved. "
            "Send a smaller file, or several one by one."
        ) % {"megabytes": megabytes}
    if status == 408:
        return _("What was sent did not arrive in time, so nothing of it was saved. Go back and send it again.")
    if status == 507:
        return _(
            "There is no room left where this place keeps things, so nothing of it was saved. "
            "Keep what you wrote, and send it again in a while."
        )
    if status == 503:
        return _("Very many people are here right now. Nothing was saved; try again in a few seconds.")
    return _("Something broke while this page was made. It has been written down; try again in a while.")


def _language(headers: Iterable[tuple[bytes, bytes]]) -> str:
    said = {name: value.decode("latin-1") for name, value in headers if name in (b"cookie", b"accept-language")}
    chosen = parse_cookie(said.get(b"cookie", "")).get(settings.LANGUAGE_COOKIE_NAME, "")
    for wanted in (chosen, *_accepted(said.get(b"accept-language", ""))):
        try:
            return translation.get_supported_language_variant(wanted)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _accepted(header: str) -> list[str]:
    return [language for language, _quality in trans_real.parse_accept_lang_header(header)]
