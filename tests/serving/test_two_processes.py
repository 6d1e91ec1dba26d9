"""Two processes serve one place on one PostgreSQL, with Redis between them: whoever asks either hears the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from dugnad.site.drill.room import Room
from tests.serving.neighbours import SOON, Neighbours, hear, two_houses, within

pytestmark = [
    pytest.mark.processes,
    pytest.mark.postgres,
    pytest.mark.redis,
    # The processes have databases of their own: once is enough.
    pytest.mark.skipif("DUGNAD_DATABASE_URL" in os.environ, reason="runs with the tests on SQLite"),
]


@pytest.fixture(scope="module")
def street() -> Iterator[Neighbours]:
    with ExitStack() as stack:
        room = Room()
        stack.callback(room.close)
        yield two_houses(room.folder, stack)


def closing_code(line: ClientConnection) -> int | None:
    """The code with which the socket was closed, after whatever was said before."""
    try:
        while True:
            line.recv(timeout=SOON)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def test_a_post_at_one_is_live_at_the_other_with_the_next_number(street: Neighbours) -> None:
    thread = street.street["open"]
    page = street.get(street.b, thread["url"], "leyla")
    at = street.live_at(page)
    number = int(at.partition(".")[2])
    with street.socket(street.b, "leyla", f"thread:{thread['id']}", at) as line:
        assert hear(line) == {"joined": f"thread:{thread['id']}", "seq": number, "epoch": at.partition(".")[0]}
        for step, text in enumerate(("In the cellar.", "Behind the door."), start=1):
            answer = street.reply(street.a, "jonas", text)
            assert answer.status == 302
            while (delta := hear(line)).get("on") != f"thread:{thread['id']}":
                pass
            assert delta["seq"] == number + step
            (event,) = delta["events"]
            assert event["type"] == "post_added"
            assert answer.headers["location"] == f"/t/{thread['id']}/post/{event['number']}"
            assert text in event["html"]


def test_unread_notices_are_counted_alike_and_told_at_the_other(street: Neighbours) -> None:
    amina = street.street["people"]["amina"]["id"]
    with street.socket(street.b, "amina", f"thread:{street.street['open']['id']}") as line:
        assert hear(line)["joined"]
        street.reply(street.a, "oona", "I have one to lend.")
        while (said := hear(line)).get("on") != f"person:{amina}":
            pass
        (event,) = said["events"]
        assert event["type"] == "notice"
        mark = f"data-unread-notices>{event['unread']}</span>"
        assert all(mark in street.get(house, "/people", "amina").text for house in (street.a, street.b))


def test_a_page_kept_for_strangers_is_made_anew_after_a_deed_at_the_other(street: Neighbours) -> None:
    url = street.street["open"]["url"]
    for _twice in range(2):
        assert "Under the stairs lies another" not in street.get(street.b, url).text
    assert street.reply(street.a, "jonas", "Under the stairs lies another.").status == 302
    assert "Under the stairs lies another" in street.get(street.b, url).text


def test_a_new_name_stands_at_the_other_at_once(street: Neighbours) -> None:
    pages = [(path, who) for path in ("/c/tools", street.street["open"]["url"]) for who in ("", "leyla", "jonas")]
    assert all("Amina Warsame" in street.get(street.b, path, who).text for path, who in pages)
    profile = {"about": "", "place_name": "", "language": "sv", "time_zone": ""}
    assert street.post(street.a, "/me/profile", "amina", name="Amina Nur", **profile).status == 302
    for path, who in pages:
        text = street.get(street.b, path, who).text
        assert ("Amina Warsame" in text, "Amina Nur" in text) == (False, True)


def test_who_is_removed_at_one_is_hung_up_at_the_other_and_finds_nothing_there(street: Neighbours) -> None:
    inside = street.street["inside"]
    assert street.get(street.b, inside["url"], "jonas").status == 200
    with street.socket(street.b, "jonas", f"thread:{inside['id']}") as line:
        assert hear(line)["joined"] == f"thread:{inside['id']}"
        remove = f"/g/{street.street['group']}/members/{street.street['people']['jonas']['handle']}/remove"
        assert street.post(street.a, remove, "amina", reason="Moved away.").status == 302
        assert closing_code(line) == 4001
    assert street.get(street.b, inside["url"], "jonas").status == 404
    with street.socket(street.b, "jonas", f"thread:{inside['id']}") as line:
        assert hear(line) == {"refused": f"thread:{inside['id']}"}


def test_what_is_too_often_is_counted_together(street: Neighbours) -> None:
    answers = [street.get((street.a, street.b)[turn % 2], "/search?q=drill", "leyla").status for turn in range(42)]
    assert answers == [200] * 40 + [429] * 2


def test_what_only_one_may_do_is_done_once(street: Neighbours) -> None:
    within(SOON, lambda: all(f"dugnad.clock: {job}: " in street.said() for job in street.street["daily"]))
    said = street.said()
    assert {job: said.count(f"dugnad.clock: {job}: ") for job in street.street["daily"]} == dict.fromkeys(
        street.street["daily"], 1
    )
    assert len(street.rows("SELECT holder FROM kernel_stamp WHERE name = 'lease:mail' AND holder <> ''")) == 1
    street.reply(street.a, "leyla", "One for the mail.")
    street.reply(street.b, "leyla", "And another.")
    within(SOON, lambda: not street.rows("SELECT 1 FROM kernel_mail WHERE sent_at IS NULL"))
    numbers = {number for (number,) in street.rows("SELECT message_id FROM kernel_mail")}
    assert dict(street.office.taken) == dict.fromkeys(numbers, 1)


def test_one_serves_while_the_other_comes_back(street: Neighbours) -> None:
    thread = street.street["open"]
    street.a.kill()
    assert street.reply(street.b, "leyla", "Alone for a while.").status == 302
    street.a.start()
    with street.socket(street.a, "leyla", f"thread:{thread['id']}") as line:
        assert hear(line)["joined"]
        street.reply(street.b, "leyla", "Together again.")
        while (said := hear(line)).get("on") != f"thread:{thread['id']}":
            pass
        assert "Together again." in said["events"][0]["html"]


def test_while_redis_is_away_pages_are_right_and_hang_ups_arrive_and_then_all_heals(street: Neighbours) -> None:
    inside, thread = street.street["inside"], street.street["open"]
    with (
        street.socket(street.b, "leyla", f"thread:{inside['id']}") as line,
        street.socket(street.a, "amina", f"thread:{thread['id']}") as own,
    ):
        assert hear(line)["joined"]
        assert hear(own)["joined"]
        street.redis.stop()
        assert street.reply(street.a, "oona", "Still here.").status == 302
        while hear(own).get("on") != f"thread:{thread['id']}":
            pass
        assert "Still here." in street.get(street.b, thread["url"]).text
        remove = f"/g/{street.street['group']}/members/{street.street['people']['leyla']['handle']}/remove"
        assert street.post(street.a, remove, "amina", reason="Moved away.").status == 302
        assert closing_code(line) == 4001
        assert street.get(street.b, inside["url"], "leyla").status == 404
        street.redis.start()
        assert closing_code(own) == 4002
    within(SOON, lambda: _is_heard(street))


def _is_heard(street: Neighbours) -> bool:
    thread = street.street["open"]
    with street.socket(street.b, "amina", f"thread:{thread['id']}") as line:
        hear(line)
        street.reply(street.a, "oona", "Do you hear me?")
        try:
            return any(f"thread:{thread['id']}" == hear(line).get("on") for _twice in range(2))
        except (TimeoutError, ConnectionClosed):
            return False


def test_while_the_database_is_away_pages_say_so_and_then_all_heals_by_itself(street: Neighbours) -> None:
    thread = street.street["open"]
    assert street.get(street.b, "/", "amina").status == 200
    street.postgres.stop(at_once=True)
    for house in (street.a, street.b):
        assert not house.is_well()
    page = street.get(street.b, thread["url"], "amina")
    assert (page.status, page.headers["retry-after"], page.headers["content-language"]) == (503, "10", "sv")
    lost = street.reply(street.b, "amina", "Nothing of this is lost.")
    assert lost.status == 503
    assert "Nothing of this is lost.</textarea>" in lost.text
    street.postgres.start()
    for house in (street.a, street.b):
        assert within(SOON, house.is_well)
    assert street.reply(street.b, "amina", "Nothing of this is lost.").status == 302
    assert street.get(street.a, thread["url"]).text.count("Nothing of this is lost.") >= 1
    street.reply(street.a, "oona", "The mail goes out again.")
    within(40, lambda: not street.rows("SELECT 1 FROM kernel_mail WHERE sent_at IS NULL"))
    assert _is_heard(street)
    assert all(house.runs() for house in (street.a, street.b))
