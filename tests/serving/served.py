"""A real server in a thread of the test, with an application of the test's own behind it, and plain ways to talk to
it.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from dugnad.site.serving.app import House, Parts
from dugnad.site.serving.body import BodyLimits
from dugnad.site.serving.bridge import Bridge
from dugnad.site.serving.connection import PageConnection
from dugnad.site.serving.server import Server, listen


async def no_live(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.close"})


@dataclass
class Served:
    """A running server: its port, its bridge, and who stands behind it."""

    port: int
    server: Server
    parts: list[Parts] = field(default_factory=list)

    @property
    def bridge(self) -> Bridge:
        return self.parts[0].bridge

    def ask(
        self, path: str = "/", method: str = "GET", body: Any = None, headers: dict[str, str] | None = None, **more: Any
    ) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own: status, headers (lower case), body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=headers or {}, **more)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def raw(self, data: bytes = b"", *, receive_buffer: int | None = None) -> socket.socket:
        """A bare connection on which `data` has been sent."""
        line = socket.socket()
        line.settimeout(30)
        if receive_buffer is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        line.connect(("127.0.0.1", self.port))
        line.sendall(data)
        return line


def everything(line: socket.socket) -> bytes:
    """What comes until the other side closes; then this side closes too."""
    got = b""
    with line, suppress(ConnectionResetError):
        while chunk := line.recv(65536):
            got += chunk
    return got


@contextmanager
def served(
    application: Callable[..., Any],
    *,
    threads: int = 4,
    limits: BodyLimits | None = None,
    trust_proxy: bool = False,
    live: Callable[[AsyncExitStack], Any] | None = None,
    connection: type[PageConnection] = PageConnection,
    health: Callable[[], Awaitable[Any]] | None = None,
) -> Iterator[Served]:
    """Serve `application` until the block ends; then the server stops in good order."""
    sockets = listen("127.0.0.1", 0)
    parts: list[Parts] = []

    async def well() -> None:
        return None

    async def open_up(stack: AsyncExitStack) -> Parts:
        bridge = Bridge(application, threads=threads, limits=limits, trust_proxy=trust_proxy)
        stack.callback(bridge.close)
        parts.append(Parts(bridge, await live(stack) if live else no_live, health or well))
        return parts[0]

    ready = threading.Event()
    server = Server(House(open_up), when_open=ready.set)
    server.config.http = connection
    thread = threading.Thread(target=server.run, args=(sockets,), name="server under test")
    thread.start()
    assert ready.wait(30)
    try:
        yield Served(sockets[0].getsockname()[1], server, parts)
    finally:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()
