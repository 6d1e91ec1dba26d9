"""Under which state of the house something was put into memory, so that what is kept is right in every process.

Names of people and categories, and the place itself, stand in pieces and pages that a process keeps. Whoever changes such a
name writes a row in the deed's own transaction (`stamps.touch_memory`). Every request learns the sum of these rows before it
looks into memory, in a statement that it sends anyway, and finds only what was made by a request that had learned the same.
So a process needs to be told nothing to be right: not by Redis, not by the command that changed the place beside it.

Messages (`fragments.forget_pieces`) only free the memory sooner. Outside requests, where live pieces are made, the newest sum
that this process saw stands, and they see to it that nothing old is there.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from dugnad.kernel.stamps import memory_stamp

UNKNOWN = -1

_newest = 0
_request: ContextVar[int | None] = ContextVar("the state that this request learned", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """What is learned inside the block is learned for it alone."""
    before = _request.set(UNKNOWN)
    try:
        yield
    finally:
        _request.reset(before)


def learn(state: int) -> None:
    """The database said just now that this is the state of the house."""
    global _newest  # noqa: PLW0603 - one for the process
    _newest = state
    if _request.get() is not None:
        _request.set(state)


def state() -> int:
    """The state under which this request keeps and finds. One small query when nobody asked for it before."""
    known = _request.get()
    if known is None:
        return _newest
    if known == UNKNOWN:
        learn(memory_stamp())
        return state()
    return known


def share_nothing() -> None:
    """This request has changed what others keep, and may yet fail: what it makes from now on is found by nobody else."""
    if _request.get() is not None:
        _request.set(-2 - secrets.randbits(60))
