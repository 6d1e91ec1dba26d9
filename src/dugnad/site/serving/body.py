"""Request bodies, taken in by the loop before a page thread is asked for."""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import IO, Any

from dugnad.kernel.limits import household
from dugnad.site.serving.environ import sender_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How large one body may be, how long it may take, and how much all of them together.

    Each unfinished body holds at most `in_memory` bytes of memory; what is larger goes to a nameless file in `folder`.
    When the files hold `on_disk` bytes, larger bodies are turned away and small ones still get through. No address has more
    than `at_once_from_one` on their way: one computer that lets two thousand of them drip would take every form from everybody.
    """

    largest: int = 25 * MEGABYTE
    in_memory: int = 64 * 1024
    on_disk: int = 1024 * MEGABYTE
    at_once: int = 2000
    at_once_from_one: int = 400
    idle_seconds: float = 20
    total_seconds: float = 600
    folder: str | None = None


class TooLarge(Exception):  # noqa: N818 - these five are answers, not errors
    """The body is larger than the place allows."""


class TooSlow(Exception):  # noqa: N818
    """Nothing came for too long, or the whole took too long."""


class NoRoom(Exception):  # noqa: N818
    """Too many bodies are arriving at once, from everybody or from one address."""


class DiskFull(Exception):  # noqa: N818
    """There is no room for the body on the disk."""


class Gone(Exception):  # noqa: N818
    """The other side went away before the body was whole."""


@dataclass(slots=True)
class Body:
    """A whole body: a file at its beginning, its size in bytes, and how many of them lie on disk."""

    file: IO[bytes]
    size: int
    on_disk: int = 0


class Bodies:
    """Takes in bodies within the limits. Files are written by `disk`, never by the loop itself."""

    def __init__(self, limits: BodyLimits, disk: Executor, *, trust_proxy: bool = False) -> None:
        self.limits = limits
        self.arriving = 0
        self._trust_proxy = trust_proxy
        self._from_one: Counter[str] = Counter()
        self.bytes_on_disk = 0
        self._disk = disk
        self._clocks: set[asyncio.Timeout] = set()

    async def take(self, scope: Scope, receive: Receive) -> Body:
        """The whole body of this request. Raises TooLarge, TooSlow, NoRoom, DiskFull or Gone."""
        declared, comes = _announced(scope)
        if not comes:
            return Body(io.BytesIO(), 0)
        sender = household(sender_of(scope, trust_proxy=self._trust_proxy))
        if self.arriving >= self.limits.at_once or self._from_one[sender] >= self.limits.at_once_from_one:
            raise NoRoom
        self.arriving += 1
        self._from_one[sender] += 1
        try:
            async with asyncio.timeout(self.limits.total_seconds) as clock:
                self._clocks.add(clock)
                try:
                    return await self._take(scope, receive, declared)
                finally:
                    self._clocks.discard(clock)
        except TimeoutError:
            raise TooSlow from None
        finally:
            self.arriving -= 1
            self._from_one[sender] -= 1
            if not self._from_one[sender]:
                del self._from_one[sender]

    def give_back(self, body: Body) -> None:
        """The body is no longer needed."""
        self.bytes_on_disk -= body.on_disk
        if body.on_disk:
            self._disk.submit(body.file.close)

    async def on_disk_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do `work` where waiting for the disk holds up nobody."""
        return await asyncio.get_running_loop().run_in_executor(self._disk, work, *args)

    def hurry(self, seconds: float) -> None:
        """Give the bodies that are arriving now this many seconds more, and none longer."""
        last = asyncio.get_running_loop().time() + seconds
        for clock in self._clocks:
            clock.reschedule(min(clock.when() or last, last))

    async def _take(self, scope: Scope, receive: Receive, declared: int) -> Body:
        if declared > self.limits.largest:
            await self._let_it_finish(scope, receive, declared)
            raise TooLarge
        spool = _Spool(self)
        try:
            while True:
                chunk, more = await self._next(receive)
                if spool.size + len(chunk) > self.limits.largest:
                    if more:
                        await self._let_it_finish(scope, receive, spool.size)
                    raise TooLarge
                await spool.add(chunk)
                if not more:
                    return await spool.whole()
        except BaseException:
            spool.drop()
            raise

    async def _next(self, receive: Receive) -> tuple[bytes, bool]:
        async with asyncio.timeout(self.limits.idle_seconds):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        return message.get("body", b""), message.get("more_body", False)

    async def _let_it_finish(self, scope: Scope, receive: Receive, size: int) -> None:
        """Read on for a while without keeping anything: a browser shows an answer only after it has sent everything.
        Who asked first whether to send at all (`Expect: 100-continue`) needs no such patience.
        """
        if any(name == b"expect" for name, _value in scope["headers"]):
            return
        more = True
        while more and size <= 4 * self.limits.largest:
            chunk, more = await self._next(receive)
            size += len(chunk)


class _Spool:
    """A body while it arrives."""

    def __init__(self, room: Bodies) -> None:
        self.size = 0
        self._room = room
        self._waiting = bytearray()
        self._file: IO[bytes] | None = None
        self._written = 0

    async def add(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self._waiting += chunk
        if len(self._waiting) > self._room.limits.in_memory:
            await self._write()

    async def whole(self) -> Body:
        if self._file is None:
            return Body(io.BytesIO(self._waiting), self.size)
        await self._write()
        await self._room.on_disk_thread(self._file.seek, 0)
        return Body(self._file, self.size, self._written)

    def drop(self) -> None:
        self._room.bytes_on_disk -= self._written
        if self._file is not None:
            self._file.close()

    async def _write(self) -> None:
        chunk, self._waiting = self._waiting, bytearray()
        if self._room.bytes_on_disk + len(chunk) > self._room.limits.on_disk:
            raise NoRoom
        self._room.bytes_on_disk += len(chunk)
        self._written += len(chunk)
        try:
            await self._room.on_disk_thread(self._put, chunk)
        except OSError as trouble:
            raise DiskFull from trouble

    def _put(self, chunk: bytearray) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._room.limits.folder)  # noqa: SIM115 - lives as long as the body
        self._file.write(chunk)


def _announced(scope: Scope) -> tuple[int, bool]:
    """How many bytes the head promises (0 when it does not say), and whether a body comes at all."""
    declared, comes = 0, False
    for name, value in scope["headers"]:
        if name == b"content-length":
            declared = int(value)
            comes = comes or declared > 0
        elif name == b"transfer-encoding":
            comes = True
    return declared, comes
