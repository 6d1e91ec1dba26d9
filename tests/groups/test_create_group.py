"""Founding a group and saying what it is."""

from __future__ import annotations

import uuid

import pytest

from dugnad.groups import actions, queries
from dugnad.groups.models import Group, Membership
from dugnad.kernel.models import Happening, SearchEntry
from dugnad.kernel.search import search
from tests import given

pytestmark = pytest.mark.django_db
NOT_HERE = "This group does not exist, or is not for you to see."


def test_the_founder_is_its_first_member_and_steward():
    group = actions.create_group("Hyresgäster i Hjällbo", by=given.person("amina"))
    assert (group.slug, group.member_count, str(group.audience)) == ("hyresgaster-i-hjallbo", 1, "public")
    membership = Membership.objects.get(group=group)
    assert (membership.person, membership.steward_since is not None) == (given.person("amina"), True)
    assert {group.key, group.stewards_key} <= given.viewer("amina").keys
    happening = Happening.objects.get(verb="group_created")
    assert (happening.thing, happening.actor) == (group.key, given.person("amina").key)


def test_a_hidden_group_is_known_to_its_people_only_and_its_address_cannot_be_guessed():
    group = actions.create_group("Strike fund", by=given.person("amina"), hidden=True)
    assert str(group.audience) == f"group:{group.pk} stewards:group:{group.pk}"
    assert group.slug.startswith("strike-fund-")
    assert len(group.slug) == len("strike-fund-") + 10
    assert actions.create_group("Strike fund", by=given.person("bram")).slug == "strike-fund"


def test_a_form_sent_twice_makes_one_group():
    key = uuid.uuid4()
    first = actions.create_group("Repair café", by=given.person("bram"), form_key=key)
    again = actions.create_group("Repair café", by=given.person("bram"), form_key=key)
    assert (again, Group.objects.count(), Happening.objects.filter(verb="group_created").count()) == (first, 1, 1)


def test_two_groups_of_one_name_get_two_addresses():
    addresses = [actions.create_group("Repair café", by=given.person("bram")).slug for _ in range(3)]
    assert addresses == ["repair-cafe", "repair-cafe-2", "repair-cafe-3"]
    assert actions.create_group("Συνέλευση", by=given.person("bram")).slug == "group"


def test_a_network_is_known_to_the_people_of_its_groups_even_when_hidden():
    network = actions.create_group("Folkets nät", by=given.person("amina"), kind="network", hidden=True)
    assert network.audience.keys() == {network.key, network.stewards_key, f"network:{network.pk}"}


def test_what_a_group_says_is_rendered_and_found_by_those_who_may_know_of_it():
    hidden = actions.create_group("Quiet", by=given.person("amina"), about="We **mend** bicycles.", hidden=True)
    group = actions.create_group(
        "Cyklar", by=given.person("amina"), about="We **mend** bicycles.", themes=["Laga", "cyklar"], languages=["en"]
    )
    assert group.about_html == "<p>We <strong>mend</strong> bicycles.</p>\n"
    assert {row.thing_id for row in search("bicycle", given.viewer("amina")).found} == {hidden.pk, group.pk}
    assert [row.thing_id for row in search("bicycle", given.viewer("bram")).found] == [group.pk]
    assert [row.thing_id for row in search("laga", given.viewer("")).found] == [group.pk]


def test_a_steward_edits_and_the_index_follows():
    group = given.group(about="Old words")
    actions.edit_group(group, by=given.person("amina"), name="Nya namnet", about="Fresh text", themes=["Odla"])
    group.refresh_from_db()
    assert (group.name, group.about_html, group.theme_keys) == ("Nya namnet", "<p>Fresh text</p>\n", "|odla|")
    assert SearchEntry.objects.get(kind="group").title == "Nya namnet"
    assert search("old words", given.viewer("amina")).found == []


def test_others_cannot_edit(refusal):
    group = given.group(members=("leyla",))
    with refusal("Only the stewards of Hyresgäster i Hjällbo can do this."):
        actions.edit_group(group, by=given.person("leyla"), name="Mine")
    hidden = given.group("Hidden", hidden=True)
    for who in (given.person("leyla"), given.steward("gunnel")):
        with refusal(NOT_HERE):
            actions.edit_group(hidden, by=who, name="Mine")


def test_a_network_stays_a_network(refusal):
    group = given.group()
    with refusal("A network stays a network, and a group a group. Start a new one for the other."):
        actions.edit_group(group, by=given.person("amina"), kind="network")
    with pytest.raises(ValueError, match="slug"):
        actions.edit_group(group, by=given.person("amina"), slug="other")


def test_the_form_makes_the_group_and_leads_to_it():
    browser = given.client("bram")
    page = browser.get("/groups/new")
    key = page.context["form"]["form_key"].value()
    typed = {
        "name": "  Repair\tcafé ", "kind": "local", "about": "Tools.", "place_name": "Utrecht",
        "themes": "Repair, lending,, repair", "languages": ["nl", "en"], "joining": "request", "listing": "listed",
        "form_key": str(key),
    }  # fmt: skip
    answer = browser.post("/groups/new", typed)
    assert (answer.status_code, answer["Location"]) == (302, "/g/repair-cafe")
    group = Group.objects.get()
    assert (group.name, group.themes, group.languages) == ("Repair café", ["Repair", "lending"], ["nl", "en"])
    assert (group.joining, group.is_hidden) == ("request", False)
    assert browser.post("/groups/new", typed)["Location"] == "/g/repair-cafe"
    assert Group.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "A group needs a name."),
        ("name", "—!", "The name needs a letter or a number, so that people can say it."),
        ("name", "x" * 81, "The name can have at most 80 characters. Shorten it."),
        ("about", "x" * 5001, "The text can have at most 5,000 characters. Shorten it."),
        ("themes", "a,b,c,d,e,f,g,h,i", "There can be at most eight themes. Take the most important ones."),
        (
            "themes",
            "y" * 31,
            f"The theme “{'y' * 31}” is too long. Use one or two words, and commas between themes.",
        ),
    ],
)
def test_a_form_that_will_not_do_comes_back_with_a_sentence_and_the_text(field, value, sentence):
    typed = {"name": "Kept name", "kind": "local", "about": "Kept text", "joining": "open", "listing": "listed"}
    answer = given.client("bram").post("/groups/new", typed | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    kept = answer.content.decode()
    assert "Kept text" in kept or field == "about"
    assert Group.objects.count() == 0


def test_html_in_every_field_stays_text():
    bait = "<script>alert(1)</script>"
    group = actions.create_group(
        f"N{bait}", by=given.person("amina"), about=bait, place_name=f"P{bait}", themes=[f"T{bait}"]
    )
    for who in ("", "amina", "bram"):
        for page in (f"/g/{group.slug}", "/groups", "/me/groups", f"/g/{group.slug}/members", f"/g/{group.slug}/edit"):
            assert "<script>alert" not in given.client(who).get(page, follow=True).content.decode()


def test_the_group_of_one_person_can_be_counted_on():
    group = given.group(members=("leyla", "jonas"))
    assert [mine.group for mine in queries.my_groups(given.viewer("leyla"))] == [group]
    assert group.member_count == 3
