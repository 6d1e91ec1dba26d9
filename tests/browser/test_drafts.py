"""What one types is kept in the browser until it is sent, and not after."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.people import People
from tests.browser.threads import reply, start_thread

KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"
FIELD = "#reply [name=text]"


def test_a_draft_survives_a_reload_and_is_gone_when_it_is_sent(people: People) -> None:
    page = people.person("turid-myklebust")
    thread = start_thread(page, "What to cook for forty")
    page.goto(thread)
    assert page.evaluate(KEPT) == 0
    page.locator(FIELD).press_sequentially("Soup, and")
    expect(page.get_by_text("A draft is kept in this browser until it is sent.")).to_be_visible()
    page.reload()
    expect(page.locator(FIELD)).to_have_value("Soup, and")
    page.locator(FIELD).fill("Soup, and bread.")
    page.get_by_role("button", name="Publish the reply").click()
    expect(page.locator("article", has_text="Soup, and bread.")).to_be_visible()
    page.goto(thread)
    expect(page.locator(FIELD)).to_have_value("")
    assert page.evaluate(KEPT) == 0


def test_a_draft_belongs_to_one_thread_and_one_person(people: People) -> None:
    page = people.person("turid-myklebust")
    first, second = start_thread(page, "Tea"), start_thread(page, "Coffee")
    page.goto(first)
    page.locator(FIELD).press_sequentially("Green")
    page.goto(second)
    expect(page.locator(FIELD)).to_have_value("")
    sign_in_here_as(page, "Jonas Ek")
    page.goto(first)
    expect(page.locator(FIELD)).to_have_value("")


def sign_in_here_as(page: Page, name: str) -> None:
    """Another person sits down before the same browser, without the first having signed out."""
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_role("button", name=name).click()


def test_signing_out_forgets_the_drafts(people: People) -> None:
    page = people.stranger()
    sign_in_here_as(page, "Jonas Ek")
    page.goto("/t/31")
    page.locator(FIELD).press_sequentially("By asking for it back.")
    assert page.evaluate(KEPT) == 1
    page.goto("/sign-out/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    assert page.evaluate(KEPT) == 0


def test_marked_words_are_quoted_into_the_reply(people: People) -> None:
    page = people.person("turid-myklebust")
    thread = start_thread(page, "Quoting half a sentence", "The whole of it is too long.")
    reply(page, thread, "So take a part.")
    page.locator("#post-1 .prose p").evaluate("p => getSelection().setBaseAndExtent(p.firstChild, 4, p.firstChild, 9)")
    page.locator("#post-1").get_by_role("link", name="Reply").click()
    expect(page.locator(FIELD)).to_be_focused()
    assert page.locator(FIELD).input_value().startswith("> whole\n")
