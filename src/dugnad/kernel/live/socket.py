"""The door of the socket: who may open one, which channels they may join, and how much they may say. Plain ASGI.

Who it is and what they may hear is asked anew at every join, in a thread, through the same queries as the page. A
session that ended in between closes the socket.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from django.http.cookie import parse_cookie

from dugnad.kernel.away import database_is_away
from dugnad.kernel.live.client import Client
from dugnad.kernel.live.delta import encode
from dugnad.kernel.live.hub import CHANGED, Hub
from dugnad.kernel.live.threads import Threads
from dugnad.kernel.trouble import without_words

log = logging.getLogger("dugnad.live")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

TOO_MANY_SOCKETS = 4012
TOO_MANY_MESSAGES = 4029
UNREADABLE = 1003
BROKEN = 1011
SECONDS_TO_CLOSE = 5
CHANNEL = re.compile(r"([a-z][a-z_-]{0,30}):([1-9][0-9]{0,17})")
MAY_LISTEN = Callable[[Any, int], Any]


class Listener(Protocol):
    """What the socket needs to know of a viewer."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def language(self) -> str: ...
    @property
    def hidden(self) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one socket, one person and one process may take."""

    joins: int = 20
    messages_a_second: float = 10
    burst: float = 30
    sockets_a_person: int = 12
    sockets: int = 5000
    # Strangers may take this share, so that members always find a place.
    strangers: float = 0.8


@dataclass(frozen=True, slots=True)
class Doorkeeping:
    """Whom the socket asks. `viewer_of` and what `channels` answers run in a thread.

    `viewer_of(session_key, language)` answers the viewer of a living session, or None; `stranger(language)` the
    viewer of somebody without one; `channels(prefix)` the function `(viewer, id) -> may they listen`, or None when no
    hall has such.
    """

    viewer_of: Callable[[str, str], Listener | None]
    stranger: Callable[[str], Listener]
    channels: Callable[[str], MAY_LISTEN | None]
    session_cookie: str = "sessionid"
    languages: tuple[str, ...] = ("en",)
    origins: frozenset[str] = frozenset()
    may_serve_host: Callable[[str], bool] = lambda _host: True


class LiveEndpoint:
    """The ASGI application behind `/live`."""

    def __init__(self, hub: Hub, threads: Threads, doorkeeping: Doorkeeping, limits: Limits | None = None) -> None:
        self.hub = hub
        self.threads = threads
        self.ask = doorkeeping
        self.limits = limits or Limits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket until either side closes it."""
        await receive()
        if not self._comes_from_here(scope):
            await send({"type": "websocket.close", "code": 1008})  # before the handshake: the browser sees 403
            return
        await _Conversation(self, scope, receive, send).hold()

    def _comes_from_here(self, scope: Scope) -> bool:
        """The page that opens the socket is one of this place's: another site may not listen with a person's cookie."""
        origin, host = _header(scope, b"origin"), _header(scope, b"host")
        if not host or not self.ask.may_serve_host(host):
            return False
        if origin in self.ask.origins:
            return True
        place = _place_of(origin)
        return place is not None and place == _place_of(f"{origin.partition(':')[0]}://{host}")


