"""One request after another through the whole stack of pages, in this process: CPU, queries and bytes of each."""

from __future__ import annotations

import gzip
import io
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.wsgi import get_wsgi_application
from django.db import connection

from dugnad.kernel.limits import forget_limits
from dugnad.people.models import Person

WARM = 8
ROUNDS = 60
DATABASE_ROUNDS = 200
TICKS = os.sysconf("SC_CLK_TCK")
CSRF = "a" * 32


@dataclass(frozen=True, slots=True)
class Cost:
    """What one page costs: CPU in milliseconds (median), the same in floors, statements, bytes as made and as sent.

    The floor is asked in turn with the page, so that what else the machine does weighs on both alike.
    """

    name: str
    milliseconds: float
    floors: float
    queries: int
    raw: int
    sent: int
    status: int


@dataclass(slots=True)
class Browser:
    """Somebody who asks for pages, with or without a session."""

    cookies: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, person: Person) -> Browser:
        """Signed in as `person`, with a session row as any other."""
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        return cls({settings.SESSION_COOKIE_NAME: session.session_key or "", settings.CSRF_COOKIE_NAME: CSRF})

    def environ(self, path: str, form: dict[str, str] | None) -> dict[str, Any]:
        path, _sep, query = path.partition("?")
        body = urlencode({**form, "csrfmiddlewaretoken": CSRF}).encode() if form is not None else b""
        cookie = SimpleCookie(self.cookies).output(header="", sep=";").strip()
        return {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost:8000",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "HTTP_ACCEPT_LANGUAGE": "en",
            "HTTP_COOKIE": cookie,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }


class Bench:
    """The pages of one house, measured."""

    def __init__(self) -> None:
        self._application = get_wsgi_application()

    def ask(self, browser: Browser, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """One request: the status and the body as it is sent."""
        said: list[str] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], object]:
            said.append(status)
            return lambda _data: None

        answer = self._application(browser.environ(path, form), start_response)
        body = b"".join(answer)
        answer.close()
        return int(said[0].split()[0]), body

    def cost(
        self, name: str, browser: Browser, path: str, floor: str, form: Callable[[int], dict[str, str]] | None = None
    ) -> Cost:
        """The median of `ROUNDS` requests after `WARM` that are not counted, beside as many of the floor."""
        number = 0

        def page() -> tuple[int, bytes]:
            nonlocal number
            number += 1
            forget_limits()
            return self.ask(browser, path, form(number) if form else None)

        for _warm in range(WARM):
            self.ask(browser, floor)
            status, body = page()
        queries = self._queries(page)
        floors, pages = [], []
        for _round in range(ROUNDS):
            floors.append(_cpu(lambda: self.ask(browser, floor)))
            pages.append(_cpu(page))
        # CPU of a database server ticks in hundredths of a second: it is taken over many rounds together.
        milliseconds = 1000 * statistics.median(pages) + self._database(page)
        floor_milliseconds = 1000 * statistics.median(floors) + self._database(lambda: self.ask(browser, floor))
        raw = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        return Cost(name, milliseconds, milliseconds / floor_milliseconds, queries, len(raw), len(body), status)

    @staticmethod
    def _database(once: Callable[[], object]) -> float:
        """Milliseconds of CPU that the database server spends for one request; 0 for SQLite, whose work is ours."""
        if connection.vendor != "postgresql":
            return 0.0
        before = _database_cpu()
        for _round in range(DATABASE_ROUNDS):
            once()
        return 1000 * (_database_cpu() - before) / DATABASE_ROUNDS

    @staticmethod
    def _queries(once: Callable[[], object]) -> int:
        count = 0

        def counting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal count
            if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")):
                count += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counting):
            once()
        return count


def _cpu(once: Callable[[], object]) -> float:
    """Seconds of CPU of this process for one request."""
    began = time.process_time()
    once()
    return time.process_time() - began


def _database_cpu() -> float:
    """Seconds of CPU that the database server has spent for our connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
