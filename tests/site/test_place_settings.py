"""The settings of an open place: what holds now, what each page saves, who is told, and what two stewards do at once."""

from __future__ import annotations

import pytest

from dugnad.kernel.happenings import Happening
from dugnad.kernel.place import LANGUAGES, Place, the_place
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from dugnad.people.models import Person
from dugnad.site import place_actions, place_settings_actions
from dugnad.site.place_changing import ChangedMeanwhile
from dugnad.site.place_parts import PARTS
from tests import given

pytestmark = pytest.mark.django_db

OWNER, OTHER = "gunnel", "amina"


@pytest.fixture
def place():
    row = Place(pk=1, name="Linden", languages=["en", "sv"], opened_at="2023-06-05T12:00Z", sign_up="open")
    row.tagline, row.agreements = {"en": "Neighbours"}, {"en": "Be kind.", "sv": "Var snäll."}
    row.responsible, row.contact = "The friends of Linden", "linden@example.org"
    row.save()
    given.person(OWNER), given.person("leyla")
    Person.objects.update(language="en")
    return row


@pytest.fixture
def owner(place):
    given.steward(OWNER)
    return given.client(OWNER)


def lines() -> list[Happening]:
    return list(Happening.objects.filter(thing="place:1").order_by("pk"))


def test_the_overview_says_what_holds_now_and_leads_to_the_categories(owner):
    category = given.category("Housing")
    page = given.said(owner.get("/place/settings"))
    for name in PARTS:
        assert f'href="/place/settings/{name}"' in page
    for words in (
        "Linden: Neighbours",
        "Barn red · The table with a free seat",
        "English · svenska · Europe/Stockholm",
        "The friends of Linden, linden@example.org",
        "Version 1",
        "Anyone can create an account",
        "As usual",
        "The newest 7 are kept",
    ):
        assert f'<p class="meta">{words}' in page, words
    assert f'href="/c/{category.slug}/edit"' in page
    assert 'href="/categories/new"' in page


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_for_stewards_of_the_place_only(place, part):
    address = f"/place/settings/{part}"
    assert given.client("leyla").get(address).status_code == 404
    assert given.client("leyla").post(address, {}).status_code == 404
    given.steward(OWNER)
    assert given.client(OWNER).get(address).status_code == 200


def test_every_deed_asks_for_itself(place):
    leyla = given.person("leyla")
    deeds = place_settings_actions
    for deed in (
        lambda: deeds.choose_look(ink="moss", banner="moss", mark="logo", theme="", by=leyla),
        lambda: deeds.name_responsible(responsible="X", contact="x@example.org", by=leyla),
        lambda: deeds.write_agreements(agreements={"en": "X"}, note="X", by=leyla),
        lambda: deeds.write_privacy_notice(privacy={"en": "X"}, by=leyla),
        lambda: deeds.choose_retention(days={"notices": 30}, by=leyla),
        lambda: deeds.choose_mail_server(mail={"host": "mail.example.org"}, by=leyla),
        lambda: deeds.choose_backups(backups_kept=1, by=leyla),
    ):
        with pytest.raises(Refused, match="Only a steward of the place can change this"):
            deed()
    assert lines() == []


def test_a_change_is_one_line_that_says_what_it_was_and_what_it_is(owner):
    owner.post("/place/settings/name", {"name": "Lindgården", "tagline_en": "Neighbours", "tagline_sv": "", "seen": 0})
    (line,) = lines()
    assert (line.verb, line.actor) == ("place_named", given.person(OWNER).key)
    assert line.payload == {"part": "name", "changed": [["name", "Linden", "Lindgården"]], "note": ""}
    assert line.audience.keys() == {"members"}
    page = given.said(given.client("leyla").get("/place/log"))
    assert "Name: <b>Linden</b> → <b>Lindgården</b>" in page
    assert "Gunnel Åkesson" in page


def test_saving_the_same_again_writes_no_line(owner):
    owner.post("/place/settings/coming-in", {"sign_up": "open", "seen": 0})
    assert lines() == []
    assert the_place().versions == {}


def test_the_log_is_for_members_and_loses_the_name_of_who_is_gone(owner):
    owner.post("/place/settings/coming-in", {"sign_up": "request", "seen": 0})
    assert given.client().get("/place/log")["Location"].startswith("/sign-in/")
    Happening.objects.update(actor="")
    page = given.said(given.client("leyla").get("/place/log"))
    assert "Anyone can create an account → People ask, and a steward answers" in page
    assert "Gunnel" not in page
    assert "a steward · " in page


def test_the_log_goes_on_by_key(owner):
    gunnel = given.person(OWNER)
    for number in range(32):
        place_actions.name_place(name=f"Name {number}", tagline={}, by=gunnel)
    first = given.client("leyla").get("/place/log")
    assert len(first.context["rows"]) == 30
    older = given.client("leyla").get(f"/place/log?before={first.context['older']}")
    assert len(older.context["rows"]) == 2
    assert "<b>Name 0</b>" in given.said(older)
    assert "<b>Name 31</b>" not in given.said(older)
    assert given.client("leyla").get("/place/log?before=99999999999999999999999").status_code == 200


