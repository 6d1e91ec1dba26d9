"""A few threads beside the loop, for short work that reads the database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import close_old_connections, connections

Answer = TypeVar("Answer")


class Threads:
    """`count` threads, each with its own database connection that is kept and checked as Django does for a request."""

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(self, work: Callable[..., Answer], *args: Any) -> Answer:
        """What `work(*args)` answers or raises, done in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _with_living_connection, work, args)

    def close(self) -> None:
        """Finish what is in hand, drop what waits, close every thread's connections."""
        everyone = threading.Barrier(self._count)
        for _ in range(self._count):
            self._pool.submit(_close_connections, everyone)
        self._pool.shutdown(wait=True)


def _with_living_connection(work: Callable[..., Answer], args: tuple[Any, ...]) -> Answer:
    close_old_connections()
    try:
        return work(*args)
    finally:
        close_old_connections()


def _close_connections(everyone: threading.Barrier) -> None:
    # Each thread must run this exactly once: whoever has finished waits for the others instead of taking a second turn.
    connections.close_all()
    everyone.wait(timeout=30)
