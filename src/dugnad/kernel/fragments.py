"""Rendered pieces of pages, kept in memory by (what, revision, language).

A key holds the revision, so a piece is never stale: a change makes another key. Values are the strings themselves, not pickles.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from django.utils.safestring import SafeString


_pieces: dict[tuple[Any, ...], SafeString] = {}
_lock = Lock()
MOST = 8_000


def fragment(key: tuple[Any, ...], make: Callable[[], SafeString]) -> SafeString:
    """The piece under `key`, made by `make()` when it is not there. The oldest half is dropped when there are `MOST`."""
    piece = _pieces.get(key)
    if piece is None:
        piece = make()
        with _lock:
            if len(_pieces) >= MOST:
                for old in list(_pieces)[: MOST // 2]:
                    del _pieces[old]
            _pieces[key] = piece
    return piece


def forget_fragments() -> None:
    """Drop all pieces (after an erasure, and between tests)."""
    with _lock:
        _pieces.clear()
