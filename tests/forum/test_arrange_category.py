"""Changing, ordering, closing and reopening categories: who may, what readers see then."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.forum.models import Category
from dugnad.forum.queries import categories_of_tree
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def gunnel():
    return given.steward("gunnel")


@pytest.fixture
def category(gunnel):
    return given.category("Housing", purpose="Roofs and rents.")


def verbs() -> list[str]:
    return list(Happening.objects.filter(verb__startswith="category_").order_by("pk").values_list("verb", flat=True))


def names_in_order() -> list[str]:
    return [branch.name for branch in categories_of_tree(given.viewer())]


def test_only_stewards_change_order_close_and_reopen(category):
    leyla = given.person("leyla")
    for deed in (
        lambda: actions.edit_category(category, by=leyla, name="Mine"),
        lambda: actions.arrange_category(category, by=leyla, before=None),
        lambda: actions.close_category(category, by=leyla),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert str(refused.value) == "Only a steward can arrange the categories."
    assert verbs() == ["category_created"]


def test_name_purpose_and_writers_change_and_the_address_stays(category, gunnel):
    changed = actions.edit_category(category, by=gunnel, name="Homes", purpose="All of them.", writers="stewards")
    assert (changed.name, changed.purpose, changed.writers, changed.url) == (
        "Homes",
        "All of them.",
        "stewards",
        "/c/housing",
    )
    assert not policies.can_start_thread(given.viewer("oona"), changed)
    assert verbs() == ["category_created", "category_edited"]


def test_a_new_name_stands_in_lists_at_once(category, gunnel):
    given.thread("A drill")
    for who in ("", "oona"):
        assert "Housing" in given.said(given.client(who).get("/forum"))
    actions.edit_category(category, by=gunnel, name="Homes")
    for who in ("", "oona"):
        page = given.said(given.client(who).get("/forum"))
        assert ("Homes" in page, "Housing" in page) == (True, False)


def test_readers_get_its_name_in_their_language_and_others_as_it_was_written(category, gunnel):
    actions.edit_category(category, by=gunnel, translations={"nn": {"name": "Bustad"}})
    nynorsk = given.client()
    nynorsk.cookies["dugnad_language"] = "nn"
    assert "<h1>Bustad</h1>" in given.said(nynorsk.get(category.url))
    assert "<h1>Housing</h1>" in given.said(given.client().get(category.url))


def test_who_reads_it_cannot_be_changed_by_the_way(category, gunnel):
    with pytest.raises(ValueError, match="audience"):
        actions.edit_category(category, by=gunnel, audience=1)


def test_it_does_not_stand_below_itself(category, gunnel):
    below = actions.create_category("Repairs", by=gunnel, parent=category)
    for parent in (category, below):
        with pytest.raises(ValueError, match="below itself"):
            actions.edit_category(category, by=gunnel, parent=parent)


def test_the_order_is_the_stewards(gunnel):
    first, _second, third = (given.category(name) for name in ("First", "Second", "Third"))
    actions.arrange_category(third, by=gunnel, before=first)
    assert names_in_order() == ["Third", "First", "Second"]
    actions.arrange_category(third, by=gunnel, before=None)
    assert names_in_order() == ["First", "Second", "Third"]
    actions.arrange_category(first, by=gunnel, before=third)
    assert names_in_order() == ["Second", "First", "Third"]


def test_one_of_another_parent_is_no_place_to_stand_before(gunnel):
    first, second = given.category("First"), given.category("Second")
    below = actions.create_category("Below", by=gunnel, parent=second)
    actions.arrange_category(first, by=gunnel, before=below)
    assert names_in_order() == ["Second", "First"]


def test_the_form_of_the_order_works(gunnel):
    first, second = given.category("First"), given.category("Second")
    answer = given.client("gunnel").post(f"{second.url}/arrange", {"before": first.slug}, follow=True)
    assert "The order is saved." in given.said(answer)
    assert names_in_order() == ["Second", "First"]


def test_a_closed_one_can_be_read_and_nobody_writes_in_it(category, gunnel):
    thread = given.thread()
    actions.close_category(category, by=gunnel)
    page = given.said(given.client("oona").get(category.url))
    assert "This category is closed. It can be read, and nobody writes in it any more." in page
    assert thread.title in page
    assert "Start a thread" not in page.partition("<main")[2].partition("</main")[0]
    for verdict in (
        policies.can_start_thread(given.viewer("oona"), Category.objects.get()),
        policies.can_add_post(given.viewer("oona"), type(thread).objects.get()),
    ):
        assert str(verdict.reason) == "This category is closed. It can be read, and nobody writes in it any more."
    assert given.client("oona").get(thread.url).status_code == 200


def test_a_closed_one_stands_apart_in_the_forum(category, gunnel):
    actions.close_category(category, by=gunnel)
    page = given.said(given.client().get("/forum"))
    assert names_in_order() == []
    assert page.index("Closed categories") < page.index(f'href="{category.url}"')


def test_about_this_place_cannot_be_closed(gunnel):
    always = given.category("About this place", about_this_place=True)
    with pytest.raises(Refused) as refused:
        actions.close_category(always, by=gunnel)
    assert str(refused.value) == "“About this place” is always there: here people steer the place itself."
    page = given.said(given.client("gunnel").get(f"{always.url}/edit"))
    assert "Close the category" not in page
    assert given.client("gunnel").post(f"{always.url}/close").status_code == 403


def test_closing_twice_says_so(category, gunnel):
    actions.close_category(category, by=gunnel)
    with pytest.raises(Refused):
        actions.close_category(category, by=gunnel)
    assert verbs() == ["category_created", "category_closed"]


def test_reopened_it_is_written_in_again(category, gunnel):
    with pytest.raises(Refused) as refused:
        actions.reopen_category(category, by=gunnel)
    assert str(refused.value) == "This category is open."
    actions.close_category(category, by=gunnel)
    page = given.said(given.client("gunnel").get(f"{category.url}/edit"))
    assert "Open the category again" in page
    answer = given.client("gunnel").post(f"{category.url}/reopen", follow=True)
    assert "The category is open again." in given.said(answer)
    assert given.thread(within=category).post_count == 1
    assert verbs() == ["category_created", "category_closed", "category_reopened"]


def test_of_a_closed_group_it_stays_closed():
    from dugnad.groups.actions import close_group

    group = given.group()
    category = given.category("Houses", group=group, in_group="public")
    close_group(group, by=given.person("amina"))
    category.refresh_from_db()
    assert category.closed_at is not None
    with pytest.raises(Refused):
        actions.reopen_category(category, by=given.person("amina"))


def test_the_form_changes_and_says_so(category, gunnel):
    form = given.client("gunnel").get(f"{category.url}/edit").context["form"]
    assert [form[name].value() for name in ("name", "purpose", "writers")] == ["Housing", "Roofs and rents.", "members"]
    assert "reach" not in form.fields
    typed = {"name": "Homes", "purpose": "", "writers": "members"}
    answer = given.client("gunnel").post(f"{category.url}/edit", typed, follow=True)
    assert "Saved." in given.said(answer)
    assert (Category.objects.get().name, Category.objects.get().purpose) == ("Homes", "")
    assert given.client("gunnel").post(f"{category.url}/edit", {"name": "", "writers": "members"}).status_code == 422


def test_strangers_sign_in_and_others_get_a_sentence(category):
    for door in ("edit", "arrange", "close", "reopen"):
        assert given.client().post(f"{category.url}/{door}").status_code == 302
        assert given.client("leyla").post(f"{category.url}/{door}").status_code == 403
    for door in ("arrange", "close", "reopen"):
        assert given.client("gunnel").get(f"{category.url}/{door}").status_code == 405


def test_one_that_is_hidden_answers_404():
    category = given.category("Houses", group=given.group())
    for door in ("edit", "arrange", "close", "reopen"):
        assert given.client("leyla").post(f"{category.url}/{door}").status_code == 404
