"""Each request by the name of its door: how many, how they ended, how long they took."""

from __future__ import annotations

import logging
import threading
import time
from bisect import bisect_left
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse

from dugnad.kernel import tally

log = logging.getLogger("dugnad.requests")

Handler = Callable[[HttpRequest], HttpResponse]
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SLOW_SECONDS = 1.0
# Doors that have no name of their own.
STATIC, KEPT, NONE = "(static file)", "(kept page)", "(no door)"

_own = threading.local()
_all: list[dict[tuple[str, int], list[float]]] = []
_lock = threading.Lock()


class Watching:
    """The outermost middleware. It looks at the clock twice and adds to numbers of its own thread."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.logs_all = settings.LOG_REQUESTS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        door, status = _door_of(request, response), response.status_code
        watch(door, status, seconds)
        if self.logs_all or status >= 500 or seconds >= SLOW_SECONDS:
            _say(door, status, seconds)
        return response


def watch(door: str, status: int, seconds: float) -> None:
    """Count one request. The last number of a row is the seconds in all, the others are requests by `BUCKETS`."""
    try:
        rows = _own.rows
    except AttributeError:
        rows = _begin()
    key = (door, status // 100)
    row = rows.get(key)
    if row is None:
        row = rows[key] = [0.0] * (len(BUCKETS) + 2)
    row[bisect_left(BUCKETS, seconds)] += 1
    row[-1] += seconds


def _begin() -> dict[tuple[str, int], list[float]]:
    rows: dict[tuple[str, int], list[float]] = {}
    _own.rows = rows
    with _lock:
        _all.append(rows)
    return rows


def watched() -> dict[tuple[str, int], list[float]]:
    """What all threads counted, by door and class of status."""
    found: dict[tuple[str, int], list[float]] = {}
    for rows in tuple(_all):
        for key, row in dict(rows).items():
            before = found.get(key)
            found[key] = [a + b for a, b in zip(before, row, strict=True)] if before else list(row)
    return found


def _door_of(request: HttpRequest, response: HttpResponse) -> str:
    """A name of the house, whatever was asked for."""
    match = request.resolver_match
    if match is not None:
        return match.url_name or NONE
    if request.path.startswith(settings.STATIC_URL):
        return STATIC
    return KEPT if response.status_code < 300 else NONE


def _say(door: str, status: int, seconds: float) -> None:
    ms = round(seconds * 1000)
    level = logging.ERROR if status >= 500 else logging.INFO
    log.log(level, "%s answered %s in %s ms", door, status, ms, extra={"door": door, "status": status, "ms": ms})


def _count_errors(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
    try:
        return execute(sql, params, many, context)
    except DatabaseError as trouble:
        tally.add("database_errors", type(trouble).__name__)
        raise


def _watch_connection(*, connection: object, **_more: object) -> None:
    wrappers: list[object] = getattr(connection, "execute_wrappers", [])
    if _count_errors not in wrappers:
        wrappers.append(_count_errors)


connection_created.connect(_watch_connection, dispatch_uid="dugnad.watching")
