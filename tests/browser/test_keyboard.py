"""The main path with the keys Tab, Enter and Space and with typing: from a stranger's home page to a closed thread."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.people import People

MOST_STEPS = 150
FOCUSED = """(words) => {
  const at = document.activeElement;
  if (!at || at === document.body) return "";
  const label = at.labels?.[0]?.textContent ?? "";
  return [label, at.getAttribute("aria-label") ?? "", at.textContent, at.value ?? ""].join(" ").replace(/\\s+/g, " ").trim();
}"""
VISIBLE = """() => {
  const at = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


def tab_to(page: Page, words: str, *, back: bool = False) -> None:
    """Press Tab until what has the focus says `words`; every stop on the way shows where the focus is."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        found = page.evaluate(FOCUSED)
        assert not found or page.evaluate(VISIBLE), f"the focus cannot be seen on “{found[:80]}”"
        if re.search(words, found):
            return
    raise AssertionError(f"Tab does not come to “{words}”")


def enter(page: Page, words: str) -> None:
    """Tab to a link or button and press Enter; the next page is there afterwards."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, label: str, words: str) -> None:
    tab_to(page, label)
    page.keyboard.type(words)


def come_in(page: Page, name: str) -> None:
    page.goto("/")
    enter(page, "^Sign in$")
    enter(page, f"^{name}")
    expect(page).to_have_url(re.compile("/$"))


def test_a_need_is_written_answered_met_and_closed_by_keyboard(people: People) -> None:
    asking, answering = people.stranger(), people.stranger()
    come_in(asking, "Oona")
    enter(asking, "^Forum$")
    enter(asking, "^Things and places")
    enter(asking, "^Start a thread$")
    enter(asking, "^Need$")
    write(asking, "^Title", "Two ladders for Sunday")
    write(asking, "^What do you need", "We hang the lamps between the houses, three metres up.")
    enter(asking, "^Publish the thread$")
    expect(asking.get_by_role("heading", level=1, name="Two ladders for Sunday")).to_be_visible()

    come_in(answering, "Jonas Ek")
    answering.goto(asking.url)
    write(answering, "^Text", "I have both, and a van.")
    enter(answering, "^Publish the reply$")
    expect(answering.locator("article", has_text="I have both, and a van.")).to_be_visible()

    asking.reload()
    post = asking.locator("article", has_text="I have both, and a van.")
    expect(post).to_be_visible()
    thanks = post.get_by_role("button", name="Thanks")
    tab_to(asking, "^Thanks")
    with asking.expect_response(re.compile("/deeds$")):
        asking.keyboard.press("Space")
    expect(thanks).to_have_attribute("aria-pressed", "true")

    enter(asking, "^Say where it stands$")
    tab_to(asking, "^Where it stands")
    asking.keyboard.type("met")
    tab_to(asking, "^Thanks to")
    asking.keyboard.type("Jonas")
    enter(asking, "^Save$")
    expect(asking.locator(".kindline")).to_contain_text("met")
    enter(asking, "^Close with an outcome$")
    write(asking, "^What did it lead to", "The lamps hang. The ladders are back.")
    enter(asking, "^Close the thread$")
    expect(asking.get_by_role("heading", name="What it led to")).to_be_visible()
    expect(asking.get_by_text("The lamps hang. The ladders are back.")).to_be_visible()


def test_the_first_tab_leads_past_the_menu(people: People) -> None:
    page = people.stranger()
    page.goto("/t/27")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


def test_a_menu_opens_with_enter_and_closes_with_escape(people: People) -> None:
    page = people.person("oona-mac-a-bhaird")
    page.goto("/t/27")
    menu = page.locator("#post-1 details.more")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    assert menu.evaluate("menu => menu.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_ctrl_and_enter_send_a_reply(people: People) -> None:
    page = people.person("oona-mac-a-bhaird")
    page.goto("/t/31")
    page.get_by_label("Text").fill("With a list on the door, and a name.")
    page.get_by_label("Text").press("Control+Enter")
    expect(page.locator("article", has_text="With a list on the door, and a name.")).to_be_visible()