def test_what_another_steward_saved_meanwhile_is_shown_beside_what_was_typed(owner):
    given.steward(OTHER)
    Person.objects.update(language="en")
    typed = {"name": "Mine", "tagline_en": "Neighbours", "tagline_sv": "", "seen": 0}
    given.client(OTHER).post("/place/settings/name", {**typed, "name": "Hers"})
    answer = owner.post("/place/settings/name", typed)
    page = given.said(answer)
    assert answer.status_code == 409
    assert "Amina Warsame changed this while you were writing" in page
    assert '<dd class="as-typed">Hers</dd>' in page
    assert 'value="Mine"' in page
    assert the_place().name == "Hers"
    assert 'name="seen" value="1"' in page
    assert owner.post("/place/settings/name", {**typed, "seen": 1}).status_code == 302
    assert the_place().name == "Mine"


def test_changes_of_different_parts_do_not_stand_in_each_others_way(owner):
    gunnel = given.person(OWNER)
    place_settings_actions.choose_backups(backups_kept=3, by=gunnel, seen=0)
    place_actions.choose_sign_up(sign_up="request", by=gunnel, seen=0)
    with pytest.raises(ChangedMeanwhile):
        place_settings_actions.choose_backups(backups_kept=5, by=gunnel, seen=0)
    assert (the_place().backups_kept, the_place().sign_up) == (3, "request")


def test_changed_ground_rules_get_a_version_and_every_member_is_told_what_is_changed(owner):
    typed = {"agreements_en": "Be kinder.", "agreements_sv": "Var snäll.", "seen": 0}
    answer = owner.post("/place/settings/agreements", {**typed, "note": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["note"])
    owner.post("/place/settings/agreements", {**typed, "note": "Kinder than before"})
    now = the_place()
    assert (now.agreements, now.agreements_version) == ({"en": "Be kinder.", "sv": "Var snäll."}, 2)
    told = Notice.objects.filter(kind="agreements_written")
    assert {notice.person_id for notice in told} == {given.person("leyla").pk}
    assert "The ground rules are changed: Kinder than before" in given.said(given.client("leyla").get("/notices"))
    page = given.said(given.client("leyla").get("/agreements"))
    assert "Version 2, since " in page
    assert "What is changed: Kinder than before" in page
    (line,) = lines()
    assert line.payload == {"part": "agreements", "changed": [["agreements", None, None]], "note": "Kinder than before"}
    assert "Be kinder" not in given.said(given.client("leyla").get("/place/log"))


def test_the_same_ground_rules_again_keep_their_version(owner):
    owner.post("/place/settings/agreements", {"agreements_en": "Be kind.", "agreements_sv": "Var snäll.", "note": ""})
    assert the_place().agreements_version == 1
    assert Notice.objects.count() == 0


def test_a_member_accepts_the_rules_as_they_read_now(owner):
    place_settings_actions.write_agreements(agreements={"en": "Be kinder."}, note="Kinder", by=given.person(OWNER))
    leyla = given.client("leyla")
    assert "I keep to these" in given.said(leyla.get("/agreements"))
    answer = leyla.post("/agreements/accept", {"version": "1"})
    assert answer.status_code == 403
    assert "were changed once more" in given.said(answer)
    assert leyla.post("/agreements/accept", {"version": "2"}).status_code == 302
    assert Person.objects.get(pk=given.person("leyla").pk).agreed_version == 2
    assert "I keep to these" not in given.said(leyla.get("/agreements"))
    assert leyla.post("/agreements/accept", {"version": "zwei"}).status_code == 404


def test_a_language_that_is_no_longer_offered_keeps_its_texts(owner):
    owner.post("/place/settings/languages", {"languages": ["sv"], "first": "sv", "time_zone": "Europe/Oslo", "seen": 0})
    owner.post("/place/settings/agreements", {"agreements_sv": "Var snällare.", "note": "Snällare", "seen": 0})
    assert the_place().agreements == {"en": "Be kind.", "sv": "Var snällare."}


def test_the_privacy_notice_and_who_is_responsible_have_pages_of_their_own(owner):
    owner.post("/place/settings/privacy", {"privacy_en": "Write to {contact}.", "privacy_sv": "", "seen": 0})
    owner.post("/place/settings/responsible", {"responsible": "Linden ry", "contact": "ry@example.org", "seen": 0})
    page = given.said(given.client().get("/privacy"))
    assert "<p>Write to ry@example.org.</p>" in page
    assert "<dd>Linden ry</dd>" in page
    assert the_place().agreements_version == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_there_in_every_language(owner, language):
    Person.objects.update(language=language)
    for name in PARTS:
        assert f'<html lang="{language}"' in given.said(owner.get(f"/place/settings/{name}"))


def test_backups_have_bounds(owner):
    assert owner.post("/place/settings/backups", {"backups_kept": "61", "seen": 0}).status_code == 422
    assert owner.post("/place/settings/backups", {"backups_kept": "0", "seen": 0}).status_code == 302
    assert the_place().backups_kept == 0
    assert "The house makes no backups." in given.said(owner.get("/place/settings"))
