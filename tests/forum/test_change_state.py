"""Saying where a need, an offer or a project stands: each kind's states, who is thanked, what the page says."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Thread
from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db

SAID = {
    "need": {"open": "open", "met": "met", "withdrawn": "withdrawn"},
    "offer": {"open": "open", "taken_up": "taken up", "withdrawn": "withdrawn"},
    "project": {
        "idea": "idea", "looking": "looking for people", "under_way": "under way", "done": "done", "resting": "put to rest",
    },
}  # fmt: skip


def change(thread: Thread, state: str, who: str = "amina", **more):
    return actions.change_state(thread, state, by=given.person(who), **more)


def send(who: str, thread: Thread, **typed: str):
    return given.client(who).post(f"/t/{thread.pk}/state", typed)


def test_the_states_of_each_kind_are_these():
    with_states = {kind.name: [state.name for state in kind.states] for kind in KINDS.values() if kind.states}
    assert with_states == {kind: list(states) for kind, states in SAID.items()} | {"question": ["open", "answered"]}


@pytest.mark.parametrize(
    ("kind", "state", "words"), [(k, s, w) for k, states in SAID.items() for s, w in states.items()]
)
def test_each_state_is_chosen_in_the_form_and_said_in_the_list(kind, state, words):
    thread = given.thread(kind=kind)
    assert send("amina", thread, state=state).status_code == 302
    thread.refresh_from_db()
    assert thread.state == state
    page = given.said(given.client().get(thread.category.url))
    assert f'<span class="kind">{KINDS[kind].label}</span>, {words}' in page


@pytest.mark.parametrize("kind", ["talk", "experience", "announcement"])
def test_kinds_without_states_have_none_to_choose(kind):
    thread = given.thread(kind=kind, by="gunnel", within=given.category())
    with pytest.raises(Refused) as refused:
        change(thread, "open", "gunnel")
    assert str(refused.value) == "A thread of this kind has no states."


def test_a_state_of_another_kind_is_refused():
    need = given.thread(kind="need")
    with pytest.raises(ValueError, match="need"):
        change(need, "under_way")
    assert send("amina", need, state="under_way").status_code == 422
    need.refresh_from_db()
    assert need.state == "open"


def test_a_question_is_answered_by_a_post_not_by_choosing_so():
    question = given.thread(kind="question")
    with pytest.raises(ValueError, match="question"):
        change(question, "answered")
    assert send("amina", question, state="answered").status_code == 422


def test_who_started_it_and_stewards_may():
    need = given.thread(kind="need")
    given.steward("gunnel")
    assert [policies.can_change_state(given.viewer(who), need).ok for who in ("amina", "gunnel", "leyla", "")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert send("leyla", need, state="met").status_code == 403


def test_in_a_group_its_stewards_may_and_those_of_the_place_may_not():
    group = given.group(members=("leyla", "gunnel"))
    need = given.thread(kind="need", by="leyla", within=given.category("Houses", group=group))
    given.steward("gunnel")
    assert [policies.can_change_state(given.viewer(who), need).ok for who in ("leyla", "amina", "gunnel")] == [
        True,
        True,
        False,
    ]


def test_a_need_that_is_met_names_whom_to_thank_and_tells_them():
    need = given.thread("A ladder for Saturday", kind="need")
    given.post(need, by="leyla")
    Notice.objects.all().delete()
    Mail.objects.all().delete()
    change(need, "met", met_by=given.person("leyla"), note="She came with two.")
    need.refresh_from_db()
    assert (need.state, need.met_by, need.state_note) == ("met", given.person("leyla"), "She came with two.")
    told = Notice.objects.get()
    assert (told.kind, told.person, told.url) == ("need_met", given.person("leyla"), need.url)
    mail = Mail.objects.get()
    assert (mail.to, "She came with two." in mail.text) == ("leyla@example.org", True)
    for address in (need.category.url, need.url):
        assert "met, thanks to Leyla Demir" in given.said(given.client().get(address))


def test_an_offer_is_taken_up_by_somebody():
    offer = given.thread(kind="offer")
    change(offer, "taken_up", met_by=given.person("leyla"))
    assert "taken up by Leyla Demir" in given.said(given.client().get(offer.url))


def test_only_states_that_ask_who_keep_a_name():
    need = given.thread(kind="need")
    change(need, "met", met_by=given.person("leyla"))
    assert change(need, "withdrawn", met_by=given.person("leyla")).met_by is None


def test_thanking_again_after_reopening_does_not_tell_twice():
    need = given.thread(kind="need")
    for state in ("met", "open", "met"):
        change(need, state, met_by=given.person("leyla"))
    assert Notice.objects.filter(kind="need_met").count() == 1


def test_the_form_offers_those_who_wrote_and_still_stand_by_it():
    need = given.thread(kind="need", by="amina")
    for who in ("leyla", "bram", "amina"):
        given.post(need, by=who)
    actions.delete_post(need.posts.get(number=3), by=given.person("bram"))
    shown = given.client("amina").get(f"/t/{need.pk}/state")
    assert shown.context["form"].fields["met_by"].choices[1:] == [("leyla-demir", "Leyla Demir")]
    send("amina", need, state="met", met_by="leyla-demir")
    need.refresh_from_db()
    assert need.met_by == given.person("leyla")


def test_somebody_who_did_not_write_is_not_named_through_the_form():
    need = given.thread(kind="need")
    given.person("jonas")
    answer = send("amina", need, state="met", met_by="jonas-ek", note="Kept note")
    need.refresh_from_db()
    assert (answer.status_code, need.state) == (422, "open")
    assert "Choose one of those who wrote in the thread." in given.said(answer)
    assert "Kept note" in given.said(answer)


def test_the_form_begins_with_how_it_stands():
    need = given.thread(kind="need")
    given.post(need, by="leyla")
    change(need, "met", met_by=given.person("leyla"), note="Two.")
    page = given.client("amina").get(f"/t/{need.pk}/state")
    assert (page.context["form"]["state"].value(), page.context["form"]["note"].value()) == ("met", "Two.")
    assert '<option value="leyla-demir" selected>' in given.said(page)


def test_one_happening_is_recorded_with_before_and_now():
    project = given.thread(kind="project")
    change(project, "looking")
    happening = Happening.objects.get(verb="state_changed")
    assert (happening.thing, happening.payload) == (f"thread:{project.pk}", {"before": "idea", "now": "looking"})


def test_a_project_shows_its_way_and_where_it_is():
    project = given.thread(kind="project", fields={"what_for": "A common kitchen."})
    change(project, "under_way")
    page = given.said(given.client().get(project.url))
    assert '<li aria-current="step">under way</li>' in page
    assert page.count('<li class="done">') == 2
    assert "put to rest" not in page


def test_a_project_put_to_rest_shows_rest_instead_of_done():
    project = given.thread(kind="project")
    change(project, "resting", note="Until somebody has time.")
    page = given.said(given.client().get(project.url))
    assert '<li aria-current="step">put to rest</li>' in page
    assert ">done</li>" not in page
    assert "Until somebody has time." in page


def test_a_closed_thread_is_reopened_first():
    need = given.thread(kind="need")
    actions.close_thread(need, by=given.person("amina"), outcome="Done.")
    with pytest.raises(Refused) as refused:
        change(need, "met")
    assert str(refused.value) == "This thread is closed. Reopen it first."


def test_a_stranger_is_led_to_the_sign_in_page():
    assert given.client().get(f"/t/{given.thread(kind='need').pk}/state").status_code == 302


def test_open_pages_hear_that_the_thread_changed(announced):
    need = given.thread(kind="need")
    with announced() as sent:
        change(need, "withdrawn")
    assert {"to": f"thread:{need.pk}", "event": {"type": "thread_changed", "thread": need.pk}} in sent
