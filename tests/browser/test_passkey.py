"""A passkey in a real browser: the owner link lets somebody in, the browser makes a passkey and signs in with it.

The device is Chromium's virtual authenticator, over the DevTools protocol.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House
from tests.browser.virtual_device import plug_in_device


@pytest.fixture(scope="module")
def owner_link(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served, empty place, and the link that lets its first person in."""
    house = House(tmp_path_factory.mktemp("place"))
    house.open()
    yield house.owner_link()
    house.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    yield context.new_page()
    context.close()


def test_a_passkey_is_made_and_signs_in(page, owner_link):
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    house = owner_link.split("/i/")[0]
    plug_in_device(page)

    page.goto(owner_link)
    page.get_by_label("The name others see").fill("Gunnel Åkesson")
    page.get_by_label("Your email address").fill("gunnel@example.org")
    for box in page.locator("input[name=agree], input[name=privacy]").all():
        box.check()
    page.get_by_role("button", name="Create the account").click()
    expect(page).to_have_url(re.compile("/set-up/"))

    page.goto(f"{house}/me/security/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What you call it").fill("Telefonen")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page).to_have_url(f"{house}/me/security/recovery-codes/")
    page.goto(f"{house}/me/security/")
    expect(page.get_by_role("heading", name="Telefonen")).to_be_visible()

    page.goto(f"{house}/sign-out/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto(f"{house}/me/security/")
    expect(page).to_have_url(f"{house}/sign-in/?next=/me/security/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{house}/me/security/")
    assert troubles == []


def test_whoever_says_no_to_the_device_reads_what_else_there_is(page, owner_link):
    house = owner_link.split("/i/")[0]
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'))")
    page.goto(f"{house}/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("No passkey was used. Try again, or choose another way.")).to_be_visible()
    expect(page).to_have_url(f"{house}/sign-in/")


def test_without_script_the_button_is_not_there_and_the_page_says_so(browser, owner_link):
    house = owner_link.split("/i/")[0]
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{house}/sign-in/")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    context.close()
