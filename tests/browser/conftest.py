"""What every browser test gets: Chromium, the demo house, and people who sit before it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.house import DemoHouse
from tests.browser.people import People

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A page may take its time on a busy machine; a test that waits for what never comes fails all the same.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is. Without it the test is left out, or fails when it was asked for."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), "")
    if not found and {"chromium", "all"} & set(os.environ.get("DUGNAD_TEST_REQUIRE", "").split(",")):
        pytest.fail("Chromium is required, and it is not on this machine")
    if not found:
        pytest.skip("Chromium is not on this machine")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def house(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHouse]:
    """The demo house, open. All tests of a run share it: each writes in threads of its own."""
    demo = DemoHouse(tmp_path_factory.mktemp("house"))
    demo.prepare()
    demo.open()
    yield demo
    demo.close()


@pytest.fixture(scope="session")
def keys() -> dict[str, Any]:
    """Who has signed in already, with the cookies they got."""
    return {}


@pytest.fixture
def people(browser: Browser, house: DemoHouse, keys: dict[str, Any]) -> Iterator[People]:
    """Opens browsers for strangers and for the cast; afterwards each page has stayed quiet and asked no other host."""
    people = People(browser, house.address, keys)
    yield people
    people.leave()
    assert people.troubles == []
