"""The server itself: one socket to listen on, uvicorn with the house's rules, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn

from dugnad.site.serving.app import House
from dugnad.site.serving.connection import LiveConnection, PageConnection

OPEN_FILES = 65_536
REQUESTS_IN_HAND_SECONDS = 10
ON_THEIR_WAY_SECONDS = 0.5
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class PortTaken(Exception):  # noqa: N818 - a sentence for the person at the terminal
    """Something else listens on the port already, or it may not be used."""


def listen(bind: str, port: int) -> list[socket.socket]:
    """Sockets that listen, so that whoever comes while the house still gets ready waits instead of being turned away.
    For `127.0.0.1` there are two, since `localhost` may mean the other loopback address. Raises PortTaken.
    """
    sockets = [_listening(bind, port)]
    if bind == "127.0.0.1":
        with contextlib.suppress(PortTaken):
            sockets.append(_listening("::1", sockets[0].getsockname()[1]))
    return sockets


def raise_open_files() -> None:
    """Let the process hold as many connections as the system allows it, up to 65,536."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def share_memory_between_threads() -> None:
    """Keep glibc from giving each thread its own heap: with a dozen threads that wastes a hundred megabytes."""
    m_arena_max = -8
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(m_arena_max, 2)


class Server(uvicorn.Server):
    """uvicorn, stopping in good order: SIGTERM and Ctrl-C end the process with 0 after what is in hand is done. Calls
    `when_open` once everything has started.
    """

    def __init__(self, house: House, when_open: Callable[[], object] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                house,
                loop="uvloop",
                http=PageConnection,
                ws=LiveConnection,
                ws_max_size=64 * 1024,
                ws_ping_interval=25,
                ws_ping_timeout=25,
                ws_per_message_deflate=False,
                lifespan="on",
                interface="asgi3",
                log_config=None,
                log_level="warning",  # its milder lines name the addresses of people
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=True,
                timeout_keep_alive=15,
                timeout_graceful_shutdown=REQUESTS_IN_HAND_SECONDS,
            )
        )
        self._house = house
        self._when_open = when_open
        self.comes_back = False

    def leave_and_come_back(self) -> None:
        """Stop in good order, as on a signal; `comes_back` tells whoever ran the server that it is to be run anew."""
        self.comes_back = not self.should_exit
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.comes_back = False
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._when_open()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._house.prepare_to_stop(REQUESTS_IN_HAND_SECONDS - 1)
        if self.comes_back:
            for server in self.servers:
                server.close()  # whoever comes now waits in the line of the socket
            await asyncio.sleep(ON_THEIR_WAY_SECONDS)  # whoever was let in says what they want
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal; unlike uvicorn's own, do not die of it once everything is done."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listening(bind: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as trouble:
        raise PortTaken(str(trouble)) from trouble
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((bind, port))
        listener.listen(2048)
    except OSError as trouble:
        listener.close()
        raise PortTaken(trouble.strerror or str(trouble)) from trouble
    listener.setblocking(False)
    return listener
