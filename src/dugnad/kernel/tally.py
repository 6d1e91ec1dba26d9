"""Counting what happens, in every thread for itself: no thread ever waits for another, and whoever asks adds up.

    add("page_cache", "hit")
    total("page_cache")  →  {"hit": 12, "miss": 3}

Names and words are the house's own, never something that a person wrote or asked for.
"""

from __future__ import annotations

import threading

_own = threading.local()
_all: list[dict[tuple[str, str], float]] = []
_lock = threading.Lock()


def add(name: str, word: str = "", amount: float = 1) -> None:
    """Count `amount` more of `name`, of the kind `word`."""
    try:
        counts = _own.counts
    except AttributeError:
        counts = _begin()
    key = (name, word)
    counts[key] = counts.get(key, 0) + amount


def _begin() -> dict[tuple[str, str], float]:
    counts: dict[tuple[str, str], float] = {}
    _own.counts = counts
    with _lock:
        _all.append(counts)
    return counts


def total(name: str) -> dict[str, float]:
    """How much was counted of `name` since the process began, by kind."""
    found: dict[str, float] = {}
    for counts in tuple(_all):
        for (what, word), amount in dict(counts).items():
            if what == name:
                found[word] = found.get(word, 0) + amount
    return found
