"""The hub: order, pauses, catching up, what is not shown, and who is cut off. The clock stands still unless a test
moves it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dugnad.kernel.live.client import Client
from dugnad.kernel.live.hub import CHANNELS_KEPT, Hub

THREAD = "thread:12"
NOBODY: frozenset[int] = frozenset()


class Clock:
    """Seconds that pass when the test says so; calls that were due then happen in their order."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []

    def later(self, delay: float, call: Callable[..., None], *args: Any) -> object:
        self.due.append((self.now + delay, len(self.due), call, args))
        return object()

    def pass_by(self, seconds: float) -> None:
        end = self.now + seconds
        while ready := sorted((entry for entry in self.due if entry[0] <= end), key=lambda entry: entry[:2])[:1]:
            self.due.remove(ready[0])
            self.now = ready[0][0]
            ready[0][2](*ready[0][3])
        self.now = end


def a_hub(clock: Clock | None = None, **more: Any) -> Hub:
    clock = clock or Clock()
    return Hub(now=lambda: clock.now, later=clock.later, **more)


def a_client(hub: Hub, person: int | None = None, language: str = "en") -> Client:
    client = Client(person, language)
    assert hub.admit(client, asked_at=hub.now())
    return client


def waiting(client: Client) -> list[dict[str, Any]]:
    """Takes everything that waits to be sent to the client."""
    frames = [json.loads(frame) for frame in client._frames]
    client._frames.clear()
    client._bytes = 0
    return frames


def numbers(frames: list[dict[str, Any]]) -> list[tuple[int, list[int]]]:
    return [(frame["seq"], [event["n"] for event in frame["events"]]) for frame in frames if "events" in frame]


def event(n: int, **more: Any) -> dict[str, Any]:
    return {"type": "post_added", "n": n, **more}


def in_loop(test: Callable[[], Any]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(test())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


@in_loop
async def test_a_burst_leaves_at_once_and_then_four_times_a_second() -> None:
    clock = Clock()
    hub = a_hub(clock)
    client = a_client(hub)
    await hub.join(client, THREAD, NOBODY)
    assert waiting(client) == [{"joined": THREAD, "seq": 0, "epoch": hub.epoch}]

    for n in range(5):
        hub.publish(THREAD, event(n))
    assert numbers(waiting(client)) == [(1, [0])]
    clock.pass_by(0.24)
    assert waiting(client) == []
    clock.pass_by(0.01)
    assert numbers(waiting(client)) == [(2, [1, 2, 3, 4])]
    hub.publish(THREAD, event(5))
    assert waiting(client) == []
    clock.pass_by(0.25)
    assert numbers(waiting(client)) == [(3, [5])]
    clock.pass_by(0.25)
    hub.publish(THREAD, event(6))
    assert numbers(waiting(client)) == [(4, [6])]


@given(st.lists(st.one_of(st.just("event"), st.floats(0, 0.4)), max_size=60), st.integers(0, 60))
def test_any_rhythm_of_events_arrives_whole_in_order_and_slowly_enough(
    steps: list[str | float], joins_after: int
) -> None:
    async def run() -> None:
        clock = Clock()
        hub = a_hub(clock)
        early, late = a_client(hub), a_client(hub)
        await hub.join(early, THREAD, NOBODY, seq=0, epoch=hub.epoch)
        got: list[tuple[float, dict[str, Any]]] = []
        late_got: list[dict[str, Any]] = []
        sent = 0
        for place, step in enumerate([*steps, 1.0]):
            if place == min(joins_after, len(steps)):
                await hub.join(late, THREAD, NOBODY, seq=0, epoch=hub.epoch)
            if isinstance(step, str):
                hub.publish(THREAD, event(sent))
                sent += 1
            else:
                for _part in range(8):
                    clock.pass_by(step / 8)
                    got += [(clock.now, frame) for frame in waiting(early)]
            got += [(clock.now, frame) for frame in waiting(early)]
            late_got += waiting(late)
        deltas = [(at, frame) for at, frame in got if "events" in frame]
        assert [e["n"] for _at, frame in deltas for e in frame["events"]] == list(range(sent))
        assert [frame["seq"] for _at, frame in deltas] == list(range(1, len(deltas) + 1))
        if not any("gap" in frame for frame in late_got):
            assert [e["n"] for frame in late_got for e in frame.get("events", ())] == list(range(sent))

    asyncio.run(run())


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.frozensets(st.integers(0, 3)))
def test_nobody_gets_an_event_of_somebody_they_hide(authors: list[int], hide: frozenset[int]) -> None:
    async def run() -> None:
        clock = Clock()
        hub = a_hub(clock)
        client, other = a_client(hub), a_client(hub)
        await hub.join(client, THREAD, hide)
        await hub.join(other, THREAD, NOBODY)
        for n, author in enumerate(authors):
            hub.publish(THREAD, event(n, author=author))
        clock.pass_by(1)
        seen = [e["n"] for frame in waiting(client) for e in frame.get("events", ())]
        assert seen == [n for n, author in enumerate(authors) if author not in hide]
        assert [e["n"] for frame in waiting(other) for e in frame.get("events", ())] == list(range(len(authors)))
        again = a_client(hub)
        await hub.join(again, THREAD, hide, seq=0)
        assert [e["n"] for frame in waiting(again) for e in frame.get("events", ())] == seen

    asyncio.run(run())


