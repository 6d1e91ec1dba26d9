"""Background work as threads of the serving process, begun again when they break."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connections, transaction
from django_tasks.signals import task_enqueued

from dugnad.kernel import memory
from dugnad.kernel.live import bus
from dugnad.kernel.live.wake import bell, wake_worker
from dugnad.kernel.stamps import memory_stamp
from dugnad.kernel.trouble import without_words
from dugnad.site.serving.clock import Keeper, Postman, Timekeeper
from dugnad.site.serving.presence import Presence, take_up_orphans
from dugnad.site.serving.worker import Worker

log = logging.getLogger("dugnad.worker")

ROUND_SECONDS = 5.0
BEAT_SECONDS = 20.0
CATCH_UP_SECONDS = 2.0
LONGEST_PAUSE = 15.0
STOP_SECONDS = 20.0


@dataclass(slots=True)
class _Post:
    """One kind of work: what to run, the thread that runs it, and when to begin again after it broke."""

    name: str
    run: Callable[[], None]
    wake: threading.Event
    thread: threading.Thread | None = None
    began: float = 0.0
    broke: int = 0
    not_before: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)


ALONE_TOGETHER = (
    "another process serves this place, and DUGNAD_REDIS_URL is not set: open pages do not show what is done at the other. "
    "Set it for all of them, or run one process."
)

Run = Callable[[threading.Event, threading.Event], None]


class Supervisor:
    """Keeps each of `posts` running in its own thread between `start()` and `stop()`. A post is called with two events,
    `stop` and `wake`; returning before `stop` is set counts as breaking. `posts` are left out only by tests.
    """

    def __init__(self, folder: Path, posts: Mapping[str, Run] | None = None) -> None:
        self.presence = Presence(folder)
        self.stopping = threading.Event()
        self._bell = bell
        self._warned = False
        self._thread = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        self._posts = [self._post(name, run) for name, run in (posts or self._house_posts()).items()]

    def start(self) -> None:
        """Take up what a dead process left undone, and begin."""
        self.presence.begin()
        take_up_orphans(self.presence)
        bus.begin_to_catch_up()
        self._warn_of_others()
        connections.close_all()  # this thread asks nothing more
        task_enqueued.connect(_wake_after_commit, dispatch_uid="dugnad.supervisor")
        self._thread.start()

    def stop_soon(self) -> None:
        """No new work is begun from now on."""
        self.stopping.set()
        self._bell.set()
        for post in self._posts:
            post.wake.set()

    def stop(self) -> None:
        """Wait for the work in hand, at most 20 seconds. What is not finished by then is begun again at the next
        start.
        """
        self.stop_soon()
        task_enqueued.disconnect(dispatch_uid="dugnad.supervisor")
        until = time.monotonic() + STOP_SECONDS
        threads = [self._thread, *(post.thread for post in self._posts if post.thread is not None)]
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        if any(thread.is_alive() for thread in threads):
            log.warning("a task was still in hand when the house stopped; it is begun again at the next start")
        else:
            self.presence.end()
            connections.close_all()

    def _house_posts(self) -> dict[str, Run]:
        keeper = Keeper(self.presence)
        return {
            "worker": lambda stop, wake: Worker(self.presence, stop=stop, wake=wake).run(),
            "listener": listen_at_database,
            "postman": lambda stop, wake: Postman(self.presence, stop=stop, wake=wake).run(),
            "timekeeper": lambda stop, _wake: Timekeeper(self.presence, stop=stop).run(),
            "keeper": lambda stop, _wake: keeper.run(stop),
        }

    def _post(self, name: str, run: Run) -> _Post:
        wake = threading.Event()
        return _Post(name, lambda: run(self.stopping, wake), wake)

    def _supervise(self) -> None:
        next_beat = time.monotonic() + BEAT_SECONDS
        while not self.stopping.is_set():
            pause = min([self._look_after(post) for post in self._posts], default=ROUND_SECONDS)
            if self._bell.wait(min(pause, ROUND_SECONDS)):
                self._bell.clear()
                for post in self._posts:
                    post.wake.set()
            if time.monotonic() >= next_beat:
                next_beat = time.monotonic() + BEAT_SECONDS
                self._beat()
        connections.close_all()

    def _look_after(self, post: _Post) -> float:
        """Begin the post's work when nobody does it; answers the seconds until it should be looked at again."""
        now = time.monotonic()
        if post.thread is not None and not post.over.is_set():
            return ROUND_SECONDS
        if now < post.not_before:
            return post.not_before - now
        post.over.clear()
        post.began = now
        post.thread = threading.Thread(target=self._do, args=(post,), name=post.name, daemon=True)
        post.thread.start()
        return ROUND_SECONDS

    def _do(self, post: _Post) -> None:
        try:
            post.run()
        except BaseException as trouble:  # noqa: BLE001 - whatever ends the thread, the work goes on in a new one
            log.error("the %s broke and begins again: %s", post.name, without_words(trouble))
        finally:
            connections.close_all()
            now = time.monotonic()
            post.broke = 1 if now - post.began > LONGEST_PAUSE else post.broke + 1
            post.not_before = now + min(LONGEST_PAUSE, 0.1 * 4 ** (post.broke - 1))
            post.over.set()
            self._bell.set()

    def _beat(self) -> None:
        try:
            close_old_connections()
            self.presence.beat()
            if take_up_orphans(self.presence):
                self._bell.set()
            self._warn_of_others()
        except Exception as trouble:  # noqa: BLE001 - the database may be away for a while
            log.error("no sign of life could be given: %s", without_words(trouble))

    def _warn_of_others(self) -> None:
        """Several processes without Redis are right in all that lasts, and slow in what is live: say so once."""
        if not self._warned and not settings.REDIS_URL and self.presence.others():
            self._warned = True
            log.warning(ALONE_TOGETHER)


def listen_at_database(stop: threading.Event, _wake: threading.Event) -> None:
    """Carry out the hang-ups of other processes and of commands, also where no message of them arrives, and let background work
    know the place as it is now.
    """
    while not stop.wait(CATCH_UP_SECONDS):
        close_old_connections()
        bus.catch_up()
        memory.learn(memory_stamp())


def _wake_after_commit(**_said: Any) -> None:
    transaction.on_commit(wake_worker)
