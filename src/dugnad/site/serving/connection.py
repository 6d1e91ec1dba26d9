"""Connections as uvicorn makes them, with an end for peers who never finish asking or never read the answer."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

HEAD_SECONDS = 20.0
HEAD_BYTES = 64 * 1024
READER_SECONDS = 60.0
GOODBYE_SECONDS = 15.0
LIVE_BUFFER = 32 * 1024
STOPPING = 1001


class PageConnection(HttpToolsProtocol):
    """A connection for pages. The head of a request must be whole within 20 seconds and 64 kB; a reader who takes
    nothing at all for 60 seconds is cut off, also when only the last bytes are left.
    """

    head_seconds = HEAD_SECONDS
    reader_seconds = READER_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._reader_timer: asyncio.TimerHandle | None = None
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting_for_head()
        self._stop_watching_reader()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.get_protocol() is not self:
            return  # it has become a socket
        if self._head_timer is not None and self._head_bytes > HEAD_BYTES:
            self._refuse_head()
        elif self._head_timer is None and (self.cycle is None or self.cycle.response_complete):
            self._wait_for_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_for_head()

    def on_headers_complete(self) -> None:
        self._stop_waiting_for_head()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_reader()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch_reader()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_watching_reader()

    def _wait_for_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._head_is_late)

    def _stop_waiting_for_head(self) -> None:
        self._head_bytes = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self.transport.close()
            self._watch_reader()

    def _refuse_head(self) -> None:
        self._stop_waiting_for_head()
        self.transport.write(STATUS_LINE[431] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()
        self._watch_reader()

    def _watch_reader(self) -> None:
        self._stop_watching_reader()
        unsent = self.transport.get_write_buffer_size()
        self._reader_timer = self.loop.call_later(self.reader_seconds, self._reader_took_something, unsent)

    def _stop_watching_reader(self) -> None:
        if self._reader_timer is not None:
            self._reader_timer.cancel()
            self._reader_timer = None

    def _reader_took_something(self, unsent_before: int) -> None:
        # Nothing is written while the line is full or closing, so what waits can only shrink.
        self._reader_timer = None
        if self.transport.get_write_buffer_size() < unsent_before:
            self._watch_reader()
        else:
            self.transport.abort()


class LiveConnection(WebSocketsSansIOProtocol):
    """A socket. Its buffers are small, its goodbye when the house stops is 1001, and a line that is full when the
    socket is closed is dropped after a while instead of being kept for ever.
    """

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=LIVE_BUFFER)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LIVE_BUFFER)
        self._goodbye_timer: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._goodbye_timer is not None:
            self._goodbye_timer.cancel()
        super().connection_lost(exc)

    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self._drop_later()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._drop_later()

    def shutdown(self) -> None:
        if self.handshake_complete and not self.close_sent:
            self.stop_keepalive()
            self.queue.put_nowait({"type": "websocket.disconnect", "code": STOPPING})
            self.conn.send_close(STOPPING)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.transport.close()
        else:
            super().shutdown()

    def _drop_later(self) -> None:
        if self._goodbye_timer is None and not self.disconnected:
            self._goodbye_timer = self.loop.call_later(GOODBYE_SECONDS, self.transport.abort)
