"""Rendered pieces of pages, kept in memory by (what, revision, language).

A key holds the revision, so a piece is never stale: a change makes another key. What a piece holds of other rows (the name of a
person or of a category) is not in the key: whoever changes such a name calls `forget_pieces`. From the commit on no process finds
what it kept before (`kernel.memory`). It happens seldom and costs one slow page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeVar

from dugnad.kernel import memory
from dugnad.kernel.live.bus import Message, after_silence, announce, in_every_process
from dugnad.kernel.stamps import touch_memory

Key = tuple[Any, ...]
T = TypeVar("T")

_pieces: dict[Key, Any] = {}
_lock = Lock()
MOST = 8_000


def kept_pieces(keys: Mapping[Key, int], make: Callable[[list[int]], dict[int, T]]) -> dict[Key, T]:
    """The piece of each key; those that are not kept are made all at once by `make(ids)`, which answers id → piece."""
    state = memory.state()
    found = {key: piece for key in keys if (piece := _pieces.get((state, key))) is not None}
    missing = [key for key in keys if key not in found]
    if missing:
        made = make([keys[key] for key in missing])
        for key in missing:
            found[key] = made[keys[key]]
        _keep({(state, key): found[key] for key in missing})
    return found


def fragment(key: Key, make: Callable[[], T]) -> T:
    """The piece under `key`, made by `make()` when it is not there."""
    kept_under = (memory.state(), key)
    piece = _pieces.get(kept_under)
    if piece is None:
        piece = make()
        _keep({kept_under: piece})
    return piece


def _keep(new: dict[Key, Any]) -> None:
    """The oldest half is dropped when there are `MOST`."""
    with _lock:
        if len(_pieces) + len(new) > MOST:
            for old in list(_pieces)[: MOST // 2]:
                del _pieces[old]
        _pieces.update(new)


def forget_pieces() -> None:
    """No process finds what it kept so far: this request from now on, all from the commit on."""
    touch_memory()
    memory.share_nothing()
    forget_fragments()
    announce("pieces", {"type": "pieces_changed"})


@in_every_process("pieces_changed")
def _forget(_event: Message) -> None:
    forget_fragments()


@after_silence
def forget_fragments() -> None:
    """Drop all pieces of this process."""
    with _lock:
        _pieces.clear()
