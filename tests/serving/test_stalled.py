"""Slow, silent and vanishing peers: they cost a connection and a little memory, never a page thread."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from dugnad.site.serving.body import BodyLimits
from dugnad.site.serving.connection import PageConnection
from tests.serving.served import Served, everything, served

MEGABYTE = 1024 * 1024
HALF_AN_UPLOAD = b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n" + b"x" * 200_000
LARGE = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"


def house(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/large":
        return [b"y" * MEGABYTE] * 8
    return [str(len(environ["wsgi.input"].read())).encode()]


class Impatient(PageConnection):
    head_seconds = 0.2
    reader_seconds = 0.2


def until_arriving(place: Served, bodies: int) -> None:
    """Ask until the bridge has begun on this many bodies; each answer proves that pages are still made."""
    for _attempt in range(20_000):
        if place.bridge.bodies.arriving == bodies:
            return
        assert place.ask("/")[2] == b"0"
    raise AssertionError(f"{place.bridge.bodies.arriving} bodies are arriving, not {bodies}")


def wait_for(happens: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(3000):
        if happens():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen within thirty seconds")


def test_two_hundred_stalled_connections_hold_up_nobody() -> None:
    with served(house, threads=4) as place, ExitStack() as lines:
        for _ in range(100):
            lines.enter_context(place.raw(HALF_AN_UPLOAD))
            lines.enter_context(place.raw(LARGE, receive_buffer=4096))
        until_arriving(place, 100)
        for _ in range(20):
            assert place.ask("/")[2] == b"0"
        assert place.ask("/upload", "POST", b"z" * 300_000)[2] == b"300000"
        wait_for(lambda: place.bridge.waiting == 0)  # all large pages are made, though nobody reads them
        assert place.bridge.bodies.arriving == 100


def test_an_upload_that_stops_half_way_is_ended_with_a_sentence() -> None:
    with served(house, limits=BodyLimits(idle_seconds=0.2)) as place:
        said = everything(place.raw(HALF_AN_UPLOAD))
        assert said.startswith(b"HTTP/1.1 408 ")
        assert b"did not arrive in time" in said
        assert (place.bridge.bodies.arriving, place.bridge.bodies.bytes_on_disk) == (0, 0)


def test_an_upload_that_drips_for_ever_is_ended_too() -> None:
    with (
        served(house, limits=BodyLimits(idle_seconds=5, total_seconds=0.3)) as place,
        place.raw(HALF_AN_UPLOAD) as line,
    ):
        line.settimeout(0.01)
        for _ in range(30_000):
            line.sendall(b"x")
            try:
                said = line.recv(100)
                break
            except TimeoutError:
                continue
        assert said.startswith(b"HTTP/1.1 408 ")


def test_a_head_that_never_ends_is_cut_off() -> None:
    with served(house, connection=Impatient) as place:
        assert everything(place.raw(b"GET / HTTP/1.1\r\nHost: ")) == b""
        assert everything(place.raw()) == b""
        assert everything(place.raw(b"\r\n")) == b""
        with place.raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as line:
            assert line.recv(1000).endswith(b"0")
            line.sendall(b"GET / HT")
            assert line.recv(1000) == b""


def test_a_head_that_is_too_large_is_refused() -> None:
    with served(house) as place:
        said = everything(place.raw(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: " + b"a" * 300_000))
        assert said.startswith(b"HTTP/1.1 431 ")


def test_a_reader_who_takes_nothing_is_cut_off() -> None:
    with served(house, connection=Impatient) as place, place.raw(LARGE, receive_buffer=4096) as line:
        assert line.recv(12) == b"HTTP/1.1 200"
        wait_for(lambda: not place.server.server_state.connections)
        assert len(everything(line)) < 8 * MEGABYTE


def test_a_slow_reader_who_goes_on_reading_gets_everything() -> None:
    with served(house, connection=Impatient) as place, place.raw(LARGE, receive_buffer=65536) as line:
        got = 0
        pause = threading.Event()
        while got < 8 * MEGABYTE:
            got += len(line.recv(512 * 1024))
            pause.wait(0.002)
        assert got > 8 * MEGABYTE


def test_who_leaves_in_the_middle_of_an_upload_is_forgotten() -> None:
    with served(house) as place:
        with place.raw(HALF_AN_UPLOAD):
            until_arriving(place, 1)
        until_arriving(place, 0)
        assert place.bridge.bodies.bytes_on_disk == 0


def test_a_request_whose_sender_left_while_it_waited_is_not_carried_out() -> None:
    begun: queue.Queue[str] = queue.Queue()
    go_on = threading.Event()

    def one_by_one(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        begun.put(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/first":
            go_on.wait(30)
        start_response("200 OK", [])
        return [b"done"]

    with served(one_by_one, threads=1) as place:
        first = threading.Thread(target=place.ask, args=("/first",))
        first.start()
        assert begun.get(timeout=30) == "/first"
        second = place.raw(b"POST /second HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok")
        wait_for(lambda: place.bridge.waiting == 2)
        second.close()
        wait_for(lambda: place.bridge.waiting == 1)
        go_on.set()
        first.join(30)
        assert place.ask("/third")[2] == b"done"
        assert [begun.get_nowait() for _ in range(begun.qsize())] == ["/third"]


def test_when_the_disk_is_full_of_uploads_small_ones_still_get_through() -> None:
    limits = BodyLimits(in_memory=1000, on_disk=250_000)
    with served(house, limits=limits) as place, place.raw(HALF_AN_UPLOAD):
        wait_for(lambda: place.bridge.bodies.bytes_on_disk > 100_000)
        assert place.ask("/upload", "POST", b"z" * 240_000)[0] == 503
        assert place.ask("/upload", "POST", b"z" * 1000)[2] == b"1000"


def test_stopping_finishes_the_page_in_hand_and_lets_nobody_new_in() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        begun.set()
        go_on.wait(30)
        start_response("200 OK", [])
        return [b"finished"]

    with served(slow) as place:
        answers: queue.Queue[bytes] = queue.Queue()
        asker = threading.Thread(target=lambda: answers.put(place.ask("/")[2]))
        asker.start()
        assert begun.wait(30)
        place.server.should_exit = True
        wait_for(lambda: refuses(place.port))
        go_on.set()
        assert answers.get(timeout=30) == b"finished"
        asker.join()


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionError:
        return True
    return False


def dripping_from(address: str) -> bytes:
    return HALF_AN_UPLOAD.replace(b"Host: x\r\n", b"Host: x\r\nX-Forwarded-For: 9.9.9.9, " + address.encode() + b"\r\n")


def test_one_address_cannot_take_the_room_of_all_others() -> None:
    limits = BodyLimits(at_once_from_one=2)
    with served(house, limits=limits, trust_proxy=True) as place, ExitStack() as lines:
        for address in ("2001:db8::1", "2001:db8::2"):
            lines.enter_context(place.raw(dripping_from(address)))
        until_arriving(place, 2)
        assert lines.enter_context(place.raw(dripping_from("2001:db8::3"))).recv(13) == b"HTTP/1.1 503 "
        lines.enter_context(place.raw(dripping_from("2001:db8:0:1::1")))
        until_arriving(place, 3)
        assert place.ask("/upload", "POST", b"z" * 300_000)[2] == b"300000"


def test_what_a_stranger_says_of_their_address_makes_no_room() -> None:
    with served(house, limits=BodyLimits(at_once_from_one=2)) as place, ExitStack() as lines:
        for address in ("10.0.0.1", "10.0.0.2"):
            lines.enter_context(place.raw(dripping_from(address)))
        until_arriving(place, 2)
        assert lines.enter_context(place.raw(dripping_from("10.0.0.3"))).recv(13) == b"HTTP/1.1 503 "
