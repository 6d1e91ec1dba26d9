"""The bell beside the worker: rung when a mail or a task was written, so that nobody waits for the next round."""

from __future__ import annotations

import threading

bell = threading.Event()


def wake_worker() -> None:
    """Ring the bell. Call it after the commit; the worker of this process looks for work at once."""
    bell.set()
