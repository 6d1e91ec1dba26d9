"""What the pages cost in queries: literal numbers, equal with one row and with three, whatever the length of a thread."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dugnad.forum import actions
from dugnad.kernel.fragments import forget_fragments
from dugnad.kernel.pagecache import forget_pages
from dugnad.kernel.place import Place, forget_place
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place_is_kept(settings, db):
    """The row of the place is kept in memory, as in a house that is open."""
    settings.TESTING = False
    Place(name="Linden", languages=["en"]).save()
    yield
    forget_place()


def fill(rows: int) -> None:
    """A category with threads of several kinds; `rows` of everything that the pages list."""
    jonas = given.newcomer("jonas")
    group = given.group(members=("jonas",))
    given.category("Houses", group=group)
    given.steward("gunnel")
    for number in range(rows):
        within = given.category()
        thread = given.thread(f"Thread {number}", within=within, kind="question", fields={})
        post = given.post(thread, "A ladder", by="leyla")
        given.post(thread, "A ladder too", by="bram")
        actions.accept_answer(post, by=given.person("amina"))
        need = given.thread(f"Need {number}", kind="need", within=within, fields={"where": "Here"})
        actions.change_state(need, "met", by=given.person("amina"), met_by=given.person("leyla"))
        closed = given.thread(f"Closed {number}", within=within)
        actions.close_thread(closed, by=given.person("amina"), outcome="Well.")
        actions.keep_bookmark(post, by=jonas)
        pinned = given.thread(f"Pinned {number}", within=within)
        actions.pin_thread(pinned, by=given.person("gunnel"))
        given.category(f"Another {number}")


def queries(browser, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(address)
    assert answer.status_code == 200
    return len(captured)


def cost(who: str, address: str) -> tuple[int, int]:
    """Queries of a visit for which every piece is printed anew, and of the next, when the pieces are kept."""
    browser = given.client(who)
    browser.get(address)
    forget_fragments()
    forget_pages()
    return queries(browser, address), queries(browser, address)


# Address → queries of a member while every row is printed anew, and when the printed pieces are kept.
PAGES = {
    "/forum": (12, 11),
    "/c/housing": (15, 13),
    "/c/housing?kind=question": (11, 10),
    "/c/housing?show=unread": (15, 13),
    "/": (11, 10),
    "/search?q=ladder": (8, 8) if connection.vendor == "sqlite" else (10, 10),
    "/new-for-me": (9, 8),
    "/me/bookmarks": (6, 6),
    "/new": (5, 5),
    "/people/amina-warsame/threads": (9, 8),
}


def test_lists_cost_a_member_the_same_with_one_row_and_with_three():
    costs = []
    for rows in (1, 3):
        fill(rows)
        costs.append({address: cost("jonas", address) for address in PAGES})
    assert costs == [PAGES, PAGES]


def test_lists_cost_a_stranger_the_same_with_one_row_and_with_three_and_one_query_once_they_are_kept():
    pages = {"/forum": (6, 1), "/c/housing": (8, 1), "/": (6, 1)}
    costs = []
    for rows in (1, 3):
        fill(rows)
        costs.append({address: cost("", address) for address in pages})
    assert costs == [pages, pages]


@pytest.mark.parametrize("length", [0, 2, 60])
def test_a_thread_costs_a_member_the_same_whatever_its_length(length):
    given.newcomer("jonas")
    thread = given.thread()
    if length:
        given.posts(thread, length)
        actions.read_thread(thread, thread.last_number, by=given.person("jonas"))
    assert cost("jonas", thread.url) == (9, 8)
    assert cost("jonas", f"{thread.url}?from=1") == (9, 8)


def test_a_thread_in_which_everything_happened_costs_little_more():
    given.newcomer("jonas")
    before = given.thread("Before")
    thread = given.thread(kind="question", grew_out_of=before)
    for post in (given.post(thread, by="leyla"), given.post(thread, by="bram")):
        actions.add_reaction(post, "thanks", by=given.person("jonas"))
        actions.keep_bookmark(post, by=given.person("jonas"))
    actions.accept_answer(post, by=given.person("amina"))
    given.thread("After", grew_out_of=thread)
    actions.close_thread(thread, by=given.person("amina"), outcome="Well.")
    assert cost("jonas", thread.url) == (11, 10)


def test_a_thread_costs_a_stranger_one_query_once_it_is_kept():
    thread = given.thread()
    given.posts(thread, 30)
    assert cost("", thread.url) == (7, 1)


def test_a_reply_costs_the_same_in_a_short_thread_and_in_a_long_one():
    counts, oona = [], given.person("oona")
    for title, length in (("Short", 1), ("Long", 200)):
        thread = given.thread(title)
        given.posts(thread, length)
        with CaptureQueriesContext(connection) as captured:
            actions.add_post(thread, "One more.", by=oona)
        counts.append(len(captured))
    assert counts == [30, 30]
