"""The door of the socket, over a real server: who gets in, what they hear, and what ends a conversation."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from dugnad.kernel.live.hub import Hub
from dugnad.kernel.live.socket import Limits
from tests.live.place import AMAL, KARI, Place, nothing
from tests.serving.served import served


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    place = Place(limits=getattr(request, "param", Limits()))
    with served(nothing, live=place.open_up) as running:
        place.served = running
        yield place


def say(socket: ClientConnection, **message: Any) -> Any:
    """Send one message and take the next answer."""
    socket.send(json.dumps(message))
    return hear(socket)


def hear(socket: ClientConnection) -> Any:
    return json.loads(socket.recv(timeout=30))


def closing_code(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            socket.recv(timeout=30)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:1", "null", "", None, "http://localhost.evil.example:{port}"]
)
def test_a_page_of_another_site_gets_no_socket(place: Place, origin: str | None) -> None:
    assert place.served is not None
    with pytest.raises(InvalidStatus) as refused:
        place.socket("amal-session", origin=origin.format(port=place.served.port) if origin else origin)
    assert refused.value.response.status_code == 403


def test_an_origin_that_the_place_knows_is_let_in_and_another_path_is_not(place: Place) -> None:
    with place.socket(origin="https://dugnad.example.org") as socket:
        assert say(socket, ping=7) == {"pong": 1}
    with pytest.raises(InvalidStatus) as refused:
        place.socket(path="/t/12/live")
    assert refused.value.response.status_code == 403


def test_a_host_that_is_not_this_place_gets_no_socket(place: Place) -> None:
    assert place.served is not None
    with place.served.raw(
        b"GET /live HTTP/1.1\r\nHost: rebound.example\r\nOrigin: http://rebound.example\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ) as line:
        assert line.recv(12) == b"HTTP/1.1 403"


def test_a_stranger_hears_a_public_thread_and_is_not_told_what_else_there_is(place: Place) -> None:
    assert place.hub is not None
    with place.socket() as socket:
        assert say(socket, join="thread:1") == {"joined": "thread:1", "seq": 0, "epoch": place.hub.epoch}
        forbidden, missing = say(socket, join="thread:2"), say(socket, join="thread:7777")
        assert (forbidden, missing) == ({"refused": "thread:2"}, {"refused": "thread:7777"})
        for nonsense in ("meeting:1", "person:4", "thread:x", "thread:-1", "thread:01"):
            assert "refused" in say(socket, join=nonsense)
        assert say(socket, join=["thread:1"]) == {"refused": ""}
        assert say(socket, join="thread:99") == {"refused": "thread:99"}
        for channel in ("thread:2", "thread:1"):
            place.announce(to=channel, event={"type": "post_added", "id": 8})
        assert hear(socket) == {
            "on": "thread:1", "seq": 1, "events": [{"type": "post_added", "id": 8, "html": "<p lang=sv>8</p>"}],
        }  # fmt: skip
        assert set(place.asked) <= {"live_0", "live_1"}


def test_a_member_hears_what_members_may_and_what_is_for_them_alone(place: Place) -> None:
    with place.socket("amal-session") as amal, place.socket("kari-session") as kari:
        assert say(amal, join="thread:10")["joined"] == "thread:10"
        assert say(kari, join="thread:10") == {"refused": "thread:10"}
        assert say(kari, join="thread:2")["joined"] == "thread:2"
        place.announce(person=KARI, event={"type": "notices", "count": 2})
        place.announce(person=AMAL, event={"type": "notices", "count": 1})
        assert hear(amal) == {"on": "person:4", "events": [{"type": "notices", "count": 1}]}
        assert hear(kari) == {"on": "person:5", "events": [{"type": "notices", "count": 2}]}
        assert say(amal, leave="thread:10") == {"left": "thread:10"}
        place.announce(to="thread:10", event={"type": "plain"})
        assert say(amal, ping=1) == {"pong": 1}


def test_losing_a_membership_ends_the_socket_and_the_next_one_hears_nothing(place: Place) -> None:
    with place.socket("amal-session") as amal:
        assert say(amal, join="thread:10")["joined"] == "thread:10"
        place.members.clear()
        place.announce(hang_up=AMAL)
        assert closing_code(amal) == 4001
    with place.socket("amal-session") as again:
        assert say(again, join="thread:10") == {"refused": "thread:10"}


def test_a_session_that_ended_cannot_join_and_is_sent_away(place: Place) -> None:
    with place.socket("amal-session") as amal:
        assert say(amal, ping=1) == {"pong": 1}
        place.sessions.clear()
        amal.send('{"join": "thread:1"}')
        assert closing_code(amal) == 4001


def test_while_nobody_can_say_who_it_is_there_is_no_socket(place: Place) -> None:
    with place.socket("amal-session") as amal:
        assert say(amal, ping=1) == {"pong": 1}
        place.database_is_away = True
        amal.send('{"join": "thread:1"}')
        assert closing_code(amal) == 1011
    with pytest.raises(InvalidStatus):
        place.socket("amal-session")
    place.database_is_away = False
    with place.socket("amal-session") as amal:
        assert say(amal, join="thread:1")["joined"] == "thread:1"


def test_what_a_blocked_person_writes_is_not_sent(place: Place) -> None:
    place.blocked[AMAL] = frozenset({KARI})
    with place.socket("amal-session") as amal:
        say(amal, join="thread:1")
        place.announce(to="thread:1", event={"type": "typing", "author": KARI})
        place.announce(to="thread:1", event={"type": "typing", "author": 6})
        assert [event["author"] for event in hear(amal)["events"]] == [6]


def test_who_comes_back_gets_what_they_missed(place: Place) -> None:
    with place.socket() as socket:
        start = say(socket, join="thread:1")
        place.announce(to="thread:1", event={"type": "post_added", "id": 1})
        assert hear(socket)["seq"] == 1
    place.announce(to="thread:1", event={"type": "post_added", "id": 2})
    with place.socket() as socket:
        joined = say(socket, join="thread:1", seq=0, epoch=start["epoch"])
        assert "gap" not in joined
        missed = hear(socket)
        while missed["events"][-1]["id"] != 2:  # the second may still wait for its quarter of a second
            missed = hear(socket)
        assert (missed["seq"], missed["events"][-1]["html"]) == (2, "<p lang=sv>2</p>")
        assert say(socket, join="thread:1", seq=0, epoch="an older one")["gap"] is True


def test_twenty_channels_are_enough(place: Place) -> None:
    with place.socket("amal-session") as amal:
        for thread in range(10, 30):
            assert say(amal, join=f"thread:{thread}")["joined"] == f"thread:{thread}"
        assert say(amal, join="thread:30") == {"refused": "thread:30"}
        assert say(amal, join="thread:10")["joined"] == "thread:10"
        say(amal, leave="thread:11")
        assert say(amal, join="thread:30")["joined"] == "thread:30"


@pytest.mark.parametrize("place", [Limits(messages_a_second=0.001, burst=5)], indirect=True)
def test_who_talks_without_end_is_cut_off(place: Place) -> None:
    with place.socket() as socket:
        for _ in range(5):
            assert say(socket, ping=1) == {"pong": 1}
        socket.send('{"ping": 1}')
        assert closing_code(socket) == 4029


@pytest.mark.parametrize("said", ["{", "[1]", '"join"', "[" * 30_000])
def test_what_is_no_command_ends_the_conversation(place: Place, said: str) -> None:
    with place.socket() as socket:
        socket.send(said)
        assert closing_code(socket) == 1003


def test_a_message_larger_than_64_kilobytes_ends_the_conversation(place: Place) -> None:
    with place.socket() as socket:
        socket.send(json.dumps({"join": "x" * 70_000}))
        assert closing_code(socket) == 1009


@pytest.mark.parametrize("place", [Limits(sockets_a_person=2, sockets=10, strangers=0.3)], indirect=True)
def test_one_person_and_all_strangers_take_only_their_share(place: Place) -> None:
    with ExitStack() as open_ones:
        for session in ("amal-session", "amal-session", "", "", ""):
            assert say(open_ones.enter_context(place.socket(session)), ping=1) == {"pong": 1}
        assert closing_code(open_ones.enter_context(place.socket("amal-session"))) == 4012
        assert closing_code(open_ones.enter_context(place.socket())) == 4012
        assert say(open_ones.enter_context(place.socket("kari-session")), ping=1) == {"pong": 1}


def test_who_does_not_read_is_cut_off_while_others_hear_everything(place: Place) -> None:
    assert place.hub is not None
    assert place.served is not None
    handshake = (
        b"GET /live HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: dugnad_session=amal-session\r\n"
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with place.socket("kari-session") as quick, place.served.raw(handshake, receive_buffer=4096) as slow:
        assert slow.recv(12) == b"HTTP/1.1 101"
        assert say(quick, ping=1) == {"pong": 1}
        for n in range(400):
            place.announce(person=AMAL, event={"type": "large", "text": "x" * 30_000})
            place.announce(person=KARI, event={"type": "small", "n": n})
            assert hear(quick)["events"][0]["n"] == n
        assert place.hub.sockets_of(KARI) == 1
        wait_until_gone(place.hub, AMAL)


def wait_until_gone(hub: Hub, person: int) -> None:
    pause = threading.Event()
    for _ in range(3000):
        if not hub.sockets_of(person):
            return
        pause.wait(0.01)
    raise AssertionError("the slow socket is still there")


def test_when_the_house_stops_sockets_are_told(place: Place) -> None:
    assert place.served is not None
    with place.socket() as socket:
        say(socket, join="thread:1")
        place.served.server.should_exit = True
        assert closing_code(socket) == 1001
