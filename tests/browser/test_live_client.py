"""The page's side of the socket, in a real browser: what comes, what was missed, and coming back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import dugnad.kernel
from tests.live.place import Place
from tests.serving.served import served

CLIENT = Path(dugnad.kernel.__file__).parent / "static/kernel/js/live.js"
RECORDER = b"""
window.heard = []; window.told = [];
const types = ["post_added", "notices", "gap", "back"];
for (const type of types) {
  document.addEventListener(`live:${type}`, (event) => heard.push([type, event.detail.id ?? event.detail.channel]));
  document.querySelector("[data-live]")?.addEventListener(`live:${type}`, (event) => told.push([type, event.detail.html]));
}
"""
HEARD = "(wanted) => JSON.stringify(heard) === JSON.stringify(wanted)"


class Paged(Place):
    """A place whose page listens to thread 1 from `position` on (the present when it is empty) and keeps what it hears."""

    position = ""

    def application(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        scripts = {"/live.js": CLIENT.read_bytes(), "/recorder.js": RECORDER}
        if environ["PATH_INFO"] in scripts:
            start_response("200 OK", [("Content-Type", "text/javascript")])
            return [scripts[environ["PATH_INFO"]]]
        start_response("200 OK", [("Content-Type", "text/html")])
        at = self.position or self.hub.position("thread:1")
        listens = "" if environ["PATH_INFO"] == "/quiet" else f'<div data-live="thread:1" data-live-at="{at}"></div>'
        return [
            f'<!doctype html><html lang="sv"><title>Page</title>{listens}<script type="module" src="/recorder.js"></script>'
            '<script type="module" src="/live.js"></script>'.encode()
        ]


@pytest.fixture
def place() -> Iterator[Paged]:
    place = Paged()
    with served(place.application, live=place.open_up) as running:
        place.served = running
        yield place


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def post(number: int) -> dict[str, Any]:
    return {"to": "thread:1", "event": {"type": "post_added", "id": number}}


def test_what_is_announced_reaches_the_element_and_the_document_and_nothing_is_missed(place: Paged, page: Page) -> None:
    place.position = place.hub.position("thread:1")
    place.announce(**post(1))  # after the page was made, before it listens
    page.goto(f"http://localhost:{place.served.port}/")
    page.wait_for_function(HEARD, arg=[["post_added", 1]])
    place.announce(**post(2))
    page.wait_for_function(HEARD, arg=[["post_added", 1], ["post_added", 2]])
    assert page.evaluate("told") == [["post_added", "<p lang=sv>1</p>"], ["post_added", "<p lang=sv>2</p>"]]


def test_a_page_comes_back_by_itself_and_goes_on_where_it_was(place: Paged, page: Page) -> None:
    page.goto(f"http://localhost:{place.served.port}/")
    place.announce(**post(1))
    page.wait_for_function(HEARD, arg=[["post_added", 1]])
    place.in_loop(place.hub.close_all, 4001)
    place.announce(**post(2))
    page.wait_for_function(HEARD, arg=[["post_added", 1], ["back", ""], ["post_added", 2]])


def test_a_page_is_told_of_a_gap_when_the_house_no_longer_knows_what_it_missed(place: Paged, page: Page) -> None:
    place.position = "an-older-house.7"
    page.goto(f"http://localhost:{place.served.port}/")
    page.wait_for_function(HEARD, arg=[["gap", "thread:1"]])
    assert page.evaluate("told") == [["gap", None]]


def test_a_page_where_nothing_listens_opens_no_socket(place: Paged, page: Page) -> None:
    sockets: list[Any] = []
    page.on("websocket", lambda socket: sockets.append(socket))  # noqa: PLW0108 - Playwright wants a function
    page.goto(f"http://localhost:{place.served.port}/quiet", wait_until="networkidle")
    assert sockets == []
    with page.expect_websocket():
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p data-live=\"thread:1\"></p>')")
        page.evaluate("document.dispatchEvent(new Event('live:look'))")
    assert len(sockets) == 1
