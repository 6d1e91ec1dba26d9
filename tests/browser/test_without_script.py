"""Every deed by plain pages and forms, with JavaScript off."""

from __future__ import annotations

import io
import re

from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.people import People
from tests.browser.threads import reply, start_thread

PLAIN = {"java_script_enabled": False}


def picture() -> FilePayload:
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(kept, "PNG")
    return {"name": "yard.png", "mimeType": "image/png", "buffer": kept.getvalue()}


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def test_from_a_stranger_to_a_closed_thread(people: People) -> None:
    page = people.stranger(**PLAIN)
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_role("button", name="Oona").click()
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Forum").click()
    page.get_by_role("link", name="Things and places to lend").first.click()
    page.get_by_role("link", name="Start a thread").first.click()
    page.get_by_role("link", name="Need", exact=True).click()
    page.get_by_label("Title").fill("A cargo bike on Friday")
    page.get_by_label("What do you need").fill("For **forty** chairs.")
    press(page, "Preview")
    expect(page.locator(".sheet .prose strong")).to_have_text("forty")
    expect(page.get_by_label("Title")).to_have_value("A cargo bike on Friday")
    press(page, "Publish the thread")
    expect(page.get_by_role("heading", level=1)).to_have_text("A cargo bike on Friday")
    thread = page.url

    helper = people.person("jonas-ek", **PLAIN)
    reply(helper, thread, "Take mine.")
    page.goto(thread)
    page.locator("article", has_text="Take mine.").get_by_role("button", name="Thanks").click()
    expect(
        page.locator("article", has_text="Take mine.").get_by_role("button", name=re.compile("Thanks"))
    ).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Say where it stands").click()
    page.get_by_label("Where it stands").select_option(label="met")
    page.get_by_label("Thanks to").select_option(label="Jonas Ek")
    press(page, "Save")
    expect(page.locator(".kindline")).to_contain_text("met")
    page.get_by_role("link", name="Close with an outcome").click()
    page.get_by_label("What did it lead to?").fill("All chairs in two rounds.")
    press(page, "Close the thread")
    expect(page.get_by_role("heading", name="What it led to")).to_be_visible()
    helper.goto(thread)
    expect(helper.locator("#reply [name=text]")).to_have_count(0)


def test_a_picture_with_its_description_is_added_to_a_reply(people: People) -> None:
    page = people.person("oona-mac-a-bhaird", **PLAIN)
    page.goto(start_thread(page, "What the yard looks like"))
    page.locator("#reply [name=text]").fill("Before the benches:")
    page.get_by_text("Pictures, files, language").click()
    page.locator("[name=upload]").set_input_files(picture())
    press(page, "Add to the text")
    expect(page.locator(".wrong").first).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value("Before the benches:")
    page.locator("[name=upload]").set_input_files(picture())
    page.get_by_label("What the picture shows").fill("A green yard without benches")
    press(page, "Add to the text")
    expect(page.locator(".sheet img")).to_have_attribute("alt", "A green yard without benches")
    press(page, "Publish the reply")
    shown = page.locator("article img")
    expect(shown).to_have_attribute("alt", "A green yard without benches")
    answer = page.request.get(shown.get_attribute("src") or "")
    assert (answer.status, answer.headers["content-type"].partition("/")[0]) == (200, "image")


def test_a_reply_quotes(people: People) -> None:
    page = people.person("oona-mac-a-bhaird", **PLAIN)
    thread = start_thread(page, "Who waters the tomatoes", "Somebody must.")
    page.goto(thread)
    page.locator("#post-1").get_by_role("link", name="Reply").click()
    expect(page.locator("[name=text]")).to_have_value(re.compile("^> .*wrote:\n>\n> Somebody must\\."))
    page.locator("[name=text]").fill(page.locator("[name=text]").input_value() + "\n\nI do, on Mondays.")
    press(page, "Publish the reply")
    expect(page.locator("article blockquote")).to_contain_text("Somebody must.")


def test_of_two_tabs_that_edit_the_second_sees_both_texts(people: People) -> None:
    page = people.person("oona-mac-a-bhaird", **PLAIN)
    thread = start_thread(page, "The key to the cellar", "It hangs by the door.")
    edit = f"{thread.rpartition('/')[0]}/post/1/edit"
    other = page.context.new_page()
    page.goto(edit)
    other.goto(edit)
    page.locator("[name=text]").fill("It hangs behind the door.")
    press(page, "Save the change")
    expect(page.locator("#post-1 .prose")).to_have_text("It hangs behind the door.")
    other.locator("[name=text]").fill("Ask Selam for it.")
    press(other, "Save the change")
    expect(other.locator("[role=alert]")).to_contain_text("It hangs behind the door.")
    expect(other.locator("[name=text]")).to_have_value("Ask Selam for it.")
    press(other, "Save the change")
    expect(other.locator("#post-1 .prose")).to_have_text("Ask Selam for it.")
    other.get_by_role("link", name="changed 2 times").click()
    expect(other.locator("main")).to_contain_text("It hangs by the door.")


