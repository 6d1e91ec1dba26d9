"""Changing title and facts: who may, what the page and the search say afterwards, which addresses stay."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.kernel import search
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def need():
    return given.thread("A ladder", kind="need", fields={"where": "Hjällbo", "how_many": 2})


def edit(thread, who: str = "amina", title: str = "Two ladders", fields: dict | None = None):
    return actions.edit_thread(thread, by=given.person(who), title=title, fields=fields or {})


def hits(words: str) -> list[int]:
    return [hit.thing_id for hit in search.search(words, given.viewer()).found]


def test_who_started_it_and_stewards_may(need):
    given.steward("gunnel")
    assert [policies.can_edit_thread(given.viewer(who), need).ok for who in ("amina", "gunnel", "leyla", "")] == [
        True, True, False, False,
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        edit(need, "leyla")
    assert str(refused.value) == "Only the person who started the thread, or a steward, can change this."


def test_title_address_and_facts_change_and_the_old_address_still_leads_here(need):
    old = need.url
    changed = edit(need, fields={"where": "Angered"})
    assert (changed.title, changed.fields, changed.url) == (
        "Two ladders",
        {"where": "Angered"},
        f"/t/{need.pk}/two-ladders",
    )
    for address in (old, changed.url, f"/t/{need.pk}", f"/t/{need.pk}/anything-at-all"):
        assert "Two ladders" in given.said(given.client().get(address, follow=True))


def test_lists_show_the_new_title_at_once(need):
    given.client("jonas").get(need.category.url)
    edit(need, fields={"where": "Angered"})
    for who in ("", "jonas"):
        page = given.said(given.client(who).get(need.category.url))
        assert ("Two ladders" in page, ">A ladder<" in page, "Angered" in page, "Hjällbo" in page) == (
            True,
            False,
            True,
            False,
        )


def test_the_search_finds_the_new_words_and_no_longer_the_old(need):
    opening = need.posts.get().pk
    assert (hits("ladder"), hits("Hjällbo")) == ([opening], [opening])
    edit(need, title="A wheelbarrow", fields={"where": "Angered"})
    assert (hits("wheelbarrow"), hits("Angered"), hits("ladder"), hits("Hjällbo")) == ([opening], [opening], [], [])


def test_what_else_is_known_of_the_thread_stays(need):
    need.fields["source"] = {"file": "a.md"}
    need.save()
    assert edit(need, fields={"how_many": 3}).fields == {"source": {"file": "a.md"}, "how_many": 3}


def test_one_happening_is_recorded(need):
    edit(need)
    happening = Happening.objects.get(verb="thread_edited")
    assert (happening.thing, happening.within) == (f"thread:{need.pk}", f"category:{need.category_id}")


def test_the_form_holds_what_is_there_and_saves_what_was_typed(need):
    form = given.client("amina").get(f"/t/{need.pk}/edit").context["form"]
    assert [form[name].value() for name in ("title", "fact_where", "fact_how_many", "fact_when")] == [
        "A ladder",
        "Hjällbo",
        2,
        None,
    ]
    answer = given.client("amina").post(
        f"/t/{need.pk}/edit", {"title": "Ladders", "fact_how_many": "4", "language": "nl"}
    )
    need.refresh_from_db()
    assert (answer.status_code, need.title, need.fields, need.language) == (302, "Ladders", {"how_many": 4}, "nl")


def test_what_is_wrong_is_said_and_nothing_is_saved(need):
    answer = given.client("amina").post(f"/t/{need.pk}/edit", {"title": "", "fact_how_many": "0"})
    need.refresh_from_db()
    assert (answer.status_code, need.title) == (422, "A ladder")
    assert "A title is needed, so that others find it." in given.said(answer)


def test_a_steward_corrects_a_title_without_becoming_its_author(need):
    changed = edit(need, given.steward("gunnel") and "gunnel")
    assert changed.author == given.person("amina")


def test_facts_are_shown_in_the_readers_language_and_texts_as_markdown():
    project = given.thread(
        kind="project",
        fields={"what_for": "So that *somebody* is home.", "next_step_on": "2026-12-31", "next_step": "<b>Call</b>"},
    )
    page = given.said(given.client().get(project.url))
    assert "<p>So that <em>somebody</em> is home.</p>" in page
    assert "Thursday 31 December 2026" in page
    assert "&lt;b&gt;Call&lt;/b&gt;" in given.client().get(project.url).content.decode()


def test_a_stranger_is_led_to_the_sign_in_page(need):
    assert given.client().get(f"/t/{need.pk}/edit").headers["Location"] == f"/sign-in/?next=/t/{need.pk}/edit"
