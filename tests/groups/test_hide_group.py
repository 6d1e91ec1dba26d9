"""Listing, hiding and closing: who may know, at once and everywhere."""

from __future__ import annotations

import json

import pytest

from dugnad.forum import actions as forum
from dugnad.groups import actions, queries
from dugnad.groups.models import JoinRequest, NetworkTie
from dugnad.kernel import registry
from dugnad.kernel.models import Happening, Mail
from dugnad.kernel.search import search
from dugnad.notices.models import Notice
from dugnad.people.models import Invitation
from tests import given

pytestmark = pytest.mark.django_db
PAGES = ("", "/members", "/edit", "/requests", "/invite", "/leave", "/networks", "/close", "/ask")
POSTS = ("/join", "/list", "/hide", "/ask/withdraw", "/members/amina-warsame/make-steward", "/requests/1")


def statuses(who: str, slug: str) -> set[int]:
    browser = given.client(who)
    answers = [browser.get(f"/g/{slug}{page}") for page in PAGES] + [browser.post(f"/g/{slug}{post}") for post in POSTS]
    return {answer.status_code for answer in answers}


def test_a_hidden_group_answers_everyone_outside_as_if_it_were_not_there():
    group = given.group("Bait Name", hidden=True, about="Bait about", place_name="Bait place", themes=["bait"])
    given.steward("gunnel")
    for who in ("leyla", "gunnel"):
        assert statuses(who, group.slug) == statuses(who, "no-such-group") == {404}
    assert given.client("").get(group.url).status_code == 404
    stranger = given.client("")
    for page in (*PAGES[1:], *POSTS):
        here, nowhere = stranger.get(group.url + page), stranger.get(f"/g/no-such-group{page}")
        assert (here.status_code, nowhere.status_code) == (302, 302)
        assert here["Location"].replace(group.slug, "x") == nowhere["Location"].replace("no-such-group", "x")


def test_a_hidden_group_is_in_no_list_search_or_filter():
    given.group("Bait Name", hidden=True, about="Bait about", place_name="Bait place", themes=["baittheme"])
    given.steward("gunnel")
    for who in ("", "leyla", "gunnel"):
        viewer = given.viewer(who)
        assert list(queries.groups_listed(viewer)) == []
        assert queries.themes_listed(viewer) == []
        assert search("bait", viewer).found == []
        for page in ("/groups", "/groups?words=bait", "/groups?theme=baittheme"):
            assert "Bait" not in given.client(who).get(page).content.decode()
    assert [group.name for group in queries.groups_listed(given.viewer("amina"))] == ["Bait Name"]


def test_hiding_takes_the_group_from_everyone_elses_sight():
    group = given.group("Bait Name", members=("leyla",), joining="request")
    network = given.group("Network", by="gunnel", kind="network")
    actions.accept_tie(actions.tie_to_network(group, network, by=given.person("amina")), by=given.person("gunnel"))
    actions.ask_to_join(group, by=given.person("bram"))
    assert "Bait" in given.client("").get("/groups").content.decode()
    actions.hide_group(group, by=given.person("amina"))
    assert (NetworkTie.objects.count(), JoinRequest.objects.count()) == (0, 0)
    for who in ("", "bram", "gunnel"):
        assert "Bait" not in given.client(who).get("/groups").content.decode()
        assert "Bait" not in given.client(who).get(network.url).content.decode()
        assert given.client(who).get(group.url).status_code == 404
    assert given.client("leyla").get(group.url).status_code == 200
    assert f"network:{network.pk}" not in given.viewer("leyla").keys
    assert Happening.objects.filter(verb="group_hidden").count() == 1


