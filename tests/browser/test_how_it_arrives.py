"""How pages arrive: in which language, in how many bytes, on how small a screen, and whether anything moves."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import People

LANGUAGES = {"en": "en-GB", "sv": "sv-SE", "nb": "nb-NO", "nn": "nn-NO", "nl": "nl-NL"}
ENOUGH_LANGUAGES = 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_language_of_the_browser_and_posts_say_their_own(people: People, language: str) -> None:
    page = people.stranger(locale=LANGUAGES[language])
    page.goto("/t/34")
    expect(page.locator("html")).to_have_attribute("lang", language)
    wrong = page.locator("article .prose").evaluate_all(
        "(texts, shown) => texts.filter((text) => text.closest('[lang]').lang !== (text.lang || shown)).length",
        language,
    )
    assert wrong == 0
    # The thread is Swedish, and a Swedish page need not say so again.
    assert page.locator("h1").get_attribute("lang") == (None if language == "sv" else "sv")
    page.goto("/forum")
    titles = page.locator("section[aria-labelledby=newest] h3[lang]")
    langs = set(titles.evaluate_all("titles => titles.map((title) => title.lang)"))
    assert language not in langs
    assert len(langs) >= ENOUGH_LANGUAGES


def weigh(page: Page, address: str) -> list[dict[str, Any]]:
    """Opens the page; answers what came over the wire: address, kind, bytes of head and body."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    came: dict[str, dict[str, Any]] = {}
    devtools.on(
        "Network.responseReceived",
        lambda event: came.update(
            {event["requestId"]: {"url": event["response"]["url"], "kind": event["type"], "bytes": 0}}
        ),
    )
    devtools.on(
        "Network.loadingFinished",
        lambda event: came.get(event["requestId"], {}).update(bytes=event["encodedDataLength"]),
    )
    page.goto(address, wait_until="networkidle")
    # The browser draws the calendar and the clock in its own fields from such addresses.
    return [one for one in came.values() if not one["url"].startswith("data:")]


@pytest.mark.parametrize(("who", "most"), [("", 8), ("oona-mac-a-bhaird", 9)], ids=["stranger", "member"])
def test_the_first_view_of_a_thread_is_light(people: People, who: str, most: int) -> None:
    page = people.person(who) if who else people.stranger()
    came = weigh(page, "/t/34?from=1")
    assert page.locator("article").count() == 20
    assert all(one["url"].startswith(people.address) for one in came)
    assert all(one["bytes"] for one in came)
    assert len(came) <= most
    assert sum(one["bytes"] for one in came) <= 60_000
    assert sum(one["bytes"] for one in came if one["kind"] == "Script") <= 20_000


def test_at_400_percent_the_menu_and_the_reply_can_be_used(people: People) -> None:
    page = people.person("oona-mac-a-bhaird", viewport={"width": 320, "height": 256})
    page.goto("/t/31")
    for link in page.get_by_role("navigation", name="Main menu").get_by_role("link").all():
        link.scroll_into_view_if_needed()
        box = link.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        assert box["height"] >= 24
    field, publish = page.locator("#reply [name=text]"), page.get_by_role("button", name="Publish the reply")
    field.scroll_into_view_if_needed()
    field.fill("At four times the size.")
    field.press("End")
    expect(field).to_be_in_viewport(ratio=0.3)
    # What stays at the edge of the screen must leave most of it to the text.
    stuck = page.locator("body *").evaluate_all(
        """all => all.filter((e) => ['fixed', 'sticky'].includes(getComputedStyle(e).position) && e.checkVisibility())
          .map((e) => e.getBoundingClientRect()).filter((box) => box.top < innerHeight && box.bottom > 0)
          .reduce((sum, box) => sum + box.height, 0)"""
    )
    assert stuck <= 128
    publish.click()
    expect(page.locator("article", has_text="At four times the size.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Groups").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_nothing_moves_for_who_wants_no_motion(people: People) -> None:
    moving = "document.getAnimations().filter((one) => one.playState === 'running').length"
    longest = """() => Math.max(...[...document.querySelectorAll('*')].flatMap((e) => {
      const { transitionDuration, animationDuration } = getComputedStyle(e);
      return [...transitionDuration.split(','), ...animationDuration.split(',')].map(parseFloat);
    }))"""
    page = people.person("oona-mac-a-bhaird", reduced_motion="reduce")
    for address in ("/", "/t/31", "/forum", "/groups", "/me/"):
        page.goto(address)
        assert page.evaluate(moving) == 0
        assert page.evaluate(longest) <= 0.01
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
