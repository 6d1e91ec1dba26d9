"""Pages that are reached by a step before them: codes, proofs, what is shown once, the set-up walk, forms that were wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import SECRET, DemoHouse, House
from tests.browser.looking import faults
from tests.browser.people import People

STILL = {"reduced_motion": "reduce"}


def six_digits(secret: str) -> str:
    """What an app shows now for this secret (RFC 6238: SHA-1, half a minute, six digits)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def send(page: Page) -> None:
    """Press the first main button of the page's own forms."""
    page.locator("main form button.main").first.click()


def test_the_code_by_email(people: People) -> None:
    page = people.stranger(**STILL)
    page.goto("/sign-in/")
    page.get_by_label("Your email address").fill("selam-tesfay@example.org")
    send(page)
    expect(page).to_have_url(re.compile("/sign-in/code/"))
    assert faults(page) == []
    page.get_by_label("code").fill("000000")
    send(page)
    expect(page.locator(".wrong")).to_be_visible()
    assert faults(page) == []


def test_asking_to_come_in(people: People) -> None:
    page = people.stranger(**STILL)
    page.goto("/ask/")
    page.locator("[name=name]").fill("Mio")
    page.locator("[name=email]").fill("mio@example.org")
    page.locator("[name=note]").fill("I live across the yard.")
    send(page)
    expect(page).to_have_url(re.compile("/ask/sent/"))
    assert faults(page) == []


def test_signing_up_with_a_link(people: People, house: DemoHouse) -> None:
    page = people.stranger(**STILL)
    page.goto(f"/i/{house.things['invitation']}")
    page.locator("[name=name]").fill("Mio Lind")
    send(page)
    assert page.locator("[name=email]").evaluate("field => field.validity.valueMissing")
    page.locator("[name=email]").fill("mio.lind@example.org")
    for box in page.locator("[name=agree], [name=privacy]").all():
        box.check()
    send(page)
    expect(page).to_have_url(re.compile("/sign-up/code/"))
    assert faults(page) == []


def test_a_new_address(people: People) -> None:
    page = people.person("jonas-ek", **STILL)
    page.goto("/me/security/email/")
    page.locator("main input[type=email]").fill("jonas.ek@example.org")
    send(page)
    expect(page).to_have_url(re.compile("/me/security/email/code/"))
    assert faults(page) == []


def test_the_second_step_and_turning_it_off(people: People) -> None:
    page = people.stranger(**STILL)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sunniva Hauge").click()
    expect(page).to_have_url(re.compile("/sign-in/second-step/"))
    assert faults(page) == []
    page.locator("[name=code]").fill(six_digits(SECRET))
    send(page)
    expect(page).to_have_url(re.compile("/$"))
    page.goto("/me/security/two-steps/off/")
    assert faults(page) == []


def test_proving_it_with_the_password(people: People) -> None:
    page = people.person("ingvild-rekdal", **STILL)
    page.goto("/sign-in/again/password/")
    assert page.locator("[type=password]").count() == 1
    assert faults(page) == []


def test_a_link_that_is_shown_once(people: People) -> None:
    page = people.person("gunnel-akesson", **STILL)
    page.goto("/invitations/")
    send(page)
    expect(page).to_have_url(re.compile("/invitations/new/"))
    assert faults(page) == []
    page.goto("/people/jonas-ek/help-back-in")
    send(page)
    expect(page.locator("main input[readonly], main [data-copy], main code").first).to_be_visible()
    assert faults(page) == []


def test_forms_that_were_wrong_and_previews(people: People) -> None:
    page = people.person("bram-kuipers", java_script_enabled=True, **STILL)
    page.goto("/c/housing/new?kind=need")
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    page.get_by_label("Title").fill("Three ladders")
    send(page)
    expect(page.locator(".wrong").first).to_be_visible()
    assert page.get_by_label("Title").input_value() == "Three ladders"
    assert faults(page) == []
    page.goto("/t/30/reply")
    page.get_by_label("Text").fill("# A heading\n\n- one\n- two\n\n[a link](https://example.org) and `words`")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("This is how it will look")).to_be_visible()
    assert faults(page) == []


@pytest.fixture
def empty(chromium: str, tmp_path: Path) -> House:
    house = House(tmp_path)
    house.open()
    yield house
    house.close()


def test_the_walk_of_the_first_person(browser: Browser, empty: House) -> None:
    people = People(browser, empty.address, {})
    page = people.stranger(**STILL)
    page.goto("/")
    assert faults(page) == []
    page.goto("/sign-up/")  # an empty place lets people ask
    assert faults(page) == []
    page.goto(empty.owner_link())
    assert faults(page) == []
    page.locator("[name=name]").fill("Gunnel Åkesson")
    page.locator("[name=email]").fill("gunnel@example.org")
    for box in page.locator("[name=agree], [name=privacy]").all():
        box.check()
    send(page)
    expect(page).to_have_url(re.compile("/set-up/name$"))
    assert faults(page) == []
    page.get_by_label("What the place is called").fill("Linden")
    page.get_by_label("What it is, in one line").fill("Neighbours at one table")
    send(page)
    expect(page).to_have_url(re.compile("/set-up/languages$"))
    assert faults(page) == []
    send(page)
    expect(page).to_have_url(re.compile("/set-up/agreements$"))
    assert faults(page) == []
    page.get_by_label("Who is responsible").fill("The association")
    page.get_by_label("Email address to write to").fill("us@example.org")
    send(page)
    expect(page).to_have_url(re.compile("/set-up/coming-in$"))
    assert faults(page) == []
    send(page)
    expect(page).to_have_url(re.compile("/set-up/categories$"))
    assert faults(page) == []
    send(page)
    expect(page).to_have_url(re.compile("/set-up/open$"))
    assert faults(page) == []
    send(page)
    expect(page).to_have_url(re.compile("/place/opened$"))
    assert faults(page) == []
    page.goto("/forum")
    assert faults(page) == []
    people.leave()
    assert people.troubles == []
