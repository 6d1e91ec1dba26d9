"""Going out of a group: by oneself, by the stewards' word, and what happens to what one could see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dugnad.groups import actions
from dugnad.groups.models import Group, GroupInvitation, Membership, Removal
from dugnad.kernel.audience import audience_of
from dugnad.kernel.models import Happening, SearchEntry
from dugnad.notices.actions import tell
from dugnad.notices.models import Notice
from dugnad.people.models import Invitation
from tests import given

pytestmark = pytest.mark.django_db
ALONE = "You are the only steward of Hyresgäster i Hjällbo. Choose who looks after it from now on, then you can leave."


def test_leaving_takes_the_key_the_count_the_connection_and_the_notices(announced):
    group, leyla = given.group(members=("leyla",)), given.person("leyla")
    inside = audience_of(group.key)
    tell([leyla], "mentioned", thing="post:1", url="/t/1", title="Secret", audience=inside)
    with announced() as sent:
        actions.leave_group(group, by=leyla)
    group.refresh_from_db()
    assert (group.member_count, group.key in given.viewer("leyla").keys) == (1, False)
    assert {"hang_up": leyla.pk} in sent
    assert Notice.objects.filter(person=leyla).count() == 0
    assert Happening.objects.get(verb="group_left").payload == {"person": leyla.pk}


def test_leaving_twice_is_leaving_once():
    group = given.group(members=("leyla",))
    actions.leave_group(group, by=given.person("leyla"))
    actions.leave_group(group, by=given.person("leyla"))
    assert Happening.objects.filter(verb="group_left").count() == 1


def test_the_links_of_somebody_who_left_stop_working():
    group, leyla = given.group(members=("leyla",)), given.person("leyla")
    link, _token = actions.invite_to_group(group, by=leyla)
    named = actions.invite_person(group, given.person("bram"), by=leyla)
    actions.leave_group(group, by=leyla)
    assert Invitation.objects.get(pk=link.pk).withdrawn_at is not None
    assert GroupInvitation.objects.get(pk=named.pk).accepted is False


def test_the_last_steward_needs_a_successor(refusal):
    group, amina = given.group(members=("leyla",)), given.person("amina")
    with refusal(ALONE):
        actions.leave_group(group, by=amina)
    with refusal("Bram Kuipers is not a member of Hyresgäster i Hjällbo. Choose one of its members."):
        actions.leave_group(group, by=amina, successor=given.person("bram"))
    actions.leave_group(group, by=amina, successor=given.person("leyla"))
    assert list(Membership.objects.exclude(steward_since=None).values_list("person__name", flat=True)) == [
        "Leyla Demir"
    ]
    assert Notice.objects.get(person=given.person("leyla")).kind == "made_steward"


def test_one_of_two_stewards_leaves_freely():
    group = given.group(members=("leyla",))
    actions.make_steward(group, given.person("leyla"), by=given.person("amina"))
    actions.leave_group(group, by=given.person("amina"))
    assert Membership.objects.get().person == given.person("leyla")


def test_naming_a_successor_gives_nobody_a_task_that_was_not_theirs_to_give(refusal):
    group = given.group(members=("leyla", "jonas"))
    with refusal("Only the stewards of Hyresgäster i Hjällbo can do this."):
        actions.leave_group(group, by=given.person("leyla"), successor=given.person("jonas"))
    assert Membership.objects.exclude(steward_since=None).count() == 1


def test_a_group_that_nobody_is_left_in_closes():
    group = given.group()
    actions.leave_group(group, by=given.person("amina"))
    group.refresh_from_db()
    assert (group.member_count, group.closed_at is not None) == (0, True)
    assert list(Happening.objects.order_by("pk").values_list("verb", "actor"))[-2:] == [
        ("group_left", given.person("amina").key),
        ("group_closed", "system"),
    ]
    assert SearchEntry.objects.count() == 0
    assert given.client("").get(group.url).status_code == 404


def test_removing_says_why_and_closes_the_door_behind(refusal, announced):
    group, leyla = given.group(members=("leyla",)), given.person("leyla")
    with announced() as sent:
        actions.remove_member(group, leyla, by=given.person("amina"), reason="Shouted at newcomers.")
    group.refresh_from_db()
    assert (group.member_count, group.key in given.viewer("leyla").keys) == (1, False)
    assert {"hang_up": leyla.pk} in sent
    notice = Notice.objects.get(person=leyla)
    assert (notice.kind, notice.note, notice.actor) == ("removed_from_group", "Shouted at newcomers.", None)
    page = given.client("leyla").get("/notices").content.decode()
    assert "Shouted at newcomers." in page
    with refusal("The stewards removed you from Hyresgäster i Hjällbo. You can ask them to let you in again."):
        actions.join_group(group, by=leyla)
    request = actions.ask_to_join(group, by=leyla)
    actions.answer_join_request(request, by=given.person("amina"), accept=True)
    assert (Removal.objects.count(), Membership.objects.filter(person=leyla).count()) == (0, 1)


def test_the_reason_is_in_no_happening():
    group = given.group(members=("leyla",))
    actions.remove_member(group, given.person("leyla"), by=given.person("amina"), reason="Bait reason")
    assert "Bait" not in str(list(Happening.objects.values_list("payload", flat=True)))


def test_removing_twice_is_removing_once():
    group, leyla = given.group(members=("leyla",)), given.person("leyla")
    for _ in range(2):
        actions.remove_member(group, leyla, by=given.person("amina"), reason="Once.")
    assert (Removal.objects.count(), Notice.objects.filter(person=leyla).count()) == (1, 1)


def test_who_can_remove_whom(refusal):
    group = given.group(members=("leyla", "jonas"))
    actions.make_steward(group, given.person("leyla"), by=given.person("amina"))
    with refusal("Only the stewards of Hyresgäster i Hjällbo can do this."):
        actions.remove_member(group, given.person("leyla"), by=given.person("jonas"), reason="No.")
    with refusal("To go yourself, leave the group."):
        actions.remove_member(group, given.person("amina"), by=given.person("amina"), reason="No.")
    with refusal("Leyla Demir is a steward. End that first."):
        actions.remove_member(group, given.person("leyla"), by=given.person("amina"), reason="No.")
    with refusal("Bram Kuipers is not a member of Hyresgäster i Hjällbo."):
        actions.remove_member(group, given.person("bram"), by=given.person("amina"), reason="No.")


def test_removals_are_forgotten_after_a_year():
    group = given.group(members=("leyla", "jonas"))
    for who in ("leyla", "jonas"):
        actions.remove_member(group, given.person(who), by=given.person("amina"), reason="Once.")
    Removal.objects.filter(person=given.person("leyla")).update(created_at=timezone.now() - timedelta(days=366))
    assert actions.forget_old_removals() == "1 removals, 0 requests and 0 invitations forgotten"
    assert Removal.objects.get().person == given.person("jonas")


def test_the_doors_ask_the_last_steward_for_a_successor():
    group = given.group(members=("leyla",))
    browser = given.client("amina")
    assert "You are the only steward." in browser.get(f"{group.url}/leave").content.decode()
    answer = browser.post(f"{group.url}/leave", {"successor": ""})
    assert (answer.status_code, answer.context["form"].errors) == (422, {"successor": [ALONE]})
    bram = given.person("bram")
    assert browser.post(f"{group.url}/leave", {"successor": bram.pk}).status_code == 422
    answer = browser.post(f"{group.url}/leave", {"successor": given.person("leyla").pk})
    assert (answer.status_code, answer["Location"]) == (302, "/me/groups")
    assert Group.objects.get().member_count == 1


def test_the_doors_of_removing():
    group = given.group(members=("leyla",))
    browser = given.client("amina")
    answer = browser.post(f"{group.url}/members/leyla-demir/remove", {"reason": " "})
    assert (answer.status_code, Membership.objects.count()) == (422, 2)
    answer = browser.post(f"{group.url}/members/leyla-demir/remove", {"reason": "Enough."})
    assert (answer.status_code, answer["Location"], Membership.objects.count()) == (302, f"{group.url}/members", 1)
    assert browser.post(f"{group.url}/members/leyla-demir/remove", {"reason": "Enough."}).status_code == 404
