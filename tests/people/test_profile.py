"""What members see of each other, and how somebody changes it."""

from __future__ import annotations

import pytest

from dugnad.kernel.happenings import Happening
from dugnad.kernel.pagecache import forget_pages
from dugnad.kernel.policies import Refused
from dugnad.kernel.stamps import public_stamp
from dugnad.people.models import Person
from dugnad.people.profile_actions import edit_profile
from dugnad.people.profile_policies import can_edit_profile
from dugnad.people.profile_queries import PAGE, people_here
from tests import given

pytestmark = pytest.mark.django_db

CHANGES = {
    "name": "Leyla D.",
    "about": "I mend *bicycles*.",
    "place_name": "Hjällbo",
    "language": "nb",
    "reads": ["sv", "nb"],
    "time_zone": "Europe/Oslo",
}


def test_only_the_person_can_edit_a_profile():
    leyla, amina = given.person("leyla"), given.person("amina")
    assert can_edit_profile(leyla, leyla)
    assert str(can_edit_profile(amina, leyla).reason) == "Only the person can change this page."
    with pytest.raises(Refused):
        edit_profile(leyla, **CHANGES, by=amina)


def test_editing_changes_what_others_see_and_is_recorded_for_members():
    leyla = given.person("leyla")
    edit_profile(leyla, **CHANGES, by=leyla)
    leyla.refresh_from_db()
    assert {name: getattr(leyla, name) for name in CHANGES} == CHANGES
    assert (leyla.name_key, leyla.handle) == ("leyla d.", "leyla-demir")
    happening = Happening.objects.get(verb="profile_edited")
    assert (happening.thing, happening.actor, happening.payload) == (leyla.key, leyla.key, {})
    assert happening.audience.keys() == {"members"}


def test_a_new_name_makes_pages_kept_for_strangers_stale_and_other_changes_do_not():
    leyla = given.person("leyla")
    before = public_stamp()
    edit_profile(leyla, **{**CHANGES, "name": leyla.name}, by=leyla)
    assert public_stamp() == before
    edit_profile(leyla, **CHANGES, by=leyla)
    assert public_stamp() == before + 1


def test_the_page_shows_members_what_the_person_wrote():
    leyla = given.person("leyla")
    edit_profile(leyla, **CHANGES, by=leyla)
    Person.objects.filter(pk=leyla.pk).update(joined_at="2023-06-05T12:00Z")
    page = given.client("amina").get("/people/leyla-demir").content.decode()
    assert "<h1>Leyla D.</h1>" in page
    assert "I mend <em>bicycles</em>." in page
    assert "Hjällbo" in page
    assert "June 2023" in page
    assert '<span lang="nb">norsk bokmål</span>' in page
    assert "leyla@example.org" not in page


def test_a_stranger_finds_nobody_and_an_erased_person_is_found_by_nobody():
    leyla = given.person("leyla")
    assert given.client().get("/people/leyla-demir").status_code == 404
    assert given.client("amina").get("/people/nobody-here").status_code == 404
    Person.objects.filter(pk=leyla.pk).update(erased_at="2023-06-05T12:00Z")
    assert given.client("amina").get("/people/leyla-demir").status_code == 404


