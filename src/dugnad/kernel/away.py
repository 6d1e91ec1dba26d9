"""While the database is away or the disk is full: how that is told from a mistake of our own, and the page that says so without
asking either.
"""

from __future__ import annotations

import errno
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import trans_real

from dugnad.kernel.given_back import is_secret, typed_in
from dugnad.kernel.limits import keyed_hash

RETRY_SECONDS = {"away": 10, "full": 300}
MOST_LANGUAGES = 20_000

# Of the states that PostgreSQL names: connections that broke or are not to be had, a server that stops or starts, a wait for
# another's lock that ended.
_AWAY_CLASSES = ("08", "57P")
_AWAY_STATES = frozenset({"53300", "55P03", "40P01", "40001", "57014", "25006"})
# SQLite says it in words.
_AWAY_WORDS = (
    "database is locked",
    "database table is locked",
    "database schema is locked",
    "unable to open database file",
    "disk I/O error",
)

_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT)
_FULL_STATE = "53100"
_FULL_WORDS = "database or disk is full"

# A form that is sent once more carries these along.
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
_TECHNICAL = (TOKEN, "form_key")

_languages: OrderedDict[str, str] = OrderedDict()
_lock = Lock()


def passing_trouble(trouble: BaseException | None) -> str:
    """What this came from that passes without a change of ours: "away", "full", or "" for everything else."""
    if disk_is_full(trouble):
        return "full"
    return "away" if database_is_away(trouble) else ""


def database_is_away(trouble: BaseException | None) -> bool:
    """Whether this came from a database that cannot be reached or is kept busy, so that the same is worth trying later."""
    return any(
        isinstance(one, InterfaceError) or (isinstance(one, OperationalError) and _is_away(one))
        for one in _roots(trouble)
    )


def disk_is_full(trouble: BaseException | None) -> bool:
    """Whether this came from a disk without room, ours or the database's."""
    for one in _roots(trouble):
        if isinstance(one, OSError) and one.errno in _FULL_ERRNOS:
            return True
        if isinstance(one, OperationalError):
            state = getattr(one.__cause__, "sqlstate", None)
            if state == _FULL_STATE or str(one).startswith(_FULL_WORDS):
                return True
    return False


@contextmanager
def reading_goes_on() -> Iterator[None]:
    """For what a page writes down by the way, such as how far it was read: without room on the disk it is left out, and the
    page is shown.
    """
    try:
        yield
    except DatabaseError as trouble:
        if not disk_is_full(trouble):
            raise


def _roots(trouble: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while trouble is not None and id(trouble) not in seen:
        seen.add(id(trouble))
        yield trouble
        trouble = trouble.__cause__ or trouble.__context__


def _is_away(trouble: OperationalError) -> bool:
    cause = trouble.__cause__
    if cause is None or type(cause).__module__.startswith("sqlite3"):
        return str(trouble).startswith(_AWAY_WORDS)
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(_AWAY_CLASSES) or state in _AWAY_STATES


def away_page(request: HttpRequest, why: str = "away") -> HttpResponse:
    """503 in the person's language, with what they typed and a button that sends it once more. `why` is "away" or "full"."""
    language = _language(request)
    typed = typed_in(request)
    fields = _fields(request)
    again = request.method == "POST" and not request.FILES and not any(_is_secret(name) for name, _value in fields)
    shown = {(one.name, one.text) for one in typed}
    context: dict[str, Any] = {
        "full": why == "full",
        "typed": typed,
        "hidden": [field for field in fields if field not in shown and field[0] != TOKEN] if again else [],
        "csrf": dict(fields).get(TOKEN, ""),
        "again": again,
        "address": request.get_full_path(),
        "theme": _theme(request),
        "language": language,
    }
    with translation.override(language):
        response = HttpResponse(render_to_string("kernel/503.html", context), status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS[why])
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    return response


def remember_language(session: str, language: str) -> None:
    """Know the language of whoever holds this session while the database cannot say it. Kept in memory, under a hash."""
    key = keyed_hash(session)
    if _languages.get(key) == language:
        return
    with _lock:
        _languages[key] = language
        if len(_languages) > MOST_LANGUAGES:
            _languages.popitem(last=False)


def _language(request: HttpRequest) -> str:
    known = getattr(request, "LANGUAGE_CODE", "")
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    wanted = [known, _languages.get(keyed_hash(session), "") if session else ""]
    wanted.append(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    accepted = trans_real.parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    for code in (*wanted, *(code for code, _weight in accepted)):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _theme(request: HttpRequest) -> str:
    theme = request.COOKIES.get("dugnad_theme", "")
    return theme if theme in ("light", "dark") else ""


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What came with the form, each value on its own; empty when it cannot be read."""
    try:
        return [(name, value) for name, values in request.POST.lists() for value in values]
    except Exception:  # noqa: BLE001 - a body that cannot be read has nothing to give back
        return []


def _is_secret(name: str) -> bool:
    return name not in _TECHNICAL and is_secret(name)
