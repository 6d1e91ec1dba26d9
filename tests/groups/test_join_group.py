"""Coming into a group: at once, by asking, and the stewards' answer."""

from __future__ import annotations

import pytest

from dugnad.groups import actions, queries
from dugnad.groups.models import JoinRequest, Membership
from dugnad.kernel.models import Happening, Mail
from dugnad.notices.models import Notice
from dugnad.notices.queries import notices_of
from tests import given

pytestmark = pytest.mark.django_db
NOT_HERE = "This group does not exist, or is not for you to see."


def verbs() -> list[str]:
    return list(Happening.objects.order_by("pk").values_list("verb", flat=True))


def test_joining_an_open_group_gives_its_key_at_once(announced):
    group, leyla = given.group(), given.person("leyla")
    with announced() as sent:
        actions.join_group(group, by=leyla)
    group.refresh_from_db()
    assert (group.member_count, group.key in given.viewer("leyla").keys) == (2, True)
    assert {"hang_up": leyla.pk} in sent
    happening = Happening.objects.get(verb="group_joined")
    assert (happening.actor, happening.payload) == (leyla.key, {"person": leyla.pk})
    assert happening.audience.keys() == {group.key, group.stewards_key}


def test_joining_twice_is_joining_once():
    group, leyla = given.group(), given.person("leyla")
    assert actions.join_group(group, by=leyla) == actions.join_group(group, by=leyla)
    group.refresh_from_db()
    assert (group.member_count, verbs().count("group_joined")) == (2, 1)


def test_groups_on_request_and_by_invitation_are_not_joined_at_once(refusal):
    on_request = given.group("Asked", joining="request")
    with refusal("Asked lets people in on request. Ask, and its stewards answer."):
        actions.join_group(on_request, by=given.person("leyla"))
    invited = given.group("Invited", joining="invitation")
    with refusal("One comes into Invited by invitation only."):
        actions.join_group(invited, by=given.person("leyla"))
    assert Membership.objects.filter(person=given.person("leyla")).count() == 0


def test_a_hidden_group_cannot_be_joined_or_asked_as_if_it_were_not_there(refusal):
    group = given.group("Hidden", hidden=True)
    for who in (given.person("leyla"), given.steward("gunnel")):
        with refusal(NOT_HERE):
            actions.join_group(group, by=who)
        with refusal(NOT_HERE):
            actions.ask_to_join(group, by=who)


def test_asking_tells_the_stewards_what_was_written():
    group = given.group(joining="request", members=("jonas",))
    request = actions.ask_to_join(group, by=given.person("leyla"), note="I live in house 4.")
    assert (request.note, request.answered_at) == ("I live in house 4.", None)
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.note) == (
        given.person("amina"),
        "join_requested",
        "I live in house 4.",
    )
    assert notice.url == "/g/hyresgaster-i-hjallbo/requests"
    mail = Mail.objects.get(kind="notice")
    assert mail.to == "amina@example.org"
    assert "> I live in house 4." in mail.text
    assert mail.text.endswith("\nThe steward of Hyresgäster i Hjällbo can read this.\n")


def test_asking_twice_is_asking_once():
    group = given.group(joining="request")
    first = actions.ask_to_join(group, by=given.person("leyla"), note="One.")
    assert actions.ask_to_join(group, by=given.person("leyla"), note="Two.") == first
    assert (JoinRequest.objects.count(), Notice.objects.count()) == (1, 1)


def test_an_open_group_need_not_be_asked(refusal):
    with refusal("Hyresgäster i Hjällbo is open: join it without asking."):
        actions.ask_to_join(given.group(), by=given.person("leyla"))


