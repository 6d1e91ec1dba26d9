"""Making a category: who may, who reads and writes in it, where it stands, what the door answers."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.forum.models import Category
from dugnad.forum.queries import categories_of_tree
from dugnad.groups.actions import close_group, hide_group
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from tests import given

pytestmark = pytest.mark.django_db


def make(who: str = "gunnel", name: str = "Climate", **more) -> Category:
    return actions.create_category(name, by=given.steward(who), **more)


def send(who: str, query: str = "", **typed: str):
    filled = {"name": "Climate", "purpose": "Heat and floods.", "reach": "public", "writers": "members", **typed}
    return given.client(who).post(f"/categories/new{query}", filled)


def test_common_ones_are_made_by_stewards_of_the_place():
    with pytest.raises(Refused) as refused:
        actions.create_category("Climate", by=given.person("leyla"))
    assert str(refused.value) == "Only a steward can arrange the categories."
    assert make().writers == "members"


def test_a_groups_own_are_made_by_its_stewards_not_by_those_of_the_place():
    group = given.group(members=("leyla", "gunnel"))
    given.steward("gunnel")
    assert [policies.can_create_category(given.viewer(who), group.pk).ok for who in ("amina", "leyla", "gunnel")] == [
        True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reach", "keys"), [("public", {"public"}), ("members", {"members"}), ("group", {"group:{}", "stewards:group:{}"})]
)
def test_who_reads_it_is_an_audience(reach, keys):
    group = given.group()
    category = actions.create_category("Houses", by=given.person("amina"), group=group, reach=reach)
    assert category.audience.keys() == {key.format(group.pk) for key in keys}
    assert category.writers == "group"


def test_a_networks_own_is_read_in_all_its_groups():
    network = given.group("All tenants", kind="network")
    category = given.category("Between us", group=network)
    assert category.audience.keys() == {f"group:{network.pk}", f"network:{network.pk}"}


def test_each_has_an_address_of_its_own():
    assert [make(name=name).url for name in ("Åka buss", "Åka buss", "Aka Buss!", "مرحبا", "?")] == [
        "/c/aka-buss", "/c/aka-buss-2", "/c/aka-buss-3", "/c/category", "/c/category-2",
    ]  # fmt: skip


def test_it_comes_last_and_about_this_place_stays_the_very_last():
    make(name="About this place", about_this_place=True)
    make(name="First")
    make(name="Second")
    assert [branch.name for branch in categories_of_tree(given.viewer("oona"))] == [
        "First",
        "Second",
        "About this place",
    ]


def test_there_is_one_about_this_place():
    from django.db import IntegrityError

    make(name="About this place", about_this_place=True)
    with pytest.raises(IntegrityError):
        make(name="Another", about_this_place=True)


def test_below_another_one_it_stands_in_there_and_not_at_the_top():
    top = make(name="Housing")
    below = make(name="Repairs", parent=top)
    page = given.said(given.client("oona").get(top.url))
    assert f'href="{below.url}">Repairs</a>' in page
    assert f'<a href="{top.url}">Housing</a>' in given.said(given.client("oona").get(below.url))


def test_a_parent_that_the_reader_may_not_see_is_not_named():
    top = make(name="Stewards corner", reach="members")
    below = make(name="Open window", parent=top, reach="public")
    assert "Stewards corner" in given.said(given.client("oona").get(below.url))
    assert "Stewards corner" not in given.said(given.client().get(below.url))
    assert "Open window" in given.said(given.client().get("/forum"))


def test_it_does_not_stand_below_one_of_another_group():
    theirs = given.category("Houses", group=given.group("Others", by="bram"))
    group = given.group()
    with pytest.raises(ValueError, match="same group"):
        actions.create_category("Ours", by=given.person("amina"), group=group, parent=theirs)
    with pytest.raises(ValueError, match="same group"):
        make(parent=theirs)
    common = make(name="Common")
    assert send("amina", f"?group={group.slug}&in={common.slug}", reach="group", writers="group").status_code == 404
    assert send("gunnel", f"?in={theirs.slug}").status_code == 404


def test_one_happening_is_recorded_within_the_group():
    group = given.group()
    category = given.category("Houses", group=group)
    happening = Happening.objects.get(verb="category_created")
    assert (happening.thing, happening.within) == (f"category:{category.pk}", f"group:{group.pk}")


def test_the_form_makes_it_and_says_so():
    given.steward("gunnel")
    answer = send("gunnel")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/c/climate")
    page = given.said(given.client().get("/c/climate"))
    assert "Heat and floods." in page
    assert "Anyone can read this, also search engines." in page


def test_the_form_of_a_group_offers_its_members_as_readers_first():
    group = given.group()
    form = given.client("amina").get(f"/categories/new?group={group.slug}").context["form"]
    assert [value for value, _words in form.fields["reach"].choices] == ["group", "members", "public"]
    assert form.fields["reach"].initial == "group"
    assert send("amina", f"?group={group.slug}", reach="group", writers="group").status_code == 302
    assert Category.objects.get().group == group


def test_others_get_a_sentence_strangers_sign_in_and_a_hidden_group_is_not_there():
    hidden = given.group("Night watch", hidden=True)
    assert send("leyla").status_code == 403
    signed_out = send("")
    assert signed_out.status_code == 403
    assert "Heat and floods." in signed_out.content.decode()
    assert "/sign-in/?next=/categories/new" in signed_out.content.decode()
    assert send("leyla", f"?group={hidden.slug}").status_code == 404
    assert Category.objects.count() == 0


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "x" * 61}, {"reach": "world"}, {"writers": "nobody"}, {"purpose": "x" * 241}]
)
def test_what_is_wrong_is_said_and_nothing_is_made(wrong):
    given.steward("gunnel")
    assert send("gunnel", **wrong).status_code == 422
    assert Category.objects.count() == 0


def test_a_hidden_groups_own_are_read_by_its_people_only_and_cannot_be_guessed():
    group = given.group("Night watch", hidden=True)
    category = given.category("Houses", group=group, in_group="public")
    assert category.audience.keys() == {f"group:{group.pk}", f"stewards:group:{group.pk}"}
    assert category.slug.startswith("houses-")
    assert len(category.slug) == len("houses-") + 10


def test_when_a_group_hides_what_others_read_of_it_is_gone_for_them():
    group = given.group(members=("leyla",))
    category = given.category("Open window", group=group, in_group="public")
    thread = given.thread("What we saw", within=category)
    given.post(thread, "Baitwords", by="leyla")
    assert "What we saw" in given.said(given.client().get("/forum"))
    hide_group(group, by=given.person("amina"))
    for who in ("", "oona"):
        assert "What we saw" not in given.said(given.client(who).get("/forum"))
        assert "Open window" not in given.said(given.client(who).get("/forum"))
        assert given.client(who).get(thread.url).status_code == 404
        assert given.client(who).get(category.url).status_code == 404
        assert "0 hits" in given.said(given.client(who).get("/search?q=baitwords"))
    assert "Baitwords" in given.said(given.client("leyla").get(thread.url))
    assert "1 hit" in given.said(given.client("leyla").get("/search?q=baitwords"))


def test_when_a_group_hides_its_pictures_and_notices_hide_too():
    from dugnad.forum.uploads import keep_picture, with_picture
    from dugnad.notices.queries import notices_of

    group = given.group(members=("leyla",))
    thread = given.thread(within=given.category("Open window", group=group, in_group="public"))
    actions.follow_thread(thread, "watch", by=given.person("oona"))
    stored = keep_picture(given.picture(), "A yard", by=given.person("leyla"))
    given.post(thread, with_picture("Look", stored), by="leyla")
    assert (given.file("oona", stored.url) is None, notices_of(given.viewer("oona")).count()) == (False, 1)
    hide_group(group, by=given.person("amina"))
    assert (given.file("oona", stored.url), notices_of(given.viewer("oona")).count()) == (None, 0)
    assert given.file("amina", stored.url) is not None


def test_when_a_group_closes_its_public_conversations_stay_readable_and_nobody_writes():
    group = given.group(members=("leyla",))
    thread = given.thread("What we saw", within=given.category("Open window", group=group, in_group="public"))
    close_group(group, by=given.person("amina"))
    page = given.said(given.client("leyla").get(thread.url))
    assert "What we saw" in page
    assert group.url not in page
    assert "This category is closed. It can be read, and nobody writes in it any more." in page


def test_a_category_made_while_its_group_hides_is_for_its_people_only():
    as_the_page_saw_it = given.group()
    hide_group(given.group(), by=given.person("amina"))
    assert as_the_page_saw_it.is_hidden is False
    made = actions.create_category("Houses", by=given.person("amina"), group=as_the_page_saw_it, reach="public")
    assert made.audience.keys() == {as_the_page_saw_it.key, as_the_page_saw_it.stewards_key}