@in_loop
async def test_everyone_gets_the_same_text() -> None:
    hub = a_hub()
    one, two = a_client(hub), a_client(hub)
    await hub.join(one, THREAD, NOBODY)
    await hub.join(two, THREAD, frozenset({9}))
    hub.publish(THREAD, event(1, author=4))
    assert one._frames[-1] is two._frames[-1]


@in_loop
async def test_who_comes_back_gets_what_they_missed_or_a_gap() -> None:
    clock = Clock()
    hub = a_hub(clock)
    for n in range(1, 61):
        hub.publish(THREAD, event(n))
        clock.pass_by(1)
    assert hub.position(THREAD) == f"{hub.epoch}.60"

    back = a_client(hub)
    await hub.join(back, THREAD, NOBODY, seq=57, epoch=hub.epoch)
    assert waiting(back) == [
        {"joined": THREAD, "seq": 60, "epoch": hub.epoch},
        {"on": THREAD, "seq": 60, "events": [event(58), event(59), event(60)]},
    ]
    longest = a_client(hub)
    await hub.join(longest, THREAD, NOBODY, seq=10, epoch=hub.epoch)
    assert numbers(waiting(longest)) == [(60, list(range(11, 61)))]
    for seq, epoch in ((9, hub.epoch), (61, hub.epoch), (60, "another")):
        late = a_client(hub)
        await hub.join(late, THREAD, NOBODY, seq=seq, epoch=epoch)
        assert waiting(late) == [{"joined": THREAD, "seq": 60, "epoch": hub.epoch, "gap": True}]
    there = a_client(hub)
    await hub.join(there, THREAD, NOBODY, seq=60, epoch=hub.epoch)
    assert waiting(there) == [{"joined": THREAD, "seq": 60, "epoch": hub.epoch}]


@in_loop
async def test_a_forgotten_channel_never_takes_an_old_position_for_the_present() -> None:
    clock = Clock()
    hub = a_hub(clock)
    for n in range(3):
        hub.publish("thread:1", event(n))
        clock.pass_by(1)
    before = int(hub.position("thread:2").partition(".")[2])
    for number in range(10, 10 + CHANNELS_KEPT + 1):
        hub.publish(f"thread:{number}", event(0))
    assert hub.position("thread:1") == f"{hub.epoch}.3"
    hub.publish("thread:2", event(7))
    client = a_client(hub)
    await hub.join(client, "thread:2", NOBODY, seq=before, epoch=hub.epoch)
    assert waiting(client) == [{"joined": "thread:2", "seq": 4, "epoch": hub.epoch, "gap": True}]


