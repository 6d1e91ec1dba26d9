"""Several processes count together in Redis; while it is away each counts for itself, and nothing there names anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from dugnad.kernel import shared_limits
from dugnad.kernel.limits import TooMuch, forget_limit, forget_limits, limit
from dugnad.site.drill.servers import NotHere, Redis

pytestmark = pytest.mark.redis


@pytest.fixture
def server(tmp_path: Path, settings) -> Iterator[Redis]:
    try:
        server = Redis(tmp_path)
    except NotHere as reason:
        pytest.skip(str(reason))
    server.start()
    settings.REDIS_URL = server.url
    shared_limits._away_until = 0.0
    yield server
    server.stop()
    shared_limits._away_until = 0.0


def times(amount: int, per_seconds: int = 600, who: str = "kari@example.org") -> list[int]:
    """How often each of `amount` tries may, and for how long the others have to wait: 0 means it may."""
    waits = []
    for _try in range(amount):
        try:
            limit(who, "codes", 3, per_seconds)
        except TooMuch as wait:
            waits.append(wait.seconds)
        else:
            waits.append(0)
    return waits


def test_another_process_counts_on_from_where_the_first_stands(server: Redis) -> None:
    assert times(2) == [0, 0]
    forget_limits()  # what this process counted by itself; another process never had it
    assert times(2) == [0, 600]
    assert times(1, who="amal@example.org") == [0]


def test_a_proof_starts_the_count_anew_everywhere(server: Redis) -> None:
    assert times(4) == [0, 0, 0, 600]
    forget_limit("kari@example.org", "codes")
    assert times(1) == [0]


def test_nothing_in_redis_names_anybody_and_all_of_it_goes_by_itself(server: Redis) -> None:
    times(3, per_seconds=60)
    with redis.Redis.from_url(server.url) as line:
        (key,) = line.keys()
        assert b"kari" not in key
        assert b"codes" not in key
        assert 0 < line.pttl(key) <= 60_000
        assert all(b"kari" not in member for member in line.zrange(key, 0, -1))


def test_while_redis_is_away_the_process_counts_for_itself(server: Redis, caplog) -> None:
    server.stop()
    forget_limits()
    assert times(4) == [0, 0, 0, 600]
    assert "each process counts for itself" in caplog.text
    forget_limits()