def test_listing_shows_it_again_and_both_can_be_said_twice():
    group = given.group("Found again", hidden=True)
    for _ in range(2):
        actions.list_group(group, by=given.person("amina"))
    assert given.client("").get(group.url).status_code == 200
    for _ in range(2):
        actions.hide_group(group, by=given.person("amina"))
    verbs = (
        Happening.objects.filter(verb__in=("group_listed", "group_hidden"))
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["group_listed", "group_hidden"]


def test_only_stewards_list_hide_and_close(refusal):
    group = given.group(members=("leyla",))
    for deed in (actions.hide_group, actions.list_group, actions.close_group):
        for who in ("leyla", "bram"):
            with refusal("Only the stewards of Hyresgäster i Hjällbo can do this."):
                deed(group, by=given.person(who))


def test_closing_takes_the_keys_the_links_and_the_page_and_tells_the_members(announced):
    group, leyla = given.group(members=("leyla",), hidden=True), given.person("leyla")
    link, _token = actions.invite_to_group(group, by=given.person("amina"))
    with announced() as sent:
        actions.close_group(group, by=given.person("amina"))
    assert {key for key in given.viewer("leyla").keys if "group" in key} == set()
    assert {"hang_up": leyla.pk} in sent
    assert Invitation.objects.get(pk=link.pk).withdrawn_at is not None
    assert given.client("amina").get(group.url).status_code == 404
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.audience.keys()) == (leyla, "group_closed", {leyla.key})
    assert Mail.objects.get(kind="notice").to == "leyla@example.org"
    actions.close_group(group, by=given.person("amina"))
    assert Happening.objects.filter(verb="group_closed").count() == 1


def test_closing_a_network_takes_its_key_from_the_members_of_its_groups():
    network = given.group("Network", by="gunnel", kind="network")
    group = given.group(members=("leyla",))
    actions.accept_tie(actions.tie_to_network(group, network, by=given.person("amina")), by=given.person("gunnel"))
    actions.close_group(network, by=given.person("gunnel"))
    assert given.viewer("leyla").keys == {"public", "members", given.person("leyla").key, group.key}


def test_the_doors():
    group = given.group("Visible", members=("leyla",))
    browser = given.client("amina")
    assert browser.post("/g/visible/hide").status_code == 302
    assert given.client("").get("/g/visible").status_code == 404
    assert browser.post("/g/visible/list")["Location"] == "/g/visible"
    assert given.client("").get("/g/visible").status_code == 200
    assert browser.get("/g/visible/close").status_code == 200
    assert given.client("leyla").get("/g/visible/close").status_code == 403
    answer = browser.post("/g/visible/close")
    assert (answer.status_code, answer["Location"]) == (302, "/me/groups")
    group.refresh_from_db()
    assert group.closed_at is not None


def test_who_was_removed_learns_nothing_new_from_what_they_were_given_before():
    group = given.group("Night watch", hidden=True)
    amina, leyla = given.person("amina"), given.person("leyla")
    invitation = actions.invite_person(group, leyla, by=amina)
    actions.answer_group_invitation(invitation, by=leyla, accept=True)
    thread = given.thread("Who comes?", within=given.category("Rounds", group=group))
    given.post(thread, "I do.", by="leyla")
    address = f"/groups/invitations/{invitation.pk}"
    assert "Night watch" in given.said(given.client("leyla").get(address))

    actions.remove_member(group, leyla, by=amina, reason="Enough.")
    actions.edit_group(group, by=amina, name="Baitname", place_name="Baitplace")
    forum.edit_thread(thread, by=amina, title="Baittitle", fields={})
    assert given.client("leyla").get(address).status_code == 404
    handed_out = {}
    for hand_in in registry.exporters:
        name, data, *_more = hand_in(leyla)
        handed_out[name] = data if isinstance(data, dict) else list(data)
    assert "Bait" not in json.dumps(handed_out, default=str)
    assert handed_out["groups"]["removals"][0]["group"] == "…"
    assert handed_out["posts"][0]["thread"] == "…"


def test_open_pages_of_outsiders_are_asked_anew_what_they_may_see(announced):
    group = given.group()
    with announced() as sent:
        actions.hide_group(group, by=given.person("amina"))
    assert {"everybody": True} in sent