@in_loop
async def test_who_does_not_read_is_cut_off_and_the_others_go_on() -> None:
    clock = Clock()
    hub = a_hub(clock)
    slow, quick = a_client(hub), a_client(hub)
    for client in (slow, quick):
        await hub.join(client, THREAD, NOBODY)
    for n in range(63):
        hub.publish(THREAD, event(n))
        clock.pass_by(1)
        waiting(quick)
    assert slow.closing is None
    hub.publish(THREAD, event(64))
    assert slow.closing == 4008
    assert await slow.next_frame() is None
    assert quick.closing is None
    assert numbers(waiting(quick)) == [(64, [64])]


@in_loop
async def test_a_quarter_of_a_megabyte_waiting_is_too_much_too() -> None:
    clock = Clock()
    hub = a_hub(clock)
    slow = a_client(hub)
    await hub.join(slow, THREAD, NOBODY)
    for n in range(8):
        hub.publish(THREAD, event(n, text="x" * 32_000))
        clock.pass_by(1)
    assert slow.closing is None
    hub.publish(THREAD, event(8, text="x" * 32_000))
    assert slow.closing == 4008


@in_loop
async def test_a_delta_too_large_to_send_is_told_as_a_gap() -> None:
    clock = Clock()
    hub = a_hub(clock)
    client = a_client(hub)
    await hub.join(client, THREAD, NOBODY)
    waiting(client)
    hub.publish(THREAD, event(0, text="x" * 65_536))
    for n in range(101):
        hub.publish(THREAD, event(n))
    clock.pass_by(1)
    assert waiting(client) == [{"on": THREAD, "seq": 1, "gap": True}, {"on": THREAD, "seq": 2, "gap": True}]


@in_loop
async def test_a_personal_event_reaches_every_socket_of_that_person_at_once_and_nobody_else() -> None:
    hub = a_hub()
    phone, desk, other = a_client(hub, 4), a_client(hub, 4), a_client(hub, 5)
    hub.send_to(4, {"type": "notices", "count": 3})
    hub.send_to(4, {"type": "notices", "count": 4})
    told = [{"on": "person:4", "events": [{"type": "notices", "count": count}]} for count in (3, 4)]
    assert waiting(phone) == told
    assert waiting(desk) == told
    assert waiting(other) == []


@in_loop
async def test_hanging_up_closes_all_sockets_of_a_person_and_those_being_opened() -> None:
    clock = Clock()
    hub = a_hub(clock)
    phone, desk, other = a_client(hub, 4), a_client(hub, 4), a_client(hub, 5)
    asked_at = clock.now
    clock.pass_by(1)
    hub.hang_up(4)
    assert (phone.closing, desk.closing, other.closing) == (4001, 4001, None)
    assert not hub.admit(Client(4, "en"), asked_at=asked_at)
    clock.pass_by(1)
    assert hub.admit(Client(4, "en"), asked_at=clock.now)


@in_loop
async def test_after_losing_touch_nobody_continues_from_where_they_were() -> None:
    hub = a_hub()
    client = a_client(hub)
    await hub.join(client, THREAD, NOBODY)
    hub.publish(THREAD, event(0))
    old = hub.epoch
    hub.resync()
    assert client.closing == 4002
    back = a_client(hub)
    await hub.join(back, THREAD, NOBODY, seq=1, epoch=old)
    assert waiting(back) == [{"joined": THREAD, "seq": 1, "epoch": hub.epoch, "gap": True}]


