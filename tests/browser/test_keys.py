"""Single keys: they move, open and press what stands there, rest while one types, and can be switched off for good."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.people import People

FOCUSED = "document.activeElement.closest('.post, .row')?.id ?? ''"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_j_and_k_walk_through_posts_and_the_list_opens_and_closes(people: People) -> None:
    page = people.person("oona-mac-a-bhaird")
    page.goto("/t/27?from=1")
    page.keyboard.press("j")
    expect(page.locator("#post-1")).to_be_focused()
    press(page, "j", "j")
    expect(page.locator("#post-3")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#post-2")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#post-2")).to_be_focused()


def test_keys_press_what_stands_at_the_post(people: People) -> None:
    page = people.person("oona-mac-a-bhaird")
    page.goto("/t/27?from=1")
    page.keyboard.press("j")
    expect(page.locator("#post-1")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("b")
    expect(page.locator("#post-1 button[name=unkeep]")).to_have_count(1)
    page.keyboard.press("r")
    expect(page.locator("#reply textarea")).to_be_focused()
    page.keyboard.type("jjk?")
    expect(page.locator("#reply textarea")).to_have_value("jjk?")
    page.keyboard.press("Escape")
    expect(page.locator("#reply textarea")).not_to_be_focused()
    page.locator("#reply textarea").fill("")


def test_two_keys_go_elsewhere_and_slash_searches(people: People) -> None:
    page = people.person("oona-mac-a-bhaird")
    page.goto("/t/27")
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile("/c/housing$"))
    page.keyboard.press("j")
    expect(page.locator("main .rows > .row").first.locator("h3 a")).to_be_focused()
    press(page, "g", "n")
    expect(page).to_have_url(re.compile("/notices$"))
    page.keyboard.press("/")
    expect(page).to_have_url(re.compile("/search$"))
    page.keyboard.press("/")
    expect(page.locator("main input[type=search]")).to_be_focused()


def test_with_a_modifier_nothing_happens(people: People) -> None:
    page = people.stranger()
    page.goto("/t/27")
    page.keyboard.press("j")
    expect(page.locator("#post-1")).to_be_focused()
    page.keyboard.press("Alt+j")
    page.keyboard.press("Control+j")
    expect(page.locator("#post-1")).to_be_focused()


def test_switched_off_they_stay_off(people: People) -> None:
    for page in (people.person("jonas-ek"), people.stranger()):
        page.goto("/keyboard")
        page.locator("main a.btn, main form[method=post] .btn").click()
        expect(page.get_by_text("The keys are off.")).to_be_visible()
        page.goto("/t/27")
        page.keyboard.press("j")
        page.wait_for_load_state("networkidle")
        assert page.evaluate(FOCUSED) == ""
        page.goto("/keyboard")
        page.locator("main a.btn, main form[method=post] .btn").click()
        expect(page.get_by_text("The keys are off.")).to_have_count(0)
