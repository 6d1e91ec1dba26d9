"""Inviting: by a link for anybody, by name for members of the place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dugnad.groups import actions, queries
from dugnad.groups.hooks import admission
from dugnad.groups.models import GroupInvitation, JoinRequest, Membership
from dugnad.kernel.models import Mail
from dugnad.notices.models import Notice
from dugnad.people.actions import use_invitation
from dugnad.people.models import Block
from tests import given

pytestmark = pytest.mark.django_db


def test_a_link_lets_somebody_into_a_hidden_group_and_says_its_name_to_whoever_holds_it():
    group = given.group("Strike fund", hidden=True)
    invitation, _token = actions.invite_to_group(group, by=given.person("amina"), uses=2)
    assert invitation.leads_to == group.key
    assert (admission(str(group.pk)).title, admission(str(group.pk)).url) == ("Strike fund", group.url)
    use_invitation(invitation, by=given.person("leyla"))
    group.refresh_from_db()
    assert (group.member_count, group.key in given.viewer("leyla").keys) == (2, True)


def test_using_the_link_twice_or_as_a_member_changes_nothing():
    group = given.group()
    invitation, _token = actions.invite_to_group(group, by=given.person("amina"), uses=5)
    for who in ("leyla", "leyla", "amina"):
        use_invitation(invitation, by=given.person(who))
    group.refresh_from_db()
    assert group.member_count == 2
    assert Membership.objects.get(person=given.person("amina")).steward_since is not None


def test_a_link_into_a_closed_group_leads_to_the_place_only():
    group = given.group()
    assert admission(str(group.pk)) is not None
    actions.close_group(group, by=given.person("amina"))
    assert admission(str(group.pk)) is None
    assert admission("nonsense") is None
    assert actions.let_in_by_link(group, by=given.person("leyla"), inviter=None) is None
    assert Membership.objects.filter(person=given.person("leyla")).count() == 0


def test_who_was_removed_comes_back_with_a_stewards_link_only():
    group = given.group(members=("leyla", "jonas"))
    actions.remove_member(group, given.person("leyla"), by=given.person("amina"), reason="Enough.")
    by_member, _token = actions.invite_to_group(group, by=given.person("jonas"))
    use_invitation(by_member, by=given.person("leyla"))
    assert Membership.objects.filter(person=given.person("leyla")).count() == 0
    assert JoinRequest.objects.get().person == given.person("leyla")
    by_steward, _token = actions.invite_to_group(group, by=given.person("amina"))
    use_invitation(by_steward, by=given.person("leyla"))
    assert Membership.objects.filter(person=given.person("leyla")).count() == 1
    assert JoinRequest.objects.get().accepted is True


def test_a_link_of_somebody_who_may_not_invite_any_more_asks_the_stewards():
    group = given.group(members=("leyla", "jonas"), joining="request")
    amina, leyla, jonas = (given.person(who) for who in ("amina", "leyla", "jonas"))
    actions.make_steward(group, leyla, by=amina)
    by_leyla, _token = actions.invite_to_group(group, by=leyla, uses=200, days=60)
    actions.end_stewardship(group, leyla, by=amina)
    use_invitation(by_leyla, by=given.person("bram"))
    assert list(JoinRequest.objects.values_list("person__name", flat=True)) == ["Bram Kuipers"]

    actions.edit_group(group, by=amina, joining="open")
    by_jonas, _token = actions.invite_to_group(group, by=jonas, uses=2)
    use_invitation(by_jonas, by=given.person("oona"))
    actions.edit_group(group, by=amina, joining="request")
    use_invitation(by_jonas, by=given.person("sjoerd"))
    assert JoinRequest.objects.filter(answered_at=None).count() == 2
    members = Membership.objects.filter(group=group).order_by("pk").values_list("person__name", flat=True)
    assert list(members) == ["Amina Warsame", "Leyla Demir", "Jonas Ek", "Oona Mac a' Bhaird"]


def test_who_may_invite(refusal):
    open_group = given.group("Open one", members=("leyla",))
    actions.invite_to_group(open_group, by=given.person("leyla"))
    for joining in ("request", "invitation"):
        group = given.group(f"Group on {joining}", joining=joining, members=("leyla",))
        with refusal(f"Only the stewards of Group on {joining} can do this."):
            actions.invite_to_group(group, by=given.person("leyla"))
        actions.invite_to_group(group, by=given.person("amina"))
    with refusal("Only the stewards of Open one can do this."):
        actions.invite_to_group(open_group, by=given.person("bram"))
    hidden = given.group("Hidden", hidden=True)
    with refusal("This group does not exist, or is not for you to see."):
        actions.invite_to_group(hidden, by=given.person("bram"))


def test_a_person_invited_by_name_reads_it_and_says_yes():
    group = given.group("Strike fund", hidden=True)
    invitation = actions.invite_person(group, given.person("oona"), by=given.person("amina"), greeting="Come along.")
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.note) == (given.person("oona"), "invited_to_group", "Come along.")
    assert notice.url == f"/groups/invitations/{invitation.pk}"
    mail = Mail.objects.get(kind="notice")
    assert mail.subject == "Amina Warsame invites you to Strike fund"
    assert mail.text.endswith("\nOnly you can read this.\n")
    browser = given.client("oona")
    page = browser.get(notice.url).content.decode()
    assert "Amina Warsame invites you to Strike fund" in page
    assert browser.get(group.url).status_code == 404
    answer = browser.post(notice.url, {"answer": "yes"})
    assert (answer.status_code, answer["Location"]) == (302, group.url)
    assert browser.get(group.url).status_code == 200
    assert browser.post(notice.url, {"answer": "yes"}).status_code == 302
    group.refresh_from_db()
    assert group.member_count == 2


def test_an_invitation_by_name_is_for_that_person_only(refusal):
    group = given.group("Strike fund", hidden=True)
    invitation = actions.invite_person(group, given.person("oona"), by=given.person("amina"))
    for who in ("bram", "amina", "gunnel"):
        assert given.client(who).get(f"/groups/invitations/{invitation.pk}").status_code == 404
    with refusal("This invitation does not exist, or is not for you."):
        actions.answer_group_invitation(invitation, by=given.person("bram"), accept=True)


def test_saying_no_tells_nobody_and_closes_the_invitation(refusal):
    group = given.group()
    invitation = actions.invite_person(group, given.person("oona"), by=given.person("amina"))
    actions.answer_group_invitation(invitation, by=given.person("oona"), accept=False)
    assert Notice.objects.filter(person=given.person("amina")).count() == 0
    assert list(queries.invitations_for(given.viewer("oona"))) == []
    with refusal("This invitation has been answered, or was withdrawn."):
        actions.answer_group_invitation(invitation, by=given.person("oona"), accept=True)


def test_an_invitation_ends_and_can_be_made_anew(refusal):
    group = given.group(joining="invitation")
    invitation = actions.invite_person(group, given.person("oona"), by=given.person("amina"))
    GroupInvitation.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    with refusal("This invitation has ended. Ask the person who invited you for a new one."):
        actions.answer_group_invitation(invitation, by=given.person("oona"), accept=True)
    again = actions.invite_person(group, given.person("oona"), by=given.person("amina"))
    assert again != invitation
    assert actions.invite_person(group, given.person("oona"), by=given.person("amina")) == again


def test_whoever_blocks_the_inviter_does_not_see_the_invitation():
    group = given.group()
    Block.objects.create(person=given.person("oona"), blocked=given.person("amina"))
    actions.invite_person(group, given.person("oona"), by=given.person("amina"))
    assert Notice.objects.count() == 0
    assert list(queries.invitations_for(given.viewer("oona"))) == []


def test_withdrawing_takes_the_notice_with_it(refusal):
    group = given.group(members=("leyla", "jonas"))
    invitation = actions.invite_person(group, given.person("oona"), by=given.person("leyla"))
    with refusal("Only the stewards of Hyresgäster i Hjällbo can do this."):
        actions.withdraw_group_invitation(invitation, by=given.person("jonas"))
    actions.withdraw_group_invitation(invitation, by=given.person("amina"))
    assert (GroupInvitation.objects.count(), Notice.objects.count()) == (0, 0)


def test_members_are_not_invited_again(refusal):
    group = given.group(members=("leyla",))
    with refusal("Leyla Demir is a member of Hyresgäster i Hjällbo already."):
        actions.invite_person(group, given.person("leyla"), by=given.person("amina"))


@pytest.mark.parametrize("typed", ["Oona Mac a' Bhaird", "oona mac a' bhaird", "@oona-mac-a-bhaird"])
def test_the_door_finds_people_by_name_or_handle(typed):
    group, oona = given.group(), given.person("oona")
    typed = typed.replace("@oona-mac-a-bhaird", f"@{oona.handle}")
    answer = given.client("amina").post(f"{group.url}/invite", {"which": "person", "person-who": typed})
    assert (answer.status_code, GroupInvitation.objects.get().person) == (302, oona)


def test_the_door_says_when_nobody_or_several_fit():
    group = given.group()
    browser = given.client("amina")
    answer = browser.post(f"{group.url}/invite", {"which": "person", "person-who": "Nobody Known"})
    assert answer.status_code == 422
    assert answer.context["person_form"].errors == {
        "who": ["Nobody here has this name or handle. Send an invitation link to people without an account."]
    }
    handles = sorted(given.person(f"twin{n}").handle for n in (1, 2))
    from dugnad.people.models import Person

    for person in Person.objects.filter(handle__in=handles):
        person.name = "Twin"
        person.save()
    answer = browser.post(f"{group.url}/invite", {"which": "person", "person-who": "Twin"})
    assert answer.context["person_form"].errors == {
        "who": [f"Several people are called Twin. Write the handle: @{handles[0]}, @{handles[1]}."]
    }


def test_the_door_makes_a_link_that_is_shown_once():
    group = given.group()
    browser = given.client("amina")
    typed = {"which": "link", "link-uses": "5", "link-days": "7", "link-greeting": ""}
    answer = browser.post(f"{group.url}/invite", typed)
    assert answer.status_code == 302
    assert len(browser.session["new_invitation"]) == 32
    answer = browser.post(f"{group.url}/invite", typed | {"link-uses": "0"})
    assert answer.status_code == 422
