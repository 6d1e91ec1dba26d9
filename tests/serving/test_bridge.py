"""Pages over the bridge: every byte arrives, in both directions, and what cannot be taken is answered with a
sentence.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dugnad.site.serving.body import BodyLimits
from tests.serving.served import Served, everything, served

MEGABYTE = 1024 * 1024
seen: dict[str, Any] = {}


def house(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The application behind the bridge in these tests; `seen` keeps the last environ."""
    seen.clear()
    seen.update(environ)
    return PAGES.get(environ["PATH_INFO"], echo)(environ, start_response)


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [hashlib.sha256(body).hexdigest().encode(), b" ", str(len(body)).encode()]


def large(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    write(b"first ")
    for n in range(5):
        yield bytes([97 + n]) * MEGABYTE


def nothing(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("304 Not Modified", [("ETag", '"1"')])
    return []


def broken(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    raise ValueError("what Amal wrote in confidence")


class Closing(io.FileIO):
    closings = 0

    def close(self) -> None:
        type(self).closings += not self.closed
        super().close()


def passed_on(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    file = Closing(environ["QUERY_STRING"])
    file.seek(10)
    start_response("200 OK", [("Content-Type", "application/zip"), ("Content-Length", str(2 * MEGABYTE - 10))])
    wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](file)
    return wrapped


def not_a_file(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [])
    wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](io.BytesIO(b"only in memory"))
    return wrapped


PAGES: dict[str, Callable[..., Iterable[bytes]]] = {
    "/large": large, "/nothing": nothing, "/broken": broken, "/passed-on": passed_on, "/not-a-file": not_a_file,
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = str(tmp_path_factory.mktemp("arriving"))
    with served(house, limits=BodyLimits(largest=4 * MEGABYTE, folder=folder), threads=2) as running:
        yield running


def told(body: bytes) -> bytes:
    return f"{hashlib.sha256(body).hexdigest()} {len(body)}".encode()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 262_145, 4 * MEGABYTE])
def test_a_body_of_any_size_arrives_whole(place: Served, size: int) -> None:
    body = bytes(n % 251 for n in range(1000)) * (size // 1000 + 1)
    status, headers, said = place.ask("/", "POST", body[:size])
    assert (status, said) == (200, told(body[:size]))
    assert headers["content-length"] == str(len(said))
    assert "server" not in headers
    assert headers["date"].endswith("GMT")
    assert seen["CONTENT_LENGTH"] == str(size)
    assert place.bridge.bodies.bytes_on_disk == 0


def test_a_body_in_chunks_arrives_whole_and_with_its_length(place: Served) -> None:
    parts = [b"one", b"x" * 100_000, b"three"]
    status, _headers, said = place.ask("/", "POST", iter(parts), encode_chunked=True)
    assert (status, said) == (200, told(b"".join(parts)))
    assert seen["CONTENT_LENGTH"] == "100008"
    assert "HTTP_TRANSFER_ENCODING" not in seen


def test_two_requests_in_one_go_are_answered_in_their_order(place: Served) -> None:
    line = place.raw(
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\noneGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
        b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nthree"
    )
    said = everything(line)
    assert [said.find(told(b"one")) > 0, said.find(told(b"three")) > said.find(b"304 Not Modified") > 0] == [True, True]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nabc", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"CONNECT example.org:80 HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)  # fmt: skip
def test_a_head_that_contradicts_itself_is_refused(place: Served, head: bytes, status: bytes) -> None:
    seen.clear()
    assert everything(place.raw(head)).split(b" ", 2)[1] == status
    assert seen == {}


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_gets_a_sentence_and_no_page(place: Served, chunked: bool) -> None:
    seen.clear()
    body = b"x" * (4 * MEGABYTE + 1)
    status, headers, said = place.ask(
        "/", "POST", iter([body]) if chunked else body, {"Accept-Language": "nl, en;q=0.5"}, encode_chunked=chunked
    )
    assert (status, headers["connection"]) == (413, "close")
    assert b'lang="nl"' in said
    assert b"4 MB" in said
    assert seen == {}
    assert place.bridge.bodies.bytes_on_disk == 0


def test_who_asks_first_is_told_before_sending_a_body_that_is_too_large(place: Served) -> None:
    line = place.raw(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
    assert everything(line).startswith(b"HTTP/1.1 413 ")
    line = place.raw(
        b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    )
    assert line.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.sendall(b"ok")
    assert told(b"ok") in everything(line)


def test_head_has_the_headers_of_get_and_no_body(place: Served) -> None:
    assert place.ask("/large")[1]["content-length"] == str(5 * MEGABYTE + 6)
    status, headers, said = place.ask("/large", "HEAD")
    assert (status, headers["content-length"], said) == (200, str(5 * MEGABYTE + 6), b"")


def test_not_modified_has_no_body_and_no_length(place: Served) -> None:
    status, headers, said = place.ask("/nothing")
    assert (status, headers["etag"], said) == (304, '"1"', b"")
    assert "content-length" not in headers


def test_a_large_answer_arrives_whole(place: Served) -> None:
    _status, _headers, said = place.ask("/large")
    assert said == b"first " + b"".join(bytes([97 + n]) * MEGABYTE for n in range(5))


def test_a_real_file_is_passed_on_and_closed_before_it_is_sent(place: Served, tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    content = bytes(range(256)) * (2 * MEGABYTE // 256)
    file.write_bytes(content)
    before = Closing.closings
    status, headers, said = place.ask(f"/passed-on?{file}")
    assert (status, headers["content-length"]) == (200, str(2 * MEGABYTE - 10))
    assert said == content[10:]
    assert Closing.closings == before + 1
    assert place.ask("/not-a-file")[2] == b"only in memory"


def test_the_path_reaches_the_page_byte_by_byte(place: Served) -> None:
    place.ask("/t/12/g%C3%A5rd%2Fhus%FF?q=%C3%A5")
    assert seen["PATH_INFO"] == "/t/12/g\u00c3\u00a5rd/hus\u00ff"
    assert seen["QUERY_STRING"] == "q=%C3%A5"
    assert (seen["SCRIPT_NAME"], seen["wsgi.url_scheme"], seen["REMOTE_ADDR"]) == ("", "http", "127.0.0.1")


def test_headers_that_only_a_proxy_may_say_are_dropped(place: Served) -> None:
    said = {"X-Forwarded-For": "10.1.1.1", "X-Forwarded-Proto": "https", "X_Real_IP": "1", "Proxy": "http://evil"}
    place.ask("/", headers={**said, "X-Forwarded_Host": "other", "Accept": "text/html"})
    assert sorted(key for key in seen if key.startswith("HTTP_")) == [
        "HTTP_ACCEPT",
        "HTTP_ACCEPT_ENCODING",
        "HTTP_HOST",
    ]
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("127.0.0.1", "http")


def test_a_trusted_proxy_is_believed_but_not_what_it_was_told() -> None:
    with served(house, trust_proxy=True) as behind:
        behind.ask("/", headers={"X-Forwarded-For": "6.6.6.6, 10.1.1.1", "X-Forwarded-Proto": "https"})
        assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("10.1.1.1", "https")


def test_repeated_headers_become_one(place: Served) -> None:
    head = b"Host: x\r\nCookie: a=1\r\nCookie: b=2\r\nAccept: x\r\nAccept: y\r\nConnection: close\r\n\r\n"
    line = place.raw(b"GET / HTTP/1.1\r\n" + head)
    said = everything(line)
    assert (seen["HTTP_COOKIE"], seen["HTTP_ACCEPT"]) == ("a=1; b=2", "x,y")
    assert said.count(b"set-cookie: ") == 2


def test_a_page_that_breaks_is_answered_and_logged_without_anybodys_words(
    place: Served, caplog: pytest.LogCaptureFixture
) -> None:
    status, headers, said = place.ask("/broken")
    assert (status, headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert b"Something broke" in said
    assert "ValueError" in caplog.text
    assert "Amal" not in caplog.text


def test_no_more_pages_are_made_at_once_than_there_are_threads() -> None:
    inside, most, lock = 0, 0, threading.Lock()
    both_in = threading.Barrier(2)

    def counting(_environ: Any, start_response: Any) -> list[bytes]:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        both_in.wait(10)
        with lock:
            inside -= 1
        start_response("200 OK", [])
        return [b"made"]

    with served(counting, threads=2) as two:
        askers = [threading.Thread(target=two.ask) for _ in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join(30)
    assert most == 2