class _Conversation:
    """One open socket."""

    def __init__(self, door: LiveEndpoint, scope: Scope, receive: Receive, send: Send) -> None:
        self._door = door
        self._receive = receive
        self._send = send
        self._session = _cookie(scope, door.ask.session_cookie)
        self._language = _language(scope, door.ask.languages)
        self._client = Client(None, "")
        self._allowance = _Allowance(door.limits)
        self._commands = {"join": self._join, "leave": self._leave, "ping": self._ping}

    async def hold(self) -> None:
        hub = self._door.hub
        asked_at = hub.now()
        try:
            viewer = await self._door.threads.run(self._viewer)
        except Exception as trouble:  # noqa: BLE001 - the database may be away; the page tries again by itself
            log.error("who opened a socket could not be found out: %s", without_words(trouble))
            await self._send({"type": "websocket.close", "code": BROKEN})
            return
        self._client = Client(viewer.person_id, self._language or viewer.language)
        await self._send({"type": "websocket.accept"})
        if not self._room_for(viewer):
            await self._close(TOO_MANY_SOCKETS)
        elif not hub.admit(self._client, asked_at=asked_at):
            await self._close(CHANGED)
        else:
            try:
                await self._talk()
            finally:
                hub.dismiss(self._client)
            if self._client.closing is not None:
                await self._close(self._client.closing)

    async def _talk(self) -> None:
        # The third is for a frame that is stuck in a full line: speaking would wait for ever.
        tasks = [asyncio.create_task(work) for work in (self._listen(), self._speak(), self._cut_off())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            # CancelledError is no Exception, OSError is a line that broke.
            if isinstance(end, Exception) and not isinstance(end, OSError):
                log.error("a conversation broke: %s", without_words(end))
                self._client.cut(BROKEN)

    async def _cut_off(self) -> None:
        await self._client.cut_off.wait()

    async def _speak(self) -> None:
        while (frame := await self._client.next_frame()) is not None:
            await self._send({"type": "websocket.send", "text": frame})

    async def _listen(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return
            if not self._allowance.one_more():
                self._client.cut(TOO_MANY_MESSAGES)
                return
            await self._obey(message)

    async def _obey(self, message: MutableMapping[str, Any]) -> None:
        command = _read(message.get("text"))
        if command is None:
            self._client.cut(UNREADABLE)
            return
        for word, deed in self._commands.items():
            if word in command:
                await deed(command[word], command)
                return

    async def _join(self, name: Any, command: dict[str, Any]) -> None:
        parts = CHANNEL.fullmatch(name) if isinstance(name, str) else None
        if parts is None or (
            len(self._client.channels) >= self._door.limits.joins and name not in self._client.channels
        ):
            self._client.offer(encode({"refused": name if parts else ""}))
            return
        viewer, allowed = await self._door.threads.run(self._may_join, parts[1], int(parts[2]))
        if viewer.person_id != self._client.person_id:
            self._client.cut(CHANGED)
        elif not allowed:
            self._client.offer(encode({"refused": name}))
        else:
            seq, epoch = command.get("seq"), command.get("epoch")
            await self._door.hub.join(
                self._client,
                name,
                frozenset(viewer.hidden),
                seq=seq if type(seq) is int else None,
                epoch=epoch if isinstance(epoch, str) else None,
            )

    async def _leave(self, name: Any, _command: dict[str, Any]) -> None:
        if isinstance(name, str):
            self._door.hub.leave(self._client, name)
        self._client.offer(encode({"left": name if isinstance(name, str) else ""}))

    async def _ping(self, _word: Any, _command: dict[str, Any]) -> None:
        self._client.offer(encode({"pong": 1}))

    def _viewer(self) -> Listener:
        """Who this is now. Runs in a thread."""
        ask = self._door.ask
        language = self._language or ask.languages[0]
        viewer = ask.viewer_of(self._session, language) if self._session else None
        return viewer or ask.stranger(language)

    def _may_join(self, prefix: str, number: int) -> tuple[Listener, bool]:
        """Who this is now and whether they may listen. Runs in a thread. What goes wrong is a no, unless the
        database is away: then the socket ends, and the page comes back until it is answered.
        """
        viewer = self._viewer()
        may_listen = self._door.ask.channels(prefix)
        try:
            return viewer, may_listen is not None and bool(may_listen(viewer, number))
        except Exception as trouble:
            if database_is_away(trouble):
                raise
            log.error("whether somebody may listen to a %s could not be found out: %s", prefix, without_words(trouble))
            return viewer, False

    def _room_for(self, viewer: Listener) -> bool:
        limits, hub = self._door.limits, self._door.hub
        everyone, strangers = hub.open_sockets()
        if everyone >= limits.sockets:
            return False
        if viewer.person_id is None:
            return strangers < limits.sockets * limits.strangers
        return hub.sockets_of(viewer.person_id) < limits.sockets_a_person

    async def _close(self, code: int) -> None:
        """Say goodbye, for as long as the line takes it; a line that is full is dropped by the server afterwards."""
        try:
            async with asyncio.timeout(SECONDS_TO_CLOSE):
                await self._send({"type": "websocket.close", "code": code})
        except (OSError, TimeoutError, RuntimeError):
            log.debug("a socket was gone before it could be closed")


class _Allowance:
    """How many messages a socket may still send: refilled by `messages_a_second`, never more than `burst`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.burst
        self._at = time.monotonic()

    def one_more(self) -> bool:
        now = time.monotonic()
        self._left = min(self._limits.burst, self._left + (now - self._at) * self._limits.messages_a_second)
        self._at = now
        self._left -= 1
        return self._left >= 0


def _read(text: str | None) -> dict[str, Any] | None:
    try:
        command = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return command if isinstance(command, dict) else None


def _headers(scope: Scope, name: bytes) -> Iterable[str]:
    return (value.decode("latin-1") for key, value in scope["headers"] if key == name)


def _header(scope: Scope, name: bytes) -> str:
    return next(iter(_headers(scope, name)), "")


def _cookie(scope: Scope, name: str) -> str:
    return parse_cookie("; ".join(_headers(scope, b"cookie"))).get(name, "")


def _language(scope: Scope, languages: tuple[str, ...]) -> str:
    """The language of the page that listens, as it says itself; empty when it says none of ours."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("language", [""])[0]
    return asked if asked in languages else ""


def _place_of(address: str) -> tuple[str, int] | None:
    """Host and port of an http address; None when it is none."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.hostname, port) if parts.hostname else None
