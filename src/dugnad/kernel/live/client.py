"""One open socket as the hub sees it."""

from __future__ import annotations

import asyncio
from collections import deque

FRAMES_WAITING = 64
BYTES_WAITING = 256 * 1024
TOO_SLOW = 4008


class Client:
    """Who listens and in which language, what they listen to, and the frames that still have to be sent to them.

    More than 64 frames or 256 kB waiting means that nobody reads at the other end: the client is cut off.
    """

    __slots__ = ("_bytes", "_frames", "_wake", "channels", "closing", "cut_off", "language", "person_id")

    def __init__(self, person_id: int | None, language: str) -> None:
        self.person_id = person_id
        self.language = language
        self.channels: set[str] = set()
        self.closing: int | None = None
        self.cut_off = asyncio.Event()
        self._frames: deque[str] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()

    def offer(self, frame: str | None) -> None:
        """Queue a frame (ASCII: its length is its bytes). None, or a client that is being closed: nothing happens."""
        if frame is None or self.closing is not None:
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        if len(self._frames) > FRAMES_WAITING or self._bytes > BYTES_WAITING:
            self.cut(TOO_SLOW)
        else:
            self._wake.set()

    def cut(self, code: int) -> None:
        """Drop what is waiting and close with `code`. The first code stands."""
        if self.closing is None:
            self.closing = code
            self._frames.clear()
            self._bytes = 0
            self._wake.set()
            self.cut_off.set()

    async def next_frame(self) -> str | None:
        """The next frame to send, as soon as there is one; None when the socket is to be closed with `closing`."""
        while not self._frames:
            if self.closing is not None:
                return None
            self._wake.clear()
            await self._wake.wait()
        frame = self._frames.popleft()
        self._bytes -= len(frame)
        return frame