def test_a_request_can_be_taken_back_and_leaves_no_notice(refusal):
    group = given.group(joining="request")
    request = actions.ask_to_join(group, by=given.person("leyla"))
    with refusal("Only the person who asked can take the request back."):
        actions.withdraw_join_request(request, by=given.person("bram"))
    actions.withdraw_join_request(request, by=given.person("leyla"))
    assert (JoinRequest.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_yes_makes_a_member_and_tells_them():
    group = given.group(joining="request")
    request = actions.ask_to_join(group, by=given.person("leyla"))
    actions.answer_join_request(request, by=given.person("amina"), accept=True, note="Welcome on Thursday.")
    group.refresh_from_db()
    assert (group.member_count, group.key in given.viewer("leyla").keys) == (2, True)
    notice = Notice.objects.get(person=given.person("leyla"))
    assert (notice.kind, notice.note, notice.url) == ("join_accepted", "Welcome on Thursday.", group.url)
    assert verbs()[-1] == "join_request_answered"


def test_once_one_steward_answered_it_waits_for_none_of_them():
    group = given.group(joining="request", members=("jonas",))
    actions.make_steward(group, given.person("jonas"), by=given.person("amina"))
    request = actions.ask_to_join(group, by=given.person("leyla"))
    asked = Notice.objects.filter(kind="join_requested")
    assert asked.filter(read_at=None).count() == 2
    actions.answer_join_request(request, by=given.person("jonas"), accept=True)
    assert asked.filter(read_at=None).count() == 0


def test_a_no_tells_them_and_they_can_ask_again():
    group = given.group(joining="request")
    request = actions.ask_to_join(group, by=given.person("leyla"))
    actions.answer_join_request(request, by=given.person("amina"), accept=False, note="We are full.")
    notice = Notice.objects.get(person=given.person("leyla"))
    assert (notice.kind, notice.note) == ("join_declined", "We are full.")
    assert Membership.objects.filter(person=given.person("leyla")).count() == 0
    assert actions.ask_to_join(group, by=given.person("leyla")) != request


def test_an_answer_given_again_changes_nothing_and_another_is_refused(refusal):
    group = given.group(joining="request")
    request = actions.ask_to_join(group, by=given.person("leyla"))
    actions.answer_join_request(request, by=given.person("amina"), accept=True)
    actions.answer_join_request(request, by=given.person("amina"), accept=True)
    assert Notice.objects.filter(kind="join_accepted").count() == 1
    with refusal("This request has been answered already."):
        actions.answer_join_request(request, by=given.person("amina"), accept=False)


def test_only_stewards_answer(refusal):
    group = given.group(joining="request", members=("jonas",))
    request = actions.ask_to_join(group, by=given.person("leyla"))
    for who in ("jonas", "leyla", "bram"):
        with refusal("Only the stewards of Hyresgäster i Hjällbo can do this."):
            actions.answer_join_request(request, by=given.person(who), accept=True)


def test_only_stewards_see_who_asks():
    group = given.group(joining="request", members=("jonas",))
    request = actions.ask_to_join(group, by=given.person("leyla"))
    given.steward("gunnel")
    assert list(queries.join_requests_of(group, given.viewer("amina"))) == [request]
    for who in ("jonas", "leyla", "bram", "gunnel", ""):
        assert list(queries.join_requests_of(group, given.viewer(who))) == []
    assert list(notices_of(given.viewer("jonas"))) == []


def test_the_doors_join_ask_and_answer():
    open_group = given.group("Open one")
    answer = given.client("leyla").post("/g/open-one/join")
    assert (answer.status_code, answer["Location"]) == (302, "/g/open-one")
    open_group.refresh_from_db()
    assert open_group.member_count == 2
    given.group("Asked", joining="request")
    assert given.client("leyla").post("/g/asked/ask", {"note": "Hello"})["Location"] == "/g/asked"
    request = JoinRequest.objects.get()
    page = given.client("amina").get("/g/asked/requests").content.decode()
    assert "Hello" in page
    answer = given.client("amina").post(f"/g/asked/requests/{request.pk}", {"answer": "yes", "note": ""})
    assert (answer.status_code, answer["Location"]) == (302, "/g/asked/requests")
    assert Membership.objects.filter(group__slug="asked").count() == 2


def test_a_note_that_is_too_long_comes_back():
    given.group("Asked", joining="request")
    answer = given.client("leyla").post("/g/asked/ask", {"note": "x" * 1001})
    assert (answer.status_code, JoinRequest.objects.count()) == (422, 0)
    assert "x" * 1001 in answer.content.decode()


def test_asking_too_often_says_how_long_to_wait_and_keeps_the_text():
    for number in range(31):
        given.group(f"Group {number}", joining="request")
    browser = given.client("leyla")
    answers = [browser.post(f"/g/group-{number}/ask", {"note": "Kept text"}).status_code for number in range(30)]
    assert set(answers) == {302}
    answer = browser.post("/g/group-30/ask", {"note": "Kept text"})
    assert (answer.status_code, "Kept text" in answer.content.decode()) == (422, True)
    assert JoinRequest.objects.count() == 30


def test_answering_somebody_elses_group_through_ones_own_is_not_found():
    given.group("Mine", by="leyla", joining="request")
    theirs = given.group("Theirs", joining="request")
    request = actions.ask_to_join(theirs, by=given.person("bram"))
    assert given.client("leyla").post(f"/g/mine/requests/{request.pk}", {"answer": "yes"}).status_code == 404
    assert given.client("leyla").post(f"/g/theirs/requests/{request.pk}", {"answer": "yes"}).status_code == 404
    assert Membership.objects.filter(group=theirs).count() == 1
