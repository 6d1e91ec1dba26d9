"""Limits that no person meets and a script does.

Counts live in memory under keyed hashes, for an hour at most, and are never written down. The key of the hash is drawn
when the process starts, so that nothing can be told from the counts once it ended.

Several processes count together, in Redis (`kernel.shared_limits`). While it is away each counts for itself.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import time
from collections import OrderedDict, deque
from threading import Lock

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import ngettext

from dugnad.kernel import shared_limits
from dugnad.kernel.policies import Refused

LONGEST = 60 * 60
# Beyond this many counters the oldest are dropped: a flood must not fill the memory.
MOST_COUNTERS = 50_000

_key = secrets.token_bytes(32)
_counters: OrderedDict[bytes, deque[float]] = OrderedDict()
_lock = Lock()


class TooMuch(Refused):
    """A deed came too often. Its sentence says how long to wait; `seconds` is the same for machines."""

    status = 429

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(_wait(seconds))


def limit(who: HttpRequest | str, name: str, amount: int, per_seconds: int) -> None:
    """Count one `name` for `who`; raise `TooMuch`, and count nothing, after `amount` within the last `per_seconds`.

    `who` is a request (then the person, for strangers their address) or any string, such as an e-mail address.
    """
    if not 0 < per_seconds <= LONGEST:
        raise ValueError(f"counts are kept for {LONGEST} seconds at most")
    if settings.REDIS_URL:
        wait = shared_limits.count(name, who if isinstance(who, str) else _who_sends(who), amount, per_seconds)
        if wait is not None:
            if wait:
                raise TooMuch(wait)
            return
    now = time.monotonic()
    with _lock:
        _drop_old(now)
        times = _counter(name, who)
        while times and times[0] <= now - per_seconds:
            times.popleft()
        if len(times) >= amount:
            raise TooMuch(max(1, math.ceil(times[0] + per_seconds - now)))
        times.append(now)


def forget_limit(who: HttpRequest | str, name: str) -> None:
    """Start the count of `name` for `who` anew: they proved who they are."""
    if settings.REDIS_URL:
        shared_limits.forget(name, who if isinstance(who, str) else _who_sends(who))
    with _lock:
        _counters.pop(_hashed(name, who), None)


def forget_limits() -> None:
    """Forget all counts (between tests)."""
    with _lock:
        _counters.clear()


def keyed_hash(text: str) -> str:
    """A name for `text` that tells nothing about it once this process ended."""
    return hashlib.blake2b(text.encode(), key=_key, digest_size=16).hexdigest()


def address_of(request: HttpRequest) -> str:
    """Where the request comes from, as one household or hall: never stored, only hashed. IPv6 counts by its /64."""
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.TRUST_PROXY and forwarded:
        # The last one was written by the proxy; those before it by anybody.
        address = forwarded.rpartition(",")[2].strip()
    return household(str(address))


def household(address: str) -> str:
    """The network that one household or hall has: an IPv4 address itself, the /64 of an IPv6 address."""
    try:
        if isinstance(ipaddress.ip_address(address), ipaddress.IPv6Address):
            return str(ipaddress.IPv6Network(f"{address}/64", strict=False).network_address)
    except ValueError:
        pass
    return address


def _counter(name: str, who: HttpRequest | str) -> deque[float]:
    key = _hashed(name, who)
    times = _counters.setdefault(key, deque())
    _counters.move_to_end(key)
    return times


def _drop_old(now: float) -> None:
    """The counter used longest ago stands first."""
    while _counters:
        first = next(iter(_counters))
        times = _counters[first]
        if len(_counters) < MOST_COUNTERS and times and times[-1] > now - LONGEST:
            return
        del _counters[first]


def _hashed(name: str, who: HttpRequest | str) -> bytes:
    return f"{name}:{keyed_hash(who if isinstance(who, str) else _who_sends(who))}".encode()


def _who_sends(request: HttpRequest) -> str:
    person = getattr(request, "person", None)
    return person.key if person is not None else f"address:{address_of(request)}"


def _wait(seconds: int) -> str:
    if seconds < 60:
        return ngettext(
            "That was a lot in a short time. Nothing was changed. Try again in {n} second.",
            "That was a lot in a short time. Nothing was changed. Try again in {n} seconds.",
            seconds,
        ).format(n=seconds)
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "That was a lot in a short time. Nothing was changed. Try again in {n} minute.",
        "That was a lot in a short time. Nothing was changed. Try again in {n} minutes.",
        minutes,
    ).format(n=minutes)
