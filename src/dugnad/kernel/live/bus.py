"""The bus: from a deed in any thread of any process to everyone who listens, after the commit.

`announce()`, `announce_person()` and `hang_up()` wait for the commit of the open transaction, then hand the message
to the hub of this process and, when `DUGNAD_REDIS_URL` is set, to all other processes. An announcement that fails
never harms the deed. Where no hub runs (commands, tests) and no Redis is set, nobody is told and nothing happens.

Messages hold ids and plain values. HTML is made in each process, for the languages that listen there.

A hang-up is more than news: whoever lost the right to read something must not go on hearing it. So it is also a row, written in
the deed's transaction, and every process looks for such rows (`catch_up`) every few seconds. The message only makes it quicker.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from dugnad.kernel.live.hub import Hub
from dugnad.kernel.stamps import EVERYBODY, said_hang_ups, say_hang_up

log = logging.getLogger("dugnad.live")

Message = dict[str, Any]


class Bus(Protocol):
    """Carries messages from this process to every hub. Both may be called from any thread."""

    def send(self, message: Message) -> None: ...
    def hear(self, message: Message) -> None:
        """Hand the message to this process's hub only."""


class LocalBus:
    """The bus of a place that runs in one process: straight into the hub's loop."""

    def __init__(self, hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        self.hub = hub
        self._loop = loop

    def send(self, message: Message) -> None:
        self._loop.call_soon_threadsafe(hand_over, self.hub, message)

    hear = send


_bus: Bus | None = None
_heard_everywhere: dict[str, list[Callable[[Message], None]]] = defaultdict(list)
_after_silence: list[Callable[[], None]] = []
# Rows of hang-ups that were carried out here, and when messages told of others whose row was not met yet.
_carried_out: set[str] = set()
_heard: dict[int, list[float]] = defaultdict(list)
_lock = Lock()
HEARD_SECONDS = 10.0


def announce(channel: str, event: Message) -> None:
    """After the commit, tell everyone who listens to `channel`. `event` has a `type`, plain values, and the
    `author`'s id when those who block that person must not get it.
    """
    _after_commit({"to": channel, "event": event})


def announce_person(person_id: int, event: Message) -> None:
    """After the commit, tell every open page of one person, at once."""
    _after_commit({"person": person_id, "event": event})


def hang_up(person_id: int) -> None:
    """After the commit, close every socket of the person; each comes back and is asked anew what it may see. Call it
    when a membership, a block, a session or the account itself ended.
    """
    say_hang_up(person_id)
    _after_commit({"hang_up": person_id})


def ask_everybody_anew() -> None:
    """After the commit, close every socket; all come back within seconds and are asked anew what they may see. For the
    seldom deed that narrows who reads a thing: nobody knows who among those who listen may not any more.
    """
    say_hang_up(EVERYBODY)
    _after_commit({"everybody": True})


def position(channel: str) -> str:
    """Where `channel` is now, for the page's `data-live-at`. Read it before the query of the page, so that what is
    written meanwhile comes over the socket. Empty where no hub runs.
    """
    hub = getattr(_bus, "hub", None)
    return hub.position(channel) if hub is not None else ""


def in_every_process(kind: str) -> Callable[[Callable[[Message], None]], Callable[[Message], None]]:
    """Decorator: call the function with every announced event of this type, in every process, whether anyone listens or
    not. For dropping what a process keeps in memory: quick, and without the database, since it may run in the hub's
    loop.
    """

    def remember(function: Callable[[Message], None]) -> Callable[[Message], None]:
        if function not in _heard_everywhere[kind]:
            _heard_everywhere[kind].append(function)
        return function

    return remember


def after_silence(function: Callable[[], None]) -> Callable[[], None]:
    """Decorator: call the function when this process was out of touch with the others for a while and is back."""
    if function not in _after_silence:
        _after_silence.append(function)
    return function


def back_in_touch() -> None:
    """Events may have been missed: drop what they would have dropped."""
    for function in _after_silence:
        function()


def begin_to_catch_up() -> None:
    """What was said until now concerns nobody here: sockets that open from now on are asked anew anyway."""
    _carried_out.clear()
    _carried_out.update(name for name, _person in said_hang_ups())
    with _lock:
        _heard.clear()


def catch_up() -> int:
    """Carry out the hang-ups that no message told of; answers how many. One small query."""
    said = dict(said_hang_ups())
    _carried_out.intersection_update(said)
    new = {name: person for name, person in said.items() if name not in _carried_out}
    missed = 0
    for name, person in new.items():
        _carried_out.add(name)
        if not _was_heard(person):
            missed += 1
            if _bus is not None:
                what = {"everybody": True} if person == EVERYBODY else {"hang_up": person}
                _bus.hear({**what, "from_row": True})
    return missed


def _was_heard(person: int) -> bool:
    """Whether a message told of this hang-up a moment ago. Each message speaks for one row."""
    since = time.monotonic() - HEARD_SECONDS
    with _lock:
        heard = [at for at in _heard.pop(person, ()) if at > since]
        if len(heard) > 1:
            _heard[person] = heard[1:]
    return bool(heard)


def use(bus: Bus | None) -> None:
    """From now on this process announces through `bus`; None: through nothing."""
    global _bus  # noqa: PLW0603 - one bus for each process is the point
    _bus = bus


def hand_over(hub: Hub | None, message: Message) -> None:
    """Do what the message says in this process. Runs in the hub's loop when there is one."""
    if ("hang_up" in message or "everybody" in message) and "from_row" not in message:
        with _lock:
            _heard[message.get("hang_up", EVERYBODY)].append(time.monotonic())
    if "event" in message:
        for function in _heard_everywhere.get(message["event"]["type"], ()):
            function(message["event"])
    if hub is None:
        return
    if "to" in message:
        hub.publish(message["to"], message["event"])
    elif "person" in message:
        hub.send_to(message["person"], message["event"])
    elif "hang_up" in message:
        hub.hang_up(message["hang_up"])
    elif "everybody" in message:
        hub.resync()


def _after_commit(message: Message) -> None:
    transaction.on_commit(lambda: _send(message), robust=True)


def _send(message: Message) -> None:
    if _bus is not None:
        _bus.send(message)
        return
    hand_over(None, message)
    if settings.REDIS_URL:
        from dugnad.kernel.live.redis_bus import send_once

        send_once(settings.REDIS_URL, message)
