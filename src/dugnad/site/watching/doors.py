"""The doors for those who look after the machine: `/healthz` (alive), `/readyz` (can serve pages), `/metrics`."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

FORWARDED = (b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-real-ip", b"forwarded", b"via")
METRICS_TYPE = b"text/plain; version=0.0.4; charset=utf-8"

_migrated = False


def may_see_metrics(scope: Scope) -> bool:
    """With the token from anywhere. Without one only who asks on this machine, without a proxy in between; with
    `DUGNAD_TRUST_PROXY` everybody comes from this machine, so then only with the token.
    """
    headers = {name.lower(): value for name, value in scope["headers"]}
    kind, _space, token = headers.get(b"authorization", b"").partition(b" ")
    wanted = str(settings.METRICS_TOKEN).encode()
    if wanted and kind.lower() == b"bearer":
        return hmac.compare_digest(token.strip(), wanted)
    if settings.TRUST_PROXY or any(name in headers for name in FORWARDED):
        return False
    return _is_loopback(scope.get("client"))


def _is_loopback(client: Any) -> bool:
    try:
        return bool(client) and ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False


def check_ready() -> None:
    """The database answers and has the form that this version needs; raises otherwise. Looking at its form is done once."""
    global _migrated  # noqa: PLW0603 - a database that was brought to this form stays there
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise NotReady("the database is not brought to the form of this version yet")
        _migrated = True


class NotReady(Exception):  # noqa: N818 - a state, said in words
    """The house cannot serve pages. The message says why, in words of its own."""


async def say(send: Send, status: int, words: bytes, content_type: bytes = b"text/plain; charset=utf-8") -> None:
    """A plain answer that nobody keeps."""
    headers = [
        (b"content-type", content_type),
        (b"cache-control", b"no-store"),
        (b"content-length", str(len(words)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
