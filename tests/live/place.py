"""A place with a live socket and nothing else: two members, a public thread, and who may hear what."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from websockets.sync.client import ClientConnection, connect

from dugnad.kernel.audience import Viewer, stranger
from dugnad.kernel.live.bus import LocalBus
from dugnad.kernel.live.hub import Hub
from dugnad.kernel.live.socket import Doorkeeping, Limits, LiveEndpoint
from dugnad.kernel.live.threads import Threads
from tests.serving.served import Served

AMAL, KARI = 4, 5


@dataclass
class Place:
    """A running place with two members, a public thread 1, thread 2 of the members, and group threads from 10 on."""

    sessions: dict[str, int] = field(default_factory=lambda: {"amal-session": AMAL, "kari-session": KARI})
    members: set[int] = field(default_factory=lambda: {AMAL})
    blocked: dict[int, frozenset[int]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    database_is_away: bool = False
    asked: list[str] = field(default_factory=list)
    served: Served | None = None
    hub: Hub | None = None
    bus: LocalBus | None = None

    def viewer_of(self, session: str, language: str) -> Viewer | None:
        if self.database_is_away:
            raise LookupError
        person = self.sessions.get(session)
        if person is None:
            return None
        return Viewer("member", person, frozenset(), language, hidden=self.blocked.get(person, frozenset()))

    def may_listen(self, viewer: Viewer, thread: int) -> bool:
        self.asked.append(threading.current_thread().name)
        if thread == 99:
            raise LookupError("the database is away")
        return (
            thread == 1
            or (thread == 2 and viewer.is_member)
            or (10 <= thread < 40 and viewer.person_id in self.members)
        )

    async def open_up(self, stack: AsyncExitStack) -> LiveEndpoint:
        threads = Threads(2, "live")
        stack.callback(threads.close)
        self.hub = Hub(fragments=lambda kind: html if kind == "post_added" else None, in_thread=threads.run)
        self.bus = LocalBus(self.hub, asyncio.get_running_loop())
        doors = Doorkeeping(
            viewer_of=self.viewer_of,
            stranger=stranger,
            channels=lambda prefix: self.may_listen if prefix == "thread" else None,
            session_cookie="dugnad_session",
            languages=("en", "sv"),
            origins=frozenset({"https://dugnad.example.org"}),
            may_serve_host=lambda host: host.startswith(("localhost", "127.0.0.1")),
        )
        return LiveEndpoint(self.hub, threads, doors, self.limits)

    def socket(self, session: str = "", path: str = "/live?language=sv", **more: Any) -> ClientConnection:
        assert self.served is not None
        headers = {"Cookie": f"other=1; dugnad_session={session}"} if session else {}
        more.setdefault("origin", f"http://localhost:{self.served.port}")
        return connect(f"ws://localhost:{self.served.port}{path}", additional_headers=headers, **more)

    def in_loop(self, work: Callable[..., Any], *args: Any) -> None:
        """Do this soon where the hub lives."""
        assert self.bus is not None
        self.bus._loop.call_soon_threadsafe(work, *args)

    def announce(self, **message: Any) -> None:
        assert self.bus is not None
        self.bus.send(message)


def html(event: Any, language: str) -> dict[str, str]:
    return {"html": f"<p lang={language}>{event['id']}</p>"}


def nothing(_environ: Any, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [])
    return []
