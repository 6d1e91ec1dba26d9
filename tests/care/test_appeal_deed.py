"""Asking for another look: answered by somebody who did not do it, or waiting, and what the answer does."""

from __future__ import annotations

import pytest

from dugnad.care import actions
from dugnad.care.models import Appeal, StewardDeed
from dugnad.forum.models import Post, Thread
from dugnad.groups.actions import end_stewardship
from dugnad.groups.models import Membership
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from tests import given
from tests.plain_browser import PlainBrowser

pytestmark = pytest.mark.django_db


def appeal(deed: StewardDeed, by: str = "jonas") -> Appeal:
    return actions.appeal_deed(deed, by=given.person(by), text="It was a joke.")


def answer(asked: Appeal, by: str, *, upheld: bool) -> Appeal:
    return actions.answer_appeal(asked, by=given.person(by), upheld=upheld, answer="I asked both.")


def test_only_whom_it_was_about_appeals_and_once(heated):
    deed = given.deed("hide", heated)
    with pytest.raises(Refused, match="Only the person whom this was about"):
        appeal(deed, by="bram")
    appeal(deed)
    with pytest.raises(Refused, match="You have asked for another look already"):
        appeal(deed)


def test_those_who_can_answer_are_told_and_the_one_who_did_it_cannot(heated):
    asked = appeal(given.deed("hide", heated))
    assert [notice.person for notice in Notice.objects.filter(kind="deed_appealed")] == [given.person("gunnel")]
    for who, words in (("amina", "You did this yourself"), ("jonas", "You asked this yourself"), ("bram", "Only the")):
        with pytest.raises(Refused, match=words):
            answer(asked, who, upheld=True)
    assert [given.client(who).get(f"/care/appeals/{asked.pk}").status_code for who in ("bram", "jonas")] == [404, 404]


def test_it_stands_and_both_sides_read_why(heated):
    deed = given.deed("hide", heated)
    answer(appeal(deed), "gunnel", upheld=True)
    assert Post.objects.get(thread=heated, number=2).hidden_at is not None
    told = {(notice.person.handle, notice.kind): notice.note for notice in Notice.objects.filter(note="I asked both.")}
    assert told == {
        ("jonas-ek", "appeal_upheld"): "I asked both.",
        ("amina-warsame", "appeal_answered"): "I asked both.",
    }
    log = given.said(given.client("bram").get("/g/tenants/care/log"))
    assert "It stands, said Gunnel Åkesson:" in log and "It was a joke." not in log
    with pytest.raises(Refused, match="Somebody answered this already"):
        answer(Appeal.objects.get(), "gunnel", upheld=False)


@pytest.mark.parametrize("kind", ["hide", "hide_thread", "close", "remove", "warn"])
def test_taken_back_everything_it_did_is_undone(heated, group, kind):
    number, who = (1, "leyla") if kind in ("hide_thread", "close") else (2, "jonas")
    deed = given.deed(kind, heated, number)
    answer(appeal(deed, by=who), "gunnel", upheld=False)
    thread = Thread.objects.get(pk=heated.pk)
    assert (thread.hidden_at, thread.closed_at, thread.hidden_count) == (None, None, 0)
    assert Membership.objects.filter(group=group, person=given.person("jonas")).exists()
    assert "Zebra" in given.said(given.client("bram").get(heated.url))
    deed.refresh_from_db()
    assert (deed.undone_by, deed.undone_why) == (given.person("gunnel"), "I asked both.")
    assert Notice.objects.filter(person=given.person(who), kind="appeal_granted").count() == 1


def test_where_nobody_else_looks_after_the_room_the_stewards_of_the_place_read_this_one_thing(heated, group):
    given.steward("turid")
    end_stewardship(group, given.person("gunnel"), by=given.person("amina"))
    asked = appeal(given.deed("hide", heated))
    assert [notice.person for notice in Notice.objects.filter(kind="deed_appealed")] == [given.person("turid")]
    turid = PlainBrowser("turid").open("/care").follow("Read and answer")
    assert turid.says("Zebra") and turid.says("It was a joke.") and not turid.says(heated.title)
    assert given.client("turid").get(heated.url).status_code == 404
    turid.press("Take it back", answer="It reads as a joke to me.")
    assert turid.status == 200 and turid.url == "/care"
    assert Post.objects.get(thread=heated, number=2).hidden_at is None
    assert given.client("turid").get(f"/care/appeals/{asked.pk}").status_code == 404


def test_a_closed_thread_is_opened_again_by_a_steward_of_the_place_who_was_asked(heated, group):
    given.steward("turid")
    end_stewardship(group, given.person("gunnel"), by=given.person("amina"))
    answer(appeal(given.deed("close", heated, 1), by="leyla"), "turid", upheld=False)
    assert Thread.objects.get(pk=heated.pk).closed_at is None


def test_where_nobody_else_exists_it_is_said_to_both_and_waits(heated, group):
    end_stewardship(group, given.person("gunnel"), by=given.person("amina"))
    deed = given.deed("hide", heated)
    waits = "At the moment nobody else is there who could answer."
    jonas = PlainBrowser("jonas").open(f"/care/deeds/{deed.pk}")
    assert jonas.says(waits)
    jonas.press("Ask for another look", text="It was a joke.")
    assert jonas.says(waits)
    assert waits in given.said(given.client("amina").get("/g/tenants/care"))
    given.steward("turid")
    assert PlainBrowser("turid").open("/care").offers("Read and answer")


def test_a_steward_takes_back_what_they_did_and_the_appeal_is_answered_with_it(heated):
    deed = given.deed("hide", heated)
    appeal(deed)
    PlainBrowser("amina").open(f"/care/deeds/{deed.pk}").press("Show the post again", why="I misread it.")
    assert "Zebra" in given.said(given.client("bram").get(heated.url))
    row = Appeal.objects.get()
    assert (row.upheld, row.answered_by, row.answer) == (False, given.person("amina"), "I misread it.")
    jonas = given.said(given.client("jonas").get("/notices"))
    assert "A steward took back what was done about something of yours." in jonas and "I misread it." in jonas


def test_nobody_takes_back_what_was_done_about_themselves(heated):
    by_gunnel = given.post(heated, "Hers.", by="gunnel")
    deed = given.deed("hide", heated, by_gunnel.number)
    with pytest.raises(Refused, match="This was about you"):
        actions.undo_deed(deed, by=given.person("gunnel"), why="No.")
    with pytest.raises(Refused, match="Only the stewards of this room"):
        actions.undo_deed(deed, by=given.person("bram"), why="No.")


def test_words_are_asked_for(heated):
    asked = appeal(given.deed("hide", heated))
    page = PlainBrowser("gunnel").open(f"/care/appeals/{asked.pk}").press("It stands", answer="")
    assert page.status == 422 and page.says("Write your reasons in a sentence or two.")
    assert Appeal.objects.get().answered_at is None
