"""The hub: who listens to which channel in this process, and the fan-out to them. Lives in one event loop; not
thread-safe.

Promises: the deltas of a channel reach every listener in the order of their numbers, without a hole; at most four a
second leave a channel, the first of a burst at once; a listener never gets an event whose `author` they do not want
to see; a listener who does not read is cut off and holds up nobody. Only `position()` may be called from another
thread.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from dugnad.kernel.live.channel import Channel
from dugnad.kernel.live.client import Client
from dugnad.kernel.live.delta import Delta, Event, Fragment, encode
from dugnad.kernel.trouble import without_words

log = logging.getLogger("dugnad.live")

PAUSE = 0.25  # seconds between two deltas of one channel
CHANNELS_KEPT = 500  # channels without listeners whose last deltas are still known
HANG_UP_KEPT = 60.0  # seconds for which a hang-up also meets sockets that are just being opened

STOPPING = 1001
CHANGED = 4001
OUT_OF_TOUCH = 4002

InThread = Callable[..., Awaitable[Any]]


class Hub:
    """Channels and their listeners. `fragments` finds the function that adds HTML to a type of event (or None); it runs
    through `in_thread`, since it reads the database. `now` and `later` are the clock: seconds, and a call after
    seconds.
    """

    def __init__(
        self,
        *,
        fragments: Callable[[str], Fragment | None] = lambda _type: None,
        in_thread: InThread = asyncio.to_thread,
        now: Callable[[], float] = time.monotonic,
        later: Callable[..., Any] | None = None,
    ) -> None:
        self.epoch = secrets.token_hex(4)
        self._fragments = fragments
        self._in_thread = in_thread
        self.now = now
        self._later = later or (lambda delay, call, *args: asyncio.get_running_loop().call_later(delay, call, *args))
        self._channels: OrderedDict[str, Channel] = OrderedDict()
        self._forgotten_seq = 0
        self._clients: set[Client] = set()
        self._of_person: dict[int, set[Client]] = {}
        self._hung_up: dict[int, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # A page is made in a thread: reading one dict entry and one attribute is safe there.
    def position(self, channel_name: str) -> str:
        """Where a channel is now, as `epoch.seq`: what a page hands back when it joins."""
        channel = self._channels.get(channel_name)
        return f"{self.epoch}.{channel.seq if channel else self._forgotten_seq}"

    def open_sockets(self) -> tuple[int, int]:
        """How many sockets are open, and how many of them are strangers'."""
        members = sum(len(clients) for clients in self._of_person.values())
        return len(self._clients), len(self._clients) - members

    def sockets_of(self, person_id: int) -> int:
        """How many sockets this person has open in this process."""
        return len(self._of_person.get(person_id, ()))

    def admit(self, client: Client, *, asked_at: float) -> bool:
        """Count the client in. False when the person was hung up on after `asked_at` (this hub's clock), when it was
        asked who they are: then the answer may be out of date, and the socket has to ask again.
        """
        person = client.person_id
        if person is not None:
            if self._hung_up.get(person, -1.0) >= asked_at:
                return False
            self._of_person.setdefault(person, set()).add(client)
        self._clients.add(client)
        return True

    def dismiss(self, client: Client) -> None:
        """Forget a client and everything it listened to."""
        self._clients.discard(client)
        for name in list(client.channels):
            self.leave(client, name)
        if client.person_id is not None:
            others = self._of_person.get(client.person_id, set())
            others.discard(client)
            if not others:
                self._of_person.pop(client.person_id, None)

    async def join(
        self,
        client: Client,
        channel_name: str,
        hide: frozenset[int],
        *,
        seq: int | None = None,
        epoch: str | None = None,
    ) -> None:
        """Let the client listen. It gets `joined`, then what came after `seq`, then everything that comes, with no
        hole.

        Without `seq` it starts with what comes next; with a `seq` that this hub cannot continue it is told of a gap.
        """
        channel = self._channel(channel_name)
        missed = await self._missed(channel, seq, epoch, client.language) if seq is not None else None
        if client.closing is not None:
            return
        answer: dict[str, Any] = {"joined": channel_name, "seq": channel.seq, "epoch": self.epoch}
        if seq is not None and missed is None:
            answer["gap"] = True
        client.offer(encode(answer))
        if missed is not None and missed.events:
            client.offer(missed.frame(channel_name, channel.seq, client.language, hide))
        channel.add(client, hide)
        client.channels.add(channel_name)

    def leave(self, client: Client, channel_name: str) -> None:
        """The client listens no longer. Nothing happens when it did not."""
        client.channels.discard(channel_name)
        channel = self._channels.get(channel_name)
        if channel is not None:
            channel.remove(client)

    def publish(self, channel_name: str, event: Event) -> None:
        """Send `event` to everyone who listens: at once when the channel was quiet, else with the next delta."""
        channel = self._channel(channel_name)
        if event not in channel.pending:  # the same said twice is said once
            channel.pending.append(event)
        self._pump(channel)

    def send_to(self, person_id: int, event: Event) -> None:
        """Send `event` to every socket of one person, at once, not numbered and not gathered."""
        clients = self._of_person.get(person_id)
        if not clients:
            return
        delta = self._delta([event])
        languages = {client.language for client in clients}
        if delta.missing(languages):
            self._spawn(self._render_then_send_to(person_id, delta, languages))
        else:
            self._hand_to(person_id, delta)

    def hang_up(self, person_id: int) -> None:
        """Close every socket of the person: what they may see has changed. They come back and are asked again."""
        now = self.now()
        self._hung_up = {person: at for person, at in self._hung_up.items() if now - at < HANG_UP_KEPT}
        self._hung_up[person_id] = now
        for client in self._of_person.get(person_id, ()):
            client.cut(CHANGED)

    def resync(self) -> None:
        """Start over after events may have been lost: all sockets come back, and none can continue where it was."""
        self.epoch = secrets.token_hex(4)
        for channel in self._channels.values():
            channel.forget_past()
        self.close_all(OUT_OF_TOUCH)

    def close_all(self, code: int) -> None:
        """Close every socket with `code`."""
        for client in self._clients:
            client.cut(code)

    def _channel(self, name: str) -> Channel:
        channel = self._channels.get(name)
        if channel is None:
            channel = self._channels[name] = Channel(name, self._forgotten_seq)
            self._sweep()
        else:
            self._channels.move_to_end(name)
        return channel

    def _sweep(self) -> None:
        """Forget the channels that were quiet longest and have no listeners. A later channel of that name starts with a
        number at least as high as any forgotten one, so that an old position can be behind but never wrongly right.
        """
        if len(self._channels) <= CHANNELS_KEPT:
            return
        idle = [c for c in self._channels.values() if c.idle]
        for channel in idle[: len(self._channels) - CHANNELS_KEPT]:
            self._forgotten_seq = max(self._forgotten_seq, channel.seq)
            del self._channels[channel.name]

    def _pump(self, channel: Channel) -> None:
        if channel.busy or channel.timer is not None or not channel.pending:
            return
        wait = channel.quiet_until - self.now()
        if wait > 0:
            channel.timer = self._later(wait, self._timer_rang, channel)
            return
        events, channel.pending = channel.pending, []
        channel.quiet_until = self.now() + PAUSE
        delta = self._delta(events)
        if delta.missing(channel.languages):
            channel.busy = True
            self._spawn(self._render_then_deliver(channel, delta))
        else:
            channel.deliver(delta)

    async def _missed(self, channel: Channel, seq: int, epoch: str | None, language: str) -> Delta | None:
        """Everything after `seq`, ready to be sent in `language`; None when this hub cannot continue from there.
        Nothing is delivered between its last look at the channel and its return.
        """
        channel.joining += 1
        try:
            while epoch in (None, self.epoch):
                missed = channel.since(seq)
                head = channel.seq
                if missed is not None:
                    await self._render(missed, language)
                if head == channel.seq:
                    return missed
            return None
        finally:
            channel.joining -= 1

    def _timer_rang(self, channel: Channel) -> None:
        channel.timer = None
        self._pump(channel)

    def _delta(self, events: list[Event]) -> Delta:
        return Delta(events, {event["type"]: self._fragments(event["type"]) for event in events})

    async def _render_then_deliver(self, channel: Channel, delta: Delta) -> None:
        try:
            # Somebody with another language may join while this waits for the thread: ask again until nobody is
            # missing.
            while languages := delta.missing(channel.languages):
                for language in languages:
                    await self._render(delta, language)
            channel.deliver(delta)
        finally:
            channel.busy = False
            self._pump(channel)

    async def _render_then_send_to(self, person_id: int, delta: Delta, languages: set[str]) -> None:
        for language in languages:
            await self._render(delta, language)
        self._hand_to(person_id, delta)

    def _hand_to(self, person_id: int, delta: Delta) -> None:
        for client in self._of_person.get(person_id, ()):
            if not delta.missing((client.language,)):
                client.offer(delta.frame(f"person:{person_id}", None, client.language, frozenset()))

    async def _render(self, delta: Delta, language: str) -> None:
        """Make the delta ready for `language`; many may ask at once, and it is made once."""
        if delta.missing((language,)):
            if language not in delta.rendering:
                delta.rendering[language] = self._spawn(self._make(delta, language))
            await asyncio.shield(delta.rendering[language])

    async def _make(self, delta: Delta, language: str) -> None:
        try:
            delta.rendered[language] = await self._in_thread(delta.render, language)
        except Exception as trouble:  # noqa: BLE001 - whatever a fragment raises, the channel goes on
            log.error("a live fragment could not be made: %s", without_words(trouble))
            delta.rendered[language] = None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
