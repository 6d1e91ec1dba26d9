"""What is kept about a person in groups: handed out, settled, and erased."""

from __future__ import annotations

import pytest

from dugnad.groups import actions, queries
from dugnad.groups.hooks import export, what_to_settle
from dugnad.groups.models import Group, GroupInvitation, JoinRequest, Membership, Removal
from dugnad.kernel.search import search
from tests import given

pytestmark = pytest.mark.django_db


def test_sole_stewardships_are_to_be_settled_first():
    given.group("Alone in it")
    group = given.group("Others in it", members=("leyla",))
    shared = given.group("Shared", members=("leyla",))
    actions.make_steward(shared, given.person("leyla"), by=given.person("amina"))
    given.group("Only member", by="bram", members=("amina",))
    assert list(queries.sole_stewardships(given.person("amina"))) == [group]
    assert list(what_to_settle(given.person("amina"))) == [
        "You are the only steward of Others in it. Make somebody else a steward, or close the group."
    ]
    assert list(what_to_settle(given.person("leyla"))) == []


def test_erasing_takes_the_person_out_of_every_row():
    alone = given.group("Alone in it", about="findable")
    group = given.group("Others in it", members=("leyla", "jonas"))
    actions.remove_member(group, given.person("jonas"), by=given.person("amina"), reason="Enough.")
    asked = given.group("Asked", by="bram", joining="request")
    actions.ask_to_join(asked, by=given.person("amina"), note="Bait note")
    named = given.group("Named", by="oona")
    actions.invite_person(named, given.person("amina"), by=given.person("oona"), greeting="Bait greeting")
    mine = actions.invite_person(group, given.person("selam"), by=given.person("amina"), greeting="Bait words")
    removed = given.group("Removed", by="bram", members=("amina",))
    actions.remove_member(removed, given.person("amina"), by=given.person("bram"), reason="Bait reason")

    actions.erase_memberships(given.person("amina"))
    amina = given.person("amina")
    for model in (Membership, JoinRequest, GroupInvitation, Removal):
        assert not model.objects.filter(person=amina).exists(), model
    assert Removal.objects.get(person=given.person("jonas")).removed_by is None
    mine.refresh_from_db()
    assert (mine.inviter, mine.greeting) == (None, "")
    alone.refresh_from_db()
    group.refresh_from_db()
    assert (alone.closed_at is not None, alone.member_count) == (True, 0)
    assert search("findable", given.viewer("")).found == []
    assert (group.closed_at, group.member_count) == (None, 1)
    heir = Membership.objects.get(group=group)
    assert (heir.person, heir.steward_since is not None, heir.steward_by) == (given.person("leyla"), True, None)


def test_the_export_holds_groups_requests_invitations_and_removals():
    group = given.group(members=("leyla",))
    actions.make_steward(group, given.person("leyla"), by=given.person("amina"))
    asked = given.group("Asked", by="bram", joining="request")
    actions.ask_to_join(asked, by=given.person("leyla"), note="My note")
    named = given.group("Named", by="oona")
    actions.invite_person(named, given.person("leyla"), by=given.person("oona"), greeting="Hello")
    removed = given.group("Removed", by="bram", members=("leyla",))
    actions.remove_member(removed, given.person("leyla"), by=given.person("bram"), reason="Enough.")
    name, data, files, sentence = export(given.person("leyla"))
    assert (name, files) == ("groups", {})
    assert [(row["group"], row["steward_since"] is not None) for row in data["memberships"]] == [(group.name, True)]
    assert [(row["group"], row["note"], row["accepted"]) for row in data["requests"]] == [("Asked", "My note", None)]
    assert [(row["group"], row["greeting"]) for row in data["invitations"]] == [("Named", "Hello")]
    assert [(row["group"], row["reason"]) for row in data["removals"]] == [("Removed", "Enough.")]
    assert sentence == "The groups you are in, what you asked for and what you were invited to."
    assert Group.objects.count() == 4
