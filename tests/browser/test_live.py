"""Several browsers in one thread: what one does the others see at once, and nothing that they read moves."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, WebSocket, expect

from tests.browser.house import DemoHouse
from tests.browser.people import People
from tests.browser.threads import reply, start_thread

READING = "post => ({ y: scrollY, top: post.getBoundingClientRect().top })"
LONG = "\n\n".join(["A paragraph about the yard, the benches and the lamps that we hang between the houses."] * 8)


class Line:
    """The sockets of one page, in order, and every message that came over them."""

    def __init__(self, page: Page) -> None:
        self.sockets: list[WebSocket] = []
        self.heard: list[str] = []
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        socket.on("framereceived", lambda frame: self.heard.append(str(frame)))

    def wait_for(self, word: str) -> None:
        """Until a message with this word in it has come over the newest socket, now or before."""
        while not any(word in message for message in self.heard):
            self.sockets[-1].wait_for_event("framereceived")


def listen(page: Page, address: str) -> Line:
    """Opens the page and waits until it has joined its thread or category."""
    line = Line(page)
    with page.expect_websocket():
        page.goto(address)
    line.wait_for("joined")
    return line


def read_in_the_middle(page: Page, number: int) -> Any:
    """Scrolls so that the post stands in the middle; answers where it stands."""
    post = page.locator(f"#post-{number}")
    post.evaluate("post => post.scrollIntoView({ block: 'center', behavior: 'instant' })")
    return post.evaluate(READING)


def thread_of_three(page: Page, title: str, **place: Any) -> str:
    thread = start_thread(page, title, LONG, **place)
    reply(page, thread, f"The second. {LONG}")
    reply(page, thread, f"The third. {LONG}")
    return thread


def post_address(thread: str, number: int) -> str:
    return f"{thread.rpartition('/')[0]}/post/{number}"


def test_a_reply_appears_below_and_nothing_that_is_read_moves(people: People) -> None:
    writer, reader = people.person("per-erik-stahl"), people.person("jonas-ek")
    thread = thread_of_three(writer, "Lamps between the houses")
    listen(reader, thread)
    before = read_in_the_middle(reader, 2)
    reply(writer, thread, "And a ladder.")
    expect(reader.locator("#post-4")).to_contain_text("And a ladder.")
    expect(reader.get_by_role("link", name="1 new post below")).to_be_visible()
    assert reader.locator("#post-2").evaluate(READING) == before
    reply(writer, thread, "Two ladders.")
    line = reader.get_by_role("link", name="2 new posts below")
    expect(line).to_be_visible()
    line.click()
    expect(reader.locator("#post-4")).to_be_in_viewport()


def test_an_edit_replaces_the_text_and_a_deletion_leaves_a_quiet_line(people: People) -> None:
    writer, reader = people.person("per-erik-stahl"), people.person("jonas-ek")
    thread = thread_of_three(writer, "Benches by the gate")
    listen(reader, thread)
    before = read_in_the_middle(reader, 3)
    writer.goto(f"{post_address(thread, 1)}/edit")
    writer.locator("[name=text]").fill(f"Shorter now. {LONG[:200]}")
    writer.get_by_role("button", name="Save the change").click()
    expect(reader.locator("#post-1 .prose")).to_contain_text("Shorter now.")
    expect(reader.get_by_role("link", name="changed once")).to_be_visible()
    assert abs(reader.locator("#post-3").evaluate(READING)["top"] - before["top"]) < 1
    writer.goto(f"{post_address(thread, 2)}/delete")
    writer.get_by_role("button", name="Delete the post").click()
    expect(reader.locator("#post-2")).to_have_text("A post was deleted here.")
    assert "The second." not in reader.content()
    assert abs(reader.locator("#post-3").evaluate(READING)["top"] - before["top"]) < 1


def test_a_stranger_reads_along_without_buttons(people: People) -> None:
    writer, reader = people.person("per-erik-stahl"), people.stranger()
    thread = thread_of_three(writer, "Paint for the stairs")
    listen(reader, thread)
    reply(writer, thread, "Blue, I think.")
    expect(reader.locator("#post-4")).to_contain_text("Blue, I think.")
    expect(reader.locator("#post-4 button, #post-4 summary, #post-4 a.tool")).to_have_count(0)


def test_a_reaction_is_counted_on_the_page_of_the_writer(people: People) -> None:
    writer, reader = people.person("per-erik-stahl"), people.person("jonas-ek")
    thread = start_thread(writer, "Cake on Sunday")
    listen(writer, thread)
    reader.goto(thread)
    thanks = reader.locator("#post-1").get_by_role("button", name=re.compile("Thanks"))
    thanks.click()
    expect(thanks).to_have_attribute("aria-pressed", "true")
    expect(writer.locator("#post-1 .react", has_text="Thanks")).to_contain_text("1")
    assert reader.url.startswith(thread)


def test_a_pushed_reply_of_ones_own_other_window_can_be_edited_there(people: People) -> None:
    writer = people.person("per-erik-stahl")
    thread = start_thread(writer, "Two windows")
    other = writer.context.new_page()
    listen(other, thread)
    reply(writer, thread, "From the first window.")
    post = other.locator("article", has_text="From the first window.")
    expect(post).to_be_visible()
    expect(other.locator("[data-live-line]")).to_be_hidden()
    post.locator("summary").click()
    expect(post.get_by_role("link", name="Edit")).to_be_visible()


def test_the_number_of_notices_changes_on_an_open_page(people: People) -> None:
    reader, writer = people.person("selam-tesfay"), people.person("per-erik-stahl")
    reader.goto("/notices")
    mark = reader.get_by_role("button", name="Mark all as read")
    if mark.count():
        mark.click()
    with reader.expect_websocket():
        reader.goto("/about")
    bell = reader.locator("header a[href='/notices']")
    expect(bell.locator(".num")).to_have_text("")
    start_thread(writer, "A word in Tigrinya", "What would @selam-tesfay say?")
    expect(bell.locator(".num")).to_have_text("1")
    assert "1" in bell.inner_text()


def test_a_category_says_that_a_thread_was_started(people: People) -> None:
    reader, writer = people.person("jonas-ek"), people.person("per-erik-stahl")
    listen(reader, "/c/climate")
    first = reader.locator(".rows .row h3").first.inner_text()
    start_thread(writer, "Snow on the roof", category="climate")
    expect(reader.get_by_text("A new thread was started.")).to_be_visible()
    assert reader.locator(".rows .row h3").first.inner_text() == first


def test_who_is_removed_from_a_group_hears_nothing_more(people: People) -> None:
    removed, steward = people.person("jonas-ek"), people.person("amina-warsame")
    thread = start_thread(steward, "Innan mötet på torsdag", category="husen-i-hjallbo")
    line = listen(removed, thread)
    steward.goto("/g/hyresgaster-hjallbo/members/jonas-ek/remove")
    for field in steward.locator("main textarea, main input[type=text]").all():
        field.fill("Har flyttat.")
    with line.sockets[0].expect_event("close"), removed.expect_websocket():
        steward.locator("main .btn.danger").click()
    line.wait_for("refused")
    reply(steward, thread, "Det hemliga numret är sju.")
    # What is sent to the person proves that the line is open and that nothing else was on it before.
    start_thread(people.person("per-erik-stahl"), "Who takes the stairs", "Does @jonas-ek?")
    expect(removed.locator("header [data-unread-notices]")).not_to_have_text("")
    assert not [message for message in line.heard if "sju" in message or "post_added" in message]
    expect(removed.locator("article")).to_have_count(1)
    answer = removed.goto(thread)
    assert answer
    assert answer.status == 404
    assert "torsdag" not in removed.locator("main").inner_text()


def test_after_a_restart_the_page_comes_back_and_shows_what_it_missed(people: People, house: DemoHouse) -> None:
    writer, reader = people.person("per-erik-stahl"), people.person("selam-tesfay")
    thread = thread_of_three(writer, "While nobody looked")
    line = listen(reader, thread)
    before = read_in_the_middle(reader, 2)
    reader.context.set_offline(True)
    with line.sockets[-1].expect_event("close"):
        house.close()
    house.open()
    reply(writer, thread, "Written while the line was down.")
    writer.goto(f"{post_address(thread, 3)}/edit")
    writer.locator("[name=text]").fill("The third, changed.")
    writer.get_by_role("button", name="Save the change").click()
    reader.context.set_offline(False)
    expect(reader.locator("#post-4")).to_contain_text("Written while the line was down.")
    expect(reader.locator("#post-3")).to_contain_text("The third, changed.")
    assert reader.locator("#post-2").evaluate(READING) == before
    reply(writer, thread, "And live again.")
    expect(reader.locator("#post-5")).to_contain_text("And live again.")
    people.troubles.clear()  # the line was down: the browser says so on its console


def test_a_page_that_missed_something_asks_again_until_the_house_can_answer(people: People) -> None:
    writer, reader = people.person("per-erik-stahl"), people.person("jonas-ek")
    thread = start_thread(writer, "Who heard the bell?")
    reader.route_web_socket(re.compile("/live"), lambda _socket: None)
    reader.goto(thread)
    reply(writer, thread, "While nobody listened.")
    away = [503]
    reader.route(re.compile(r"\?from="), lambda route: route.fulfill(status=away.pop()) if away else route.continue_())
    reader.evaluate("document.querySelector('.posts').dispatchEvent(new CustomEvent('live:gap'))")
    expect(reader.locator("#post-2")).to_contain_text("While nobody listened.", timeout=20_000)
    assert away == []