def test_what_was_typed_comes_back_with_a_sentence_when_the_name_cannot_be_read_out():
    client = given.client("leyla")
    answer = client.post("/me/profile", {**CHANGES, "name": "…", "about": "Kept text"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Kept text" in page
    assert given.person("leyla").name == "Leyla Demir"


def test_the_form_saves_and_shows_the_page_in_the_new_language():
    client = given.client("leyla")
    answer = client.post("/me/profile", CHANGES)
    assert (answer.status_code, answer["Location"]) == (302, "/me/profile")
    leyla = given.person("leyla")
    assert (leyla.name, leyla.language, leyla.reads) == ("Leyla D.", "nb", ["sv", "nb"])
    assert '<html lang="nb"' in client.get("/me/profile").content.decode()


def test_script_in_every_field_is_text():
    leyla = given.person("leyla")
    bait = "<script>alert(1)</script>"
    edit_profile(leyla, **{**CHANGES, "name": f"L {bait}", "about": bait, "place_name": bait}, by=leyla)
    page = given.client("amina").get("/people/leyla-demir").content.decode()
    assert "<script>alert" not in page


def test_the_list_is_for_members_by_name_and_by_the_beginning_of_any_part_of_it():
    for who in ("leyla", "jonas", "per-erik"):
        given.person(who)
    viewer = given.viewer("amina")
    assert [one.name for one in people_here(viewer).people] == [
        "Amina Warsame",
        "Jonas Ek",
        "Leyla Demir",
        "Per-Erik Ståhl",
    ]
    assert [one.name for one in people_here(viewer, search="EK").people] == ["Jonas Ek"]
    assert [one.name for one in people_here(viewer, search="ståhl").people] == ["Per-Erik Ståhl"]
    assert [one.name for one in people_here(viewer, search="emir").people] == []
    assert people_here(given.viewer()).people == []
    assert given.client().get("/people").status_code == 302


def test_the_list_pages_by_key_and_every_name_comes_once():
    for number in range(PAGE + 3):
        Person.objects.create(name="Same Name" if number % 2 else f"Person {number:03}", handle=f"p{number}")
    viewer = given.viewer("amina")
    first = people_here(viewer)
    second = people_here(viewer, after=first.after)
    assert len(first.people) == PAGE
    assert second.after == ""
    ids = [one.pk for one in (*first.people, *second.people)]
    assert len(ids) == len(set(ids)) == PAGE + 4


def test_the_same_number_of_queries_for_one_row_and_for_many(django_assert_num_queries):
    client = given.client("amina")
    client.get("/people")
    with django_assert_num_queries(5):
        client.get("/people")
    for who in ("leyla", "jonas", "per-erik"):
        given.person(who)
    with django_assert_num_queries(5):
        client.get("/people")


def test_a_stranger_is_asked_to_sign_in_before_any_of_ones_own_pages():
    forget_pages()
    for address in ("/me/", "/me/profile", "/me/blocked", "/me/export", "/me/erase"):
        answer = given.client().get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={address}")


def test_a_steward_makes_somebody_a_steward_on_their_page_and_only_stewards_are_offered_it():
    given.person("leyla", language="en")
    offered = 'href="/people/leyla-demir/stewardship"'
    assert offered not in given.client("oona").get("/people/leyla-demir").content.decode()
    assert given.client("oona").post("/people/leyla-demir/stewardship").status_code == 403
    given.steward("gunnel")
    client = given.client("gunnel")
    assert offered in client.get("/people/leyla-demir").content.decode()
    assert client.post("/people/leyla-demir/stewardship")["Location"] == "/people/leyla-demir"
    assert given.viewer("leyla").holds("stewards:place")
    assert "Steward of this place" in given.client("oona").get("/people/leyla-demir").content.decode()
    assert given.client("leyla").post("/people/gunnel-akesson/stewardship/end").status_code == 302
    assert not given.viewer("gunnel").holds("stewards:place")
    answer = given.client("leyla").post("/people/leyla-demir/stewardship/end")
    assert (answer.status_code, given.viewer("leyla").holds("stewards:place")) == (403, True)
    assert "The place needs at least one steward. Give it to somebody else first." in answer.content.decode()


def test_the_own_page_leads_to_every_page_of_ones_own():
    page = given.client("amina").get("/me/").content.decode()
    for address in ("/me/profile", "/me/security/", "/me/blocked", "/me/export", "/me/erase", "/people/amina-warsame"):
        assert f'href="{address}"' in page
    assert 'href="/place/settings"' not in page
    given.steward("gunnel")
    assert 'href="/place/settings"' in given.client("gunnel").get("/me/").content.decode()


def test_the_page_of_a_person_shows_the_threads_they_started_as_far_as_one_may_read_them():
    given.thread("Open to all", by="amina")
    group = given.group(members=("jonas",))
    given.thread("For the group", within=given.category("Inside", group=group), by="amina")
    seen = given.client("jonas").get("/people/amina-warsame").content.decode()
    assert "Open to all" in seen
    assert "For the group" in seen
    outside = given.client("oona").get("/people/amina-warsame").content.decode()
    assert "Open to all" in outside
    assert "For the group" not in outside
