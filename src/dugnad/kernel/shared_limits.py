"""Counting together with the other processes of the place, in Redis.

What is counted lies there under a hash keyed with the place's secret and the day, as moments only, and goes by itself when the
longest time that it is asked for is over. A Redis that is away or slow costs a page a quarter of a second, once in five seconds.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import secrets
import threading
import time
from typing import Any

import redis
from django.conf import settings

log = logging.getLogger("dugnad.limits")

AWAY_SECONDS = 5.0
PATIENCE = 0.25
DAY = 86_400

# Moments of the last `seconds`, by the clock of Redis, on which all agree. Answers 0 when this one was counted, else for how
# many milliseconds to wait.
_COUNT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local span = tonumber(ARGV[2]) * 1000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - span)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
  local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, first[2] + span - now)
end
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('PEXPIRE', KEYS[1], span)
return 0
"""

_lock = threading.Lock()
_connected: tuple[str, Any] | None = None
_away_until = 0.0


def count(name: str, who: str, amount: int, per_seconds: int) -> int | None:
    """Count one `name` for `who`: 0 when it was counted, the seconds to wait after `amount` within the last `per_seconds`; None
    while Redis is away, when the process has to count for itself.
    """
    waited = _ask(lambda line: line.eval(_COUNT, 1, _key(name, who), amount, per_seconds, secrets.token_hex(8)))
    return None if waited is None else math.ceil(int(waited) / 1000)


def forget(name: str, who: str) -> None:
    """Start the count anew."""
    _ask(lambda line: line.delete(_key(name, who)))


def _ask(question: Any) -> Any:
    """What Redis answers; None while it is away."""
    global _away_until  # noqa: PLW0603 - one Redis for the process
    if time.monotonic() < _away_until:
        return None
    try:
        return question(_line())
    except (redis.RedisError, OSError) as trouble:
        log.warning("Redis does not count (%s); each process counts for itself", type(trouble).__name__)
        _away_until = time.monotonic() + AWAY_SECONDS
        return None


def _line() -> Any:
    """The connections of this process. They are made again when a test or a child process wants another Redis."""
    global _connected  # noqa: PLW0603
    with _lock:
        if _connected is None or _connected[0] != settings.REDIS_URL:
            line = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            _connected = (settings.REDIS_URL, line)
        return _connected[1]


def _key(name: str, who: str) -> str:
    secret = f"limits {int(time.time()) // DAY} {settings.SECRET_KEY}".encode()
    return "dugnad:limit:" + hmac.new(secret, f"{name}:{who}".encode(), hashlib.sha256).hexdigest()[:32]