def test_a_post_is_deleted_and_a_quiet_line_stays(people: People) -> None:
    page = people.person("oona-mac-a-bhaird", **PLAIN)
    thread = start_thread(page, "A word too much")
    reply(page, thread, "I should not have said this.")
    post = page.locator("article", has_text="I should not have said this.")
    post.locator("summary").click()
    post.get_by_role("link", name="Delete").click()
    press(page, "Delete the post")
    expect(page.locator("#post-2")).to_have_text("A post was deleted here.")


def test_bookmarks_and_following(people: People) -> None:
    page = people.person("oona-mac-a-bhaird", **PLAIN)
    page.goto("/t/19?from=1")
    page.locator("#post-1 summary").click()
    page.locator("#post-1").get_by_role("button", name="Bookmark").click()
    page.goto("/me/bookmarks")
    expect(page.locator(".row").first).to_contain_text("They came once")
    page.goto("/t/19")
    page.locator("details.follow summary").click()
    press(page, "Mute: keep it quiet")
    expect(page.locator("details.follow summary")).to_have_text("This is muted")


def test_search_finds_words_in_another_form(people: People) -> None:
    page = people.stranger(**PLAIN)
    page.goto("/")
    page.locator("header a[href='/search']").click()
    page.get_by_label("Words to look for").fill("thermometer")
    press(page, "Search")
    expect(
        page.get_by_role("link", name="Fifty thermometers, four countries, one cold fortnight").first
    ).to_be_visible()


def test_language_and_theme(people: People) -> None:
    for page in (people.stranger(**PLAIN), people.person("selam-tesfay", **PLAIN)):
        page.goto("/forum")
        page.locator("footer details summary").click()
        page.locator("footer details").get_by_text("norsk nynorsk").click()
        expect(page.locator("html")).to_have_attribute("lang", "nn")
        page.locator("footer .to-dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.locator("footer .to-light").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
        page.locator("footer details summary").click()
        page.locator("footer details").get_by_text("English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_mention_is_a_notice_that_leads_to_the_post(people: People) -> None:
    writer = people.person("oona-mac-a-bhaird", **PLAIN)
    start_thread(writer, "Who can interpret", "Perhaps @bram-kuipers knows somebody.")
    page = people.person("bram-kuipers", **PLAIN)
    page.goto("/notices")
    page.get_by_role("link", name=re.compile("Who can interpret")).first.click()
    expect(page.locator("#post-1")).to_contain_text("knows somebody")
    page.goto("/notices")
    if page.get_by_role("button", name="Mark all as read").count():
        press(page, "Mark all as read")
    expect(page.locator(".row.new")).to_have_count(0)


def test_joining_and_leaving_a_group(people: People) -> None:
    page = people.person("bram-kuipers", **PLAIN)
    page.goto("/g/solhaug")
    press(page, "Join")
    page.get_by_role("link", name="Oppslag").first.click()
    expect(page.get_by_role("link", name=re.compile("Vannet er stengt")).first).to_be_visible()
    page.goto("/g/solhaug/leave")
    press(page, "Leave the group")
    page.goto("/g/solhaug")
    expect(page.get_by_role("button", name="Join")).to_be_visible()


def test_asking_for_everything_about_oneself(people: People) -> None:
    page = people.person("selam-tesfay", **PLAIN)
    page.goto("/me/export")
    press(page, "Make the file")
    ready = page.get_by_role("link", name="Download the file")
    for _look in range(60):
        again = page.get_by_role("link", name="Look again")
        if not again.count():
            break
        again.click()
    with page.expect_download() as download:
        ready.click()
    assert download.value.suggested_filename.endswith(".zip")


def test_blocking_and_unblocking(people: People) -> None:
    page = people.person("selam-tesfay", **PLAIN)
    page.goto("/people/nienke-postma")
    press(page, "Block Nienke Postma")
    page.goto("/me/blocked")
    expect(page.locator(".row")).to_contain_text("Nienke Postma")
    press(page, "Unblock Nienke Postma")
    page.goto("/me/blocked")
    expect(page.locator(".row")).to_have_count(0)
