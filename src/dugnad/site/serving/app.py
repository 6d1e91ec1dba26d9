"""The one ASGI application: `/live` to the socket, `/healthz`, `/readyz` and `/metrics` to plain words, everything else over the
bridge to Django.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import AsyncExitStack
from typing import Any

from dugnad.site.serving.bridge import Bridge
from dugnad.site.watching.doors import METRICS_TYPE, NotReady, may_see_metrics, say

log = logging.getLogger("dugnad.serving")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

HEALTH_SECONDS = 5


class Parts:
    """What a running house consists of."""

    def __init__(
        self,
        bridge: Bridge,
        live: Asgi,
        check_health: Callable[[], Awaitable[Any]],
        stop_early: Iterable[Callable[[], None]] = (),
        metrics: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        self.bridge = bridge
        self.live = live
        self.check_health = check_health
        self.stop_early = tuple(stop_early)
        self.metrics = metrics


class House:
    """Everything that runs in one process, between the lifespan's start and its end.

    `open_up(stack)` is called inside the loop when the server starts. It builds the parts, enters them into the stack
    (they are closed in the opposite order when the server stops) and answers with them.
    """

    def __init__(self, open_up: Callable[[AsyncExitStack], Awaitable[Parts]]) -> None:
        self._open_up = open_up
        self._parts: Parts | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if self._parts is None:
            raise RuntimeError("the lifespan has not started: serve the house with lifespan on")
        if scope["type"] == "websocket":
            await (self._parts.live if scope["path"] == "/live" else _not_here)(scope, receive, send)
        elif scope["path"] == "/healthz":
            await say(send, 200, b"ok\n")
        elif scope["path"] == "/readyz":
            await _tell_ready(self._parts, send)
        elif scope["path"] == "/metrics" and self._parts.metrics is not None and may_see_metrics(scope):
            await say(send, 200, (await self._parts.metrics()).encode(), METRICS_TYPE)
        else:
            await self._parts.bridge(scope, receive, send)

    def prepare_to_stop(self, seconds: float) -> None:
        """The server stops within `seconds`: bodies that are still arriving must be whole by then, and no new task is
        begun.
        """
        if self._parts is not None:
            self._parts.bridge.bodies.hurry(seconds)
            for stop in self._parts.stop_early:
                stop()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            self._parts = await self._open_up(stack)
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


async def _tell_ready(parts: Parts, send: Send) -> None:
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            await parts.check_health()
        status, words = 200, b"ready\n"
    except NotReady as why:
        status, words = 503, f"{why}\n".encode()
    except Exception as trouble:  # noqa: BLE001 - whatever it is, the place cannot serve pages now
        log.error("the database does not answer: %s", type(trouble).__name__)
        status, words = 503, b"the database does not answer\n"
    await say(send, status, words)


async def _not_here(_scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 1008})


def _the_house() -> House:
    import django

    django.setup()
    from dugnad.site.serving.parts import open_up

    return House(open_up)


def __getattr__(name: str) -> Any:
    # Made on first use, so that the parts above can be imported without settings.
    if name == "application":
        globals()["application"] = house = _the_house()
        return house
    raise AttributeError(name)
