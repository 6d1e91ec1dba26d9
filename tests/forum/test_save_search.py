"""Saved searches: kept for oneself, and told of at most once a day, as far as one may see at that moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from dugnad.forum import actions
from dugnad.forum.actions.searching import MOST_AT_ONCE, NameTaken, tell_of_searches
from dugnad.forum.models import SavedSearch
from dugnad.forum.planned_policies import MOST_SEARCHES
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from dugnad.people.keeping.actions import erase_person
from tests import given

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def saved(query="bicycle", *, who="leyla", name="", **filters):
    return actions.save_search(name or query, query, filters, by=given.person(who))


def notices(who="leyla"):
    return list(Notice.objects.filter(person=given.person(who), kind="search_found").order_by("pk"))


def look(clock, **later):
    """The worker looks again after that time."""
    clock.shift(timedelta(**later))
    return tell_of_searches()


def test_what_was_there_is_no_news_and_what_comes_is_told_once(morning):
    thread = given.thread("A bicycle", by="amina")
    row = saved()
    assert tell_of_searches() == "0 of 1 saved searches found something"
    given.post(thread, "Another bicycle", by="jonas")
    given.post(thread, "And bicycles again", by="jonas")
    assert tell_of_searches() == ""
    assert look(morning, hours=1) == "1 of 1 saved searches found something"
    [notice] = notices()
    assert (notice.title, notice.url) == ("bicycle", "/search?q=bicycle")
    given.post(thread, "A third bicycle", by="jonas")
    assert look(morning, hours=23) == ""
    assert look(morning, hours=1) == "1 of 1 saved searches found something"
    assert len(notices()) == 2
    row.refresh_from_db()
    assert row.told_to > 0


def test_an_edit_is_no_news(morning):
    thread = given.thread("Talk", text="A bicycle", by="amina")
    saved()
    actions.edit_post(thread.posts.get(), "A red bicycle", by=given.person("amina"), seen_edits=0)
    assert look(morning, hours=1) == "0 of 1 saved searches found something"


def test_nobody_is_told_of_what_they_may_not_see_or_do_not_want_to_see(morning):
    group = given.group("Nattugglorna", members=("jonas",), hidden=True)
    given.block("leyla", "bram")
    saved()
    given.thread("A bicycle at night", within=given.category("Night", group=group), by="amina")
    given.thread("A bicycle of Bram", by="bram")
    given.thread("My own bicycle", by="leyla")
    assert look(morning, hours=1) == "0 of 1 saved searches found something"
    assert notices() == []
    given.thread("A bicycle for all", by="jonas")
    assert look(morning, hours=1) == "1 of 1 saved searches found something"


def test_only_ones_own_languages_when_one_said_so(morning):
    saved(languages="mine")
    given.thread("Ein bicycle", by="amina", language="nn")
    assert look(morning, hours=1) == "0 of 1 saved searches found something"
    given.thread("A bicycle", by="amina", language="en")
    assert look(morning, hours=1) == "1 of 1 saved searches found something"
    assert notices()[0].url == "/search?q=bicycle&languages=mine"


def test_one_who_does_not_listen_is_not_told_and_what_came_meanwhile_is_known(morning):
    row, leyla = saved(), given.person("leyla")
    actions.listen_to_search(row, False, by=leyla)
    given.thread("A bicycle", by="amina")
    assert look(morning, hours=2) == ""
    actions.listen_to_search(row, True, by=leyla)
    assert look(morning, hours=2) == "0 of 1 saved searches found something"


def test_a_run_looks_at_a_bounded_number_and_the_rest_come_next(morning):
    leyla = given.person("leyla")
    SavedSearch.objects.bulk_create(
        SavedSearch(person=leyla, name=f"search {n}", query="bicycle", next_look_at=NOW)
        for n in range(MOST_AT_ONCE + 2)
    )
    assert tell_of_searches() == f"0 of {MOST_AT_ONCE} saved searches found something"
    assert tell_of_searches() == "0 of 2 saved searches found something"
    assert tell_of_searches() == ""


def test_there_are_thirty_at_most_one_of_each_and_names_are_ones_own():
    first = saved()
    assert saved() == first
    with pytest.raises(NameTaken):
        saved("saw", name="bicycle")
    assert saved("saw", name="bicycle", who="jonas").name == "bicycle"
    SavedSearch.objects.bulk_create(
        SavedSearch(person=first.person, name=f"{n}", query=f"{n}") for n in range(MOST_SEARCHES - 1)
    )
    with pytest.raises(Refused, match="You keep 30 searches"):
        saved("drill")


def test_only_who_keeps_it_renames_silences_and_deletes_it():
    row, jonas = saved(name="zebra"), given.person("jonas")
    for deed in (
        lambda: actions.rename_search(row, "mine", by=jonas),
        lambda: actions.listen_to_search(row, False, by=jonas),
        lambda: actions.forget_search(row, by=jonas),
    ):
        with pytest.raises(Refused):
            deed()
    browser = given.client("jonas")
    assert "zebra" not in given.said(browser.get("/me/searches"))
    assert [browser.post(f"/me/searches/{row.pk}/{deed}").status_code for deed in ("rename", "listen", "forget")] == [
        404
    ] * 3


def test_the_search_page_keeps_a_search_and_the_list_leads_back():
    browser = given.client("leyla")
    assert 'action="/search/save"' in given.said(browser.get("/search?q=bicycle"))
    assert 'action="/search/save"' not in given.said(given.client().get("/search?q=bicycle"))
    assert browser.post("/search/save", {"q": " a  bicycle ", "name": ""}).url == "/me/searches"
    row = SavedSearch.objects.get()
    assert (row.name, row.query, row.filters, row.tells) == ("a bicycle", "a bicycle", {}, True)
    assert 'href="/search?q=a+bicycle"' in given.said(browser.get("/me/searches"))
    assert browser.post("/search/save", {"q": "saw", "name": "a bicycle"}).url == "/me/searches"
    assert SavedSearch.objects.get(query="saw").name == "a bicycle (2)"
    taken = browser.post(f"/me/searches/{row.pk}/rename", {"name": "a bicycle (2)"})
    assert taken.status_code == 422
    assert "You keep another search under this name." in given.said(taken)
    browser.post(f"/me/searches/{row.pk}/rename", {"name": "Wheels"})
    browser.post(f"/me/searches/{row.pk}/listen", {"wanted": "no"})
    row.refresh_from_db()
    assert (row.name, row.tells) == ("Wheels", False)
    browser.post(f"/me/searches/{row.pk}/forget")
    assert not SavedSearch.objects.filter(pk=row.pk).exists()


def test_searches_go_with_who_kept_them():
    row = saved()
    erase_person(row.person, leave_posts=True, by=row.person)
    assert not SavedSearch.objects.exists()


def test_a_name_is_numbered_until_it_is_free():
    browser = given.client("leyla")
    for query, name in (("saw", "Tools"), ("drill", "Tools (3)"), ("axe", "Tools"), ("plane", "Tools")):
        assert browser.post("/search/save", {"q": query, "name": name}).status_code == 302
    names = SavedSearch.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["Tools", "Tools (3)", "Tools (2)", "Tools (4)"]
