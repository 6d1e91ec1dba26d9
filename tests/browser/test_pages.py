"""Every page for everyone who may see it: axe finds nothing, nothing sticks out on a small phone, the console is quiet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.house import DemoHouse
from tests.browser.looking import faults
from tests.browser.pages import ALL, BEHIND_A_STEP, NO_PAGE, PAGES, SAME_PAGE, STRANGER, WHO, Seen
from tests.browser.people import People
from tests.browser.virtual_device import plug_in_device
from tests.house.doors import doors


@pytest.fixture(scope="module")
def four(browser: Browser, house: DemoHouse, keys: dict[str, Any]) -> Iterator[tuple[People, dict[str, Page]]]:
    """A page for each of the four; Amina has made a passkey."""
    people = People(browser, house.address, keys)
    # Reduced motion: colours must not be on their way from light to dark while axe looks.
    pages = {STRANGER: people.stranger(reduced_motion="reduce")}
    pages |= {who: people.person(handle, reduced_motion="reduce") for who, handle in WHO.items()}
    house.things["passkey"] = passkey_of(people.person("amina-warsame"))
    house.things["changed"] = "/t/5/post/1"
    house.things["own_post"] = first_of_own(pages["member"], "sjoerd-de-wit")
    yield people, pages
    people.leave()


def passkey_of(page: Page) -> str:
    """Adds a passkey on a virtual device; answers its number."""
    plug_in_device(page)
    page.goto("/me/security/passkeys/add/")
    page.locator("main input[type=text]").fill("Telefonen")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/me/security/")
    link = page.locator("a[href*='/passkeys/'][href$='/name/']").get_attribute("href") or ""
    return link.split("/")[-3]


def first_of_own(page: Page, handle: str) -> str:
    """The address of a post of this person in a thread they opened."""
    page.goto(f"/people/{handle}/threads")
    thread = page.locator(".row h3 a").first.get_attribute("href") or ""
    return f"/t/{thread.split('/')[2]}/post/1"


def test_every_door_is_looked_at_or_has_no_page() -> None:
    seen = {page.door for page in PAGES}
    assert {door.name for door in doors()} == seen | BEHIND_A_STEP | NO_PAGE | SAME_PAGE
    assert not (seen | BEHIND_A_STEP) & NO_PAGE
    assert {who for page in PAGES for who in page.by} == set(ALL)


@pytest.mark.parametrize(
    ("who", "seen"),
    [pytest.param(who, seen, id=f"{who}: {seen.address}") for who in ALL for seen in PAGES if who in seen.by],
)
def test_everyone_can_use_the_page(
    four: tuple[People, dict[str, Page]], house: DemoHouse, who: str, seen: Seen
) -> None:
    people, pages = four
    page = pages[who]
    people.troubles.clear()
    answer = page.goto(seen.address.format(**house.things))
    assert answer is not None
    assert answer.status == seen.status
    assert page.locator("h1").count() == 1
    assert faults(page) == []
    assert people.troubles == []