@in_loop
async def test_who_left_hears_no_more() -> None:
    hub = a_hub()
    client = a_client(hub, 4)
    await hub.join(client, THREAD, NOBODY)
    waiting(client)
    hub.leave(client, THREAD)
    hub.publish(THREAD, event(0))
    assert waiting(client) == []
    hub.dismiss(client)
    assert hub.open_sockets() == (0, 0)
    assert hub.sockets_of(4) == 0


class Kitchen:
    """Makes fragments, one for each language, and waits until the test lets it serve."""

    def __init__(self) -> None:
        self.made: list[tuple[int, str]] = []
        self.open = asyncio.Event()

    def fragment(self, event: Any, language: str) -> dict[str, Any] | None:
        self.made.append((event["n"], language))
        if event["n"] == 13:
            raise LookupError
        return None if event["n"] == 404 else {"html": f"<p>{event['n']} {language}</p>"}

    async def in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        await self.open.wait()
        return work(*args)


async def settled(hub: Hub) -> None:
    while hub._tasks:
        await asyncio.gather(*hub._tasks)


@in_loop
async def test_html_is_made_once_for_each_language_that_listens() -> None:
    kitchen, clock = Kitchen(), Clock()
    hub = a_hub(clock, fragments=lambda kind: kitchen.fragment, in_thread=kitchen.in_thread)
    swedes = [a_client(hub, language="sv") for _ in range(3)]
    dane = a_client(hub, language="nb")
    for client in (*swedes, dane):
        await hub.join(client, THREAD, NOBODY)
        waiting(client)
    hub.publish(THREAD, event(1))
    hub.publish(THREAD, event(404))
    hub.publish(THREAD, event(2))
    late = a_client(hub, language="nl")
    await hub.join(late, THREAD, NOBODY)
    clock.pass_by(5)
    assert waiting(dane) == []
    kitchen.open.set()
    await settled(hub)
    clock.pass_by(1)
    await settled(hub)
    for client, language in ((swedes[0], "sv"), (swedes[2], "sv"), (dane, "nb"), (late, "nl")):
        frames = [frame for frame in waiting(client) if "events" in frame]
        assert frames == [
            {"on": THREAD, "seq": 1, "events": [event(1, html=f"<p>1 {language}</p>")]},
            {"on": THREAD, "seq": 2, "events": [event(2, html=f"<p>2 {language}</p>")]},
        ]
    assert sorted(kitchen.made) == sorted((n, language) for n in (1, 404, 2) for language in ("sv", "nb", "nl"))


@in_loop
async def test_html_that_cannot_be_made_is_told_as_a_gap() -> None:
    kitchen = Kitchen()
    kitchen.open.set()
    hub = a_hub(fragments=lambda kind: kitchen.fragment, in_thread=kitchen.in_thread)
    client = a_client(hub)
    await hub.join(client, THREAD, NOBODY)
    waiting(client)
    hub.publish(THREAD, event(13))
    await settled(hub)
    assert waiting(client) == [{"on": THREAD, "seq": 1, "gap": True}]


@in_loop
async def test_many_who_come_back_at_once_share_the_work_and_miss_nothing_meanwhile() -> None:
    kitchen, clock = Kitchen(), Clock()
    hub = a_hub(clock, fragments=lambda kind: kitchen.fragment, in_thread=kitchen.in_thread)
    for n in (1, 2):
        hub.publish(THREAD, event(n))
        clock.pass_by(1)
    assert kitchen.made == []
    back = [a_client(hub, language="sv") for _ in range(50)]
    joins = asyncio.gather(*(hub.join(client, THREAD, NOBODY, seq=0, epoch=hub.epoch) for client in back))
    await asyncio.sleep(0)
    hub.publish(THREAD, event(3))
    kitchen.open.set()
    await joins
    await settled(hub)
    for client in back:
        seen = [(frame["seq"], e["n"], e["html"]) for frame in waiting(client) for e in frame.get("events", ())]
        assert [n for _seq, n, _html in seen] == [1, 2, 3]
    assert len(kitchen.made) <= 5
