"""The pages of groups: what each viewer is shown, and what it costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dugnad.groups import actions, queries
from dugnad.groups.models import Group
from dugnad.groups.sections import Row, Section, group_sections
from dugnad.kernel.templatetags.house import icon_svg
from tests import given

pytestmark = pytest.mark.django_db


def page(who: str, url: str) -> str:
    answer = given.client(who).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_members_are_named_to_members_stewards_to_people_with_an_account_nobody_to_strangers():
    group = given.group(members=("jonas",))
    outside, inside, stranger = page("bram", group.url), page("jonas", group.url), page("", group.url)
    assert ("Amina Warsame" in outside, "Jonas Ek" in outside) == (True, False)
    assert ("Amina Warsame" in inside, "Jonas Ek" in inside) == (True, True)
    assert ("Amina Warsame" in stranger, "Jonas Ek" in stranger) == (False, False)
    assert "2 people" in stranger
    assert given.client("bram").get(f"{group.url}/members").status_code == 404
    assert "Jonas Ek" in page("jonas", f"{group.url}/members")


def test_the_button_is_what_the_policy_says():
    given.group("Open one", members=("jonas",))
    given.group("Asked", joining="request", members=("jonas",))
    given.group("Closed circle", joining="invitation", members=("jonas",))
    assert 'action="/g/open-one/join"' in page("bram", "/g/open-one")
    assert 'href="/g/asked/ask"' in page("bram", "/g/asked")
    assert "/join" not in page("bram", "/g/closed-circle") + page("bram", "/g/asked")
    for slug in ("open-one", "asked", "closed-circle"):
        assert f'href="/g/{slug}/leave"' in page("jonas", f"/g/{slug}")
        assert f'href="/g/{slug}/edit"' in page("amina", f"/g/{slug}")
        assert f'href="/g/{slug}/edit"' not in page("jonas", f"/g/{slug}")
    actions.ask_to_join(Group.objects.get(slug="asked"), by=given.person("bram"))
    assert "/ask/withdraw" in page("bram", "/g/asked")


def test_a_strangers_page_holds_no_form_that_posts_and_can_be_kept():
    given.group("Open one")
    for url in ("/g/open-one", "/groups"):
        answer = given.client("").get(url)
        assert 'method="post"' not in answer.content.decode()
        assert not answer.cookies
    assert given.client("").get("/g/open-one/join")["Location"] == "/sign-in/?next=/g/open-one"


def test_a_listed_group_has_a_share_card_and_a_hidden_one_none():
    given.group("Open one", about="We *mend* bicycles & more.")
    card = page("", "/g/open-one")
    assert '<meta property="og:title" content="Open one">' in card
    assert '<meta property="og:description" content="We mend bicycles &amp; more.">' in card
    assert 'content="noindex"' not in card
    hidden = given.group("Hidden", hidden=True)
    inside = page("amina", hidden.url)
    assert ("og:title" in inside, 'content="noindex"' in inside) == (False, True)


def test_the_list_is_filtered_by_kind_theme_language_and_words():
    given.group("Älvens vänner", themes=["Vatten"], languages=["sv"], place_name="Göteborg")
    given.group("Zuiderzee", kind="organisation", themes=["water", "Bouwen"], languages=["nl", "en"])
    given.group("Alla nät", kind="network", themes=["vatten"], languages=["sv"])

    def names(**filters: str) -> list[str]:
        return [group.name for group in queries.groups_listed(given.viewer(""), **filters)]

    assert names() == ["Alla nät", "Zuiderzee", "Älvens vänner"]
    assert names(kind="network") == ["Alla nät"]
    assert names(theme="VATTEN") == ["Alla nät", "Älvens vänner"]
    assert names(language="en") == ["Zuiderzee"]
    assert names(words="ÄLVEN göte") == ["Älvens vänner"]
    assert names(words="%") == names(words="_") == []
    assert queries.themes_listed(given.viewer("")) == ["Vatten", "Bouwen", "water"]
    assert "Zuiderzee" in page("", "/groups?kind=organisation&language=nl&words=zee&theme=water")
    assert "Zuiderzee" not in page("", "/groups?kind=local")
    assert "No group fits this." in page("", "/groups?words=nothing")


def test_an_empty_house_says_what_to_do():
    assert "No groups yet. Start the first one: one person is enough." in page("", "/groups")
    assert "You are in no group yet." in page("bram", "/me/groups")


def test_the_list_pages_by_key(monkeypatch):
    monkeypatch.setattr("dugnad.groups.queries.groups.PAGE", 2)
    for name in ("Aa", "Bb", "Bb", "Cc", "Dd"):
        actions.create_group(name, by=given.person("amina"))
    url, seen = "/groups", []
    while url:
        answer = given.client("").get(url)
        seen.append([row.partition("/g/")[2].partition('"')[0] for row in answer.context["rows"]])
        url = answer.context["older"]
    assert seen == [["aa", "bb"], ["bb-2", "cc"], ["dd"]]


def test_the_members_page_by_key(monkeypatch):
    monkeypatch.setattr("dugnad.groups.queries.members.PAGE", 2)
    group = given.group(members=("leyla", "jonas", "bram", "oona"))
    url, seen = f"{group.url}/members", []
    while url:
        answer = given.client("amina").get(url)
        seen.append([member["name"] for member in answer.context["members"]])
        url = answer.context["older"]
    assert seen == [["Amina Warsame", "Bram Kuipers"], ["Jonas Ek", "Leyla Demir"], ["Oona Mac a' Bhaird"]]


@pytest.mark.parametrize("after", ["x", "²", "-1", "9" * 30, "9" * 5000])
def test_a_page_that_cannot_be_is_the_first_page(after):
    group = given.group()
    for url in ("/groups", f"{group.url}/members", "/notices"):
        assert given.client("amina").get(url, {"after": after, "before": after}).status_code == 200
    assert given.client("amina").get(f"/groups/invitations/{'9' * 30}").status_code == 404


def test_what_other_halls_show_stands_on_the_page():
    given.group("Open one")

    def shown(group: Group, viewer: object) -> Section:
        row = Row("/c/house", "The <house>", icon_svg("i-door"), "3 threads", "2 new", "sv", new=True)
        return Section("Categories", [row])

    group_sections.register(shown)
    try:
        text = page("amina", "/g/open-one")
    finally:
        group_sections._functions.remove(shown)
    assert '<h3 lang="sv"><a href="/c/house">The &lt;house&gt;</a></h3><p class="meta">3 threads</p>' in text


def test_my_groups_say_what_waits():
    group = given.group(joining="request")
    actions.ask_to_join(group, by=given.person("leyla"))
    actions.ask_to_join(group, by=given.person("bram"))
    other = given.group("Other", by="oona")
    actions.invite_person(other, given.person("amina"), by=given.person("oona"))
    mine = page("amina", "/me/groups")
    assert "2 people ask to join" in mine
    assert "Oona Mac a&#x27; Bhaird invites you" in mine
    assert "You asked to join" in page("leyla", "/me/groups")


def test_the_menu_leads_to_groups():
    assert '<a href="/groups" aria-current="page">' in page("amina", "/groups")
    assert '<a href="/groups" aria-current="page">' in page("amina", given.group().url)


@pytest.mark.parametrize(
    ("url", "count"), [("/groups", 8), ("/g/first-one", 18), ("/g/first-one/members", 8), ("/me/groups", 9)]
)
def test_pages_cost_the_same_with_one_row_and_with_three(url, count):
    group = given.group("First one")
    network = given.group("Net one", by="gunnel", kind="network")
    actions.accept_tie(actions.tie_to_network(group, network, by=given.person("amina")), by=given.person("gunnel"))
    counts = []
    for more in ((), ("leyla", "jonas")):
        for who in more:
            actions.join_group(group, by=given.person(who))
            actions.make_steward(group, given.person(who), by=given.person("amina"))
            actions.create_group(f"Group of {who}", by=given.person(who))
            actions.create_group(f"Mine and {who}", by=given.person("amina"))
            extra = given.group(f"Net {who}", by="gunnel", kind="network")
            tie = actions.tie_to_network(group, extra, by=given.person("amina"))
            actions.accept_tie(tie, by=given.person("gunnel"))
        browser = given.client("amina")
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1], "\n".join(query["sql"] for query in asked)
    assert counts[0] == count


def test_the_page_shows_what_is_written_in_the_group_to_those_who_may_read_it():
    group = given.group("Hus 3", members=("jonas",))
    inside = given.category("Trapphuset", group=group)
    given.thread("Hissen står", within=inside)
    shown = page("jonas", group.url)
    assert "Hissen står" in shown
    assert f'href="/new?group={group.slug}"' in shown
    assert "Hissen står" not in page("oona", group.url)


def test_start_a_thread_in_a_group_leads_to_its_only_category_or_to_a_choice_of_its_own():
    group = given.group("Hus 3", members=("jonas",))
    given.category("Housing")
    first = given.category("Trapphuset", group=group)
    answer = given.client("jonas").get("/new", {"group": group.slug})
    assert (answer.status_code, answer["Location"]) == (302, f"/c/{first.slug}/new")
    given.category("Gården", group=group)
    chosen = given.client("jonas").get("/new", {"group": group.slug}).context["places"]
    assert [name for _category, name, _purpose in chosen] == ["Trapphuset", "Gården"]


def test_who_founds_a_group_is_led_to_its_first_category():
    group = given.group("Hus 3", members=("jonas",))
    button = f'<a class="btn gold" href="/categories/new?group={group.slug}">'
    assert button in page("amina", group.url)
    assert button not in page("jonas", group.url)
    given.category("Trapphuset", group=group)
    assert button not in page("amina", group.url)
