"""Two processes of one place, with a real Redis between them."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dugnad.kernel.live import bus
from dugnad.kernel.live.client import Client
from dugnad.kernel.live.hub import Hub
from dugnad.kernel.live.redis_bus import RedisBus, send_once

pytestmark = pytest.mark.redis

THREAD = "thread:1"


class Redis:
    """A Redis server of this test's own, behind a socket file. It can die and come back."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "redis.sock"
        self.url = f"unix://{self.path}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["redis-server", "--port", "0", "--unixsocket", str(self.path), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=self.path.parent)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if b"eady to accept connections" in line:
                return
        raise AssertionError("Redis did not start")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not on this machine")
    server = Redis(tmp_path)
    server.start()
    yield server
    server.kill()


class Process:
    """What one process has: a hub, a bus, and one open page of Amal (person 4) that listens to the thread."""

    def __init__(self, url: str) -> None:
        self.hub = Hub()
        self.bus = RedisBus(self.hub, asyncio.get_running_loop(), url)
        self.page = Client(4, "en")

    async def begin(self) -> None:
        self.bus.start()
        await asyncio.wait_for(self.bus.listening.wait(), 30)
        await self.open_page()

    async def open_page(self) -> None:
        self.page = Client(4, "en")
        self.hub.admit(self.page, asked_at=self.hub.now())
        await self.hub.join(self.page, THREAD, frozenset())
        await self.hear()

    async def hear(self) -> Any:
        frame = await asyncio.wait_for(self.page.next_frame(), 30)
        return json.loads(frame) if frame is not None else self.page.closing


def in_two_processes(test: Callable[..., Any]) -> Callable[[Redis], None]:
    def run(redis: Redis) -> None:
        async def both() -> None:
            one, two = Process(redis.url), Process(redis.url)
            await one.begin()
            await two.begin()
            try:
                await test(redis, one, two)
            finally:
                await one.bus.stop()
                await two.bus.stop()

        asyncio.run(both())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def post(n: int) -> dict[str, Any]:
    return {"to": THREAD, "event": {"type": "post_added", "n": n}}


@in_two_processes
async def test_what_one_process_announces_every_process_hears_once(redis: Redis, one: Process, two: Process) -> None:
    one.bus.send(post(1))
    assert (await one.hear())["events"] == [{"type": "post_added", "n": 1}]
    assert (await two.hear())["events"] == [{"type": "post_added", "n": 1}]
    two.bus.send({"person": 4, "event": {"type": "notices", "count": 2}})
    for process in (one, two):
        assert await process.hear() == {"on": "person:4", "events": [{"type": "notices", "count": 2}]}
    one.bus.send({"person": 4, "event": {"type": "last"}})
    for process in (one, two):
        assert (await process.hear())["events"] == [{"type": "last"}]


@in_two_processes
async def test_hanging_up_reaches_the_pages_in_every_process(redis: Redis, one: Process, two: Process) -> None:
    one.bus.send({"hang_up": 4})
    assert (await one.hear(), await two.hear()) == (4001, 4001)


@in_two_processes
async def test_a_command_without_a_hub_is_heard_everywhere(redis: Redis, one: Process, two: Process) -> None:
    await asyncio.to_thread(send_once, redis.url, post(5))
    for process in (one, two):
        assert (await process.hear())["events"] == [{"type": "post_added", "n": 5}]


@in_two_processes
async def test_every_process_forgets_what_a_changed_place_made_stale(redis: Redis, one: Process, two: Process) -> None:
    forgotten: list[Any] = []
    bus.in_every_process("test_place_changed")(forgotten.append)
    one.bus.send({"to": "place", "event": {"type": "test_place_changed"}})
    one.bus.send(post(1))
    await two.hear()
    assert forgotten == [{"type": "test_place_changed"}] * 2


@in_two_processes
async def test_while_redis_is_away_each_process_goes_on_and_afterwards_all_start_over(
    redis: Redis, one: Process, two: Process
) -> None:
    epoch = two.hub.epoch
    redis.kill()
    one.bus.send(post(1))
    assert (await one.hear())["events"] == [{"type": "post_added", "n": 1}]
    redis.start()
    assert await two.hear() == 4002
    assert await one.hear() == 4002
    assert two.hub.epoch != epoch
    await two.open_page()
    await one.open_page()
    one.bus.send(post(2))
    heard = await two.hear()
    while heard["events"][-1]["n"] != 2:  # the first waited for Redis and may still come
        heard = await two.hear()
    assert (await one.hear())["events"][-1]["n"] == 2


def test_a_process_that_opens_while_redis_is_away_asks_its_pages_back_when_it_comes(redis: Redis) -> None:
    async def open_and_wait() -> None:
        redis.kill()
        one = Process(redis.url)
        one.bus.start()
        await one.open_page()
        redis.start()
        assert await one.hear() == 4002
        await one.bus.stop()

    asyncio.run(open_and_wait())


@in_two_processes
async def test_words_that_are_no_message_harm_nobody(redis: Redis, one: Process, two: Process) -> None:
    import redis.asyncio as client

    from dugnad.kernel.live.redis_bus import topic

    async with client.Redis.from_url(one.bus._url) as connection:
        for nonsense in ("{", "[]", "7", '{"from": "x"}', '{"to": "thread:1"}'):
            await connection.publish(topic(), nonsense)
    one.bus.send(post(3))
    assert (await two.hear())["events"] == [{"type": "post_added", "n": 3}]
