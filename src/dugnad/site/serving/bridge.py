"""The bridge from the loop to Django's pages (WSGI) in a fixed number of threads.

The order of things: the body is taken in whole, a thread makes the page, the thread is free again, the answer is
sent. So a slow line costs a connection and a little memory, never a thread. A request whose sender went away while it
waited for a thread is not carried out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from dugnad.kernel.away import disk_is_full
from dugnad.kernel.trouble import without_words
from dugnad.site.serving.answer import Answer, Application, answer_of
from dugnad.site.serving.body import MEGABYTE, Bodies, Body, BodyLimits, DiskFull, Gone, NoRoom, TooLarge, TooSlow
from dugnad.site.serving.environ import build_environ
from dugnad.site.serving.refusal import refusal

log = logging.getLogger("dugnad.serving")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CHUNK = 64 * 1024
MOST_WAITING = 1000
WITHOUT_BODY = frozenset({204, 304})


class Bridge:
    """An ASGI application that answers with `application`, made in `threads` threads. Build it inside the loop."""

    def __init__(
        self, application: Application, *, threads: int = 4, limits: BodyLimits | None = None, trust_proxy: bool = False
    ) -> None:
        self._application = application
        self._trust_proxy = trust_proxy
        self._threads = threads
        self._pages = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self._disk = ThreadPoolExecutor(2, thread_name_prefix="disk")
        self.bodies = Bodies(limits or BodyLimits(), self._disk, trust_proxy=trust_proxy)
        self.waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            body = await self.bodies.take(scope, receive)
        except Gone:
            return
        except (TooLarge, TooSlow, NoRoom, DiskFull) as trouble:
            status = {TooLarge: 413, TooSlow: 408, NoRoom: 503, DiskFull: 507}[type(trouble)]
            await self._send_whole(await self._refusal(status, scope), scope, send)
            return
        try:
            answer = await self._page(scope, receive, body)
        finally:
            self.bodies.give_back(body)
        if answer is not None:
            await self._send_answer(answer, scope, receive, send)

    def close(self) -> None:
        """Let the pages in hand be finished; drop what still waits for a thread. Waits for the threads to end."""
        self._pages.shutdown(wait=True, cancel_futures=True)
        self._disk.shutdown(wait=True)

    async def _page(self, scope: Scope, receive: Receive, body: Body) -> Answer | None:
        """The answer of the application; None when nobody waits for it any more."""
        if self.waiting >= MOST_WAITING:
            return await self._refusal(503, scope)
        environ = build_environ(scope, body.file, body.size, trust_proxy=self._trust_proxy)
        self.waiting += 1
        try:
            future = self._pages.submit(answer_of, self._application, environ, self.bodies.limits.folder)
            return await self._unless_gone(future, receive)
        except Exception as trouble:  # noqa: BLE001 - the person gets an answer whatever broke
            log.error("a page broke: %s", without_words(trouble))
            return await self._refusal(507 if disk_is_full(trouble) else 500, scope)
        finally:
            self.waiting -= 1

    async def _unless_gone(self, future: Future[Answer], receive: Receive) -> Answer | None:
        made = asyncio.wrap_future(future)
        if self.waiting <= self._threads:
            return await made  # it has a thread already
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            await asyncio.wait((made, gone), return_when=asyncio.FIRST_COMPLETED)
            if not made.done() and future.cancel():
                return None
            return await made
        finally:
            gone.cancel()

    async def _send_answer(self, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if answer.file is None:
                await self._send_whole(answer, scope, send)
            else:
                await self._send_file(answer, scope, receive, send)
        finally:
            if answer.file is not None:
                self._disk.submit(answer.close)

    async def _send_whole(self, answer: Answer, scope: Scope, send: Send) -> None:
        await send(_start(answer, scope["method"]))
        body = b"" if _bare(answer, scope["method"]) else answer.body
        for begin in range(0, max(len(body), 1), CHUNK):
            more = begin + CHUNK < len(body)
            await send({"type": "http.response.body", "body": body[begin : begin + CHUNK], "more_body": more})

    async def _send_file(self, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        await send(_start(answer, scope["method"]))
        size = 0 if _bare(answer, scope["method"]) else answer.size
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            sent = 0
            while sent < size and not gone.done():
                chunk = await self.bodies.on_disk_thread(answer.read, sent, CHUNK)
                if not chunk:
                    raise EOFError("a file became shorter while it was sent")
                sent += len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()

    async def _refusal(self, status: int, scope: Scope) -> Answer:
        megabytes = self.bodies.limits.largest // MEGABYTE
        answer: Answer = await self.bodies.on_disk_thread(refusal, status, scope["headers"], megabytes)
        return answer


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _start(answer: Answer, method: str) -> dict[str, Any]:
    headers = answer.headers
    if answer.status not in WITHOUT_BODY and not (method == "HEAD" and _has_length(headers)):
        headers = [(name, value) for name, value in headers if name != b"content-length"]
        headers.append((b"content-length", str(answer.size).encode()))
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


def _bare(answer: Answer, method: str) -> bool:
    return method == "HEAD" or answer.status in WITHOUT_BODY


def _has_length(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"content-length" for name, _value in headers)
