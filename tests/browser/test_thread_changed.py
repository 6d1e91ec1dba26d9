"""A thread that changes while somebody reads it: head, facts and what one can do come in; posts and texts stay."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.people import People
from tests.browser.threads import reply, start_thread


def test_closing_shows_on_an_open_page_and_the_text_that_is_written_stays(people: People) -> None:
    writer, reader = people.person("jonas-ek"), people.person("oona-mac-a-bhaird")
    thread = start_thread(writer, "Who carries the long table?", category="things-and-places")
    reader.goto(thread)
    reader.locator("#reply [name=text]").fill("I was just about to")
    writer.goto(f"{thread.rpartition('/')[0]}/close")
    writer.locator("[name=outcome]").fill("The neighbours did.")
    writer.locator("main button.main").click()
    expect(reader.get_by_text("This thread changed while you read.")).to_be_visible()
    expect(reader.get_by_role("heading", name="What it led to")).to_be_visible()
    expect(reader.locator("#reply [name=text]")).to_have_value("I was just about to")


def test_a_title_comes_in_without_a_reload(people: People) -> None:
    asking, reader, answering = (people.person(who) for who in ("jonas-ek", "oona-mac-a-bhaird", "selam-tesfay"))
    thread = start_thread(asking, "Which key fits?", category="things-and-places")
    reply(answering, thread, "The brass one.")
    reader.goto(thread)
    reader.evaluate("window.stayed = true")
    asking.goto(f"{thread.rpartition('/')[0]}/edit")
    asking.locator("[name=title]").fill("Which key fits the cellar?")
    asking.locator("main button.main").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Which key fits the cellar?")
    assert reader.evaluate("window.stayed")


def test_a_living_document_that_comes_live_can_be_changed_by_who_reads_it(people: People) -> None:
    writer, reader = people.person("jonas-ek"), people.person("oona-mac-a-bhaird")
    thread = start_thread(writer, "What we bring to the yard", category="things-and-places")
    reader.goto(thread)
    expect(reader.locator("#post-1 a.writers")).to_have_count(0)
    writer.goto(f"{thread.rpartition('/')[0]}/post/1/living")
    writer.locator("main button.main").click()
    expect(reader.locator("#post-1 a.writers")).to_be_visible()
    expect(reader.locator("#post-1")).to_contain_text("Living document")
