"""The bus between several processes of one place: Redis publishes, nothing is stored there.

A process hands its own messages to its own hub at once, whether Redis answers or not, and knows them again when they
come back. While Redis is away messages wait here, up to `WAITING`; when the connection returns, every hub starts over
(`resync`), since it cannot know what it missed. A message may then arrive twice: events are replaced by id, so that
harms nobody. Meanwhile pages of other processes get no news; hang-ups reach them all the same (`bus.catch_up`).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import random
import secrets
from typing import Any

import redis
import redis.asyncio
from django.conf import settings

from dugnad.kernel.live.bus import Message, back_in_touch, hand_over
from dugnad.kernel.live.hub import Hub
from dugnad.kernel.trouble import without_words

log = logging.getLogger("dugnad.live")

WAITING = 10_000
LONGEST_PAUSE = 15.0
TROUBLE = (redis.RedisError, OSError, TimeoutError)


def topic() -> str:
    """The name under which the processes of one place meet; places with other secret keys never hear each other."""
    return "dugnad:" + hashlib.sha256(f"live {settings.SECRET_KEY}".encode()).hexdigest()[:20]


def send_once(url: str, message: Message) -> None:
    """Send from a process without a hub, such as a command. When Redis is away the message is lost, with a warning."""
    try:
        with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as connection:
            connection.publish(topic(), json.dumps({**message, "from": ""}))
    except TROUBLE as trouble:
        log.warning("Redis did not take a live message (%s)", type(trouble).__name__)


class RedisBus:
    """Between `start()` and `stop()`, carries messages between this process's hub and all others'."""

    def __init__(self, hub: Hub, loop: asyncio.AbstractEventLoop, url: str) -> None:
        self.hub = hub
        self.listening = asyncio.Event()
        self._loop = loop
        self._url = url
        self._me = secrets.token_hex(8)
        self._topic = topic()
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen and to send; returns at once, also while Redis is away."""
        self._tasks = [self._loop.create_task(self._listen()), self._loop.create_task(self._publish())]

    async def stop(self) -> None:
        """Send nothing more and listen no longer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def send(self, message: Message) -> None:
        """Hand the message to this process's hub and to all others. From any thread."""
        self._loop.call_soon_threadsafe(self._send, message)

    def hear(self, message: Message) -> None:
        """Hand the message to this process's hub only. From any thread."""
        self._loop.call_soon_threadsafe(hand_over, self.hub, message)

    def _send(self, message: Message) -> None:
        hand_over(self.hub, message)
        if self._outgoing.qsize() < WAITING:
            self._outgoing.put_nowait(json.dumps({**message, "from": self._me}))

    def _connection(self, **more: Any) -> Any:
        return redis.asyncio.Redis.from_url(self._url, socket_connect_timeout=5, health_check_interval=15, **more)

    async def _publish(self) -> None:
        text = ""
        pauses = _Pauses()
        while True:
            try:
                async with self._connection(socket_timeout=10) as connection:
                    while True:
                        text = text or await self._outgoing.get()
                        await connection.publish(self._topic, text)
                        text = ""
                        pauses.over()
            except TROUBLE as trouble:
                await pauses.wait("Redis does not take messages", trouble)

    async def _listen(self) -> None:
        missed_some = False
        pauses = _Pauses()
        while True:
            try:
                async with self._connection() as connection, connection.pubsub() as subscription:
                    await subscription.subscribe(self._topic)
                    await subscription.get_message(timeout=5)
                    if missed_some:
                        back_in_touch()
                        self.hub.resync()
                    missed_some = True
                    pauses.over()
                    self.listening.set()
                    while True:
                        # A message or nothing within the time; the read itself also checks that Redis is still there.
                        self._receive(await subscription.get_message(timeout=10))
            except TROUBLE as trouble:
                missed_some = True
                self.listening.clear()
                await pauses.wait("Redis does not answer; live events stay in this process", trouble)

    def _receive(self, received: dict[str, Any] | None) -> None:
        if received is None or received["type"] != "message":
            return
        try:
            message = json.loads(received["data"])
            if message.pop("from") != self._me:
                hand_over(self.hub, message)
        except Exception as trouble:  # noqa: BLE001 - one message that cannot be read must not end the listening
            log.warning("a live message from Redis could not be read: %s", without_words(trouble))


class _Pauses:
    """How long to wait after failing again and again: twice as long each time, and never all processes at once."""

    def __init__(self) -> None:
        self._failed = 0

    def over(self) -> None:
        self._failed = 0

    async def wait(self, sentence: str, trouble: BaseException) -> None:
        if not self._failed:
            log.warning("%s (%s); trying again until it does", sentence, type(trouble).__name__)
        self._failed += 1
        await asyncio.sleep(min(LONGEST_PAUSE, 0.1 * 2**self._failed) * random.uniform(0.5, 1))  # noqa: S311 - a pause
