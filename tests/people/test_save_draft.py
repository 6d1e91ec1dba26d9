"""What is typed is kept for its writer alone: on all their devices, until it is sent, deleted or old."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from dugnad.kernel import registry
from dugnad.kernel.policies import Refused
from dugnad.people.drafts.actions import DraftChanged, Typed, forget_draft, save_draft
from dugnad.people.drafts.daily import forget_old_drafts
from dugnad.people.drafts.policies import MOST_DRAFTS
from dugnad.people.keeping.actions import erase_person
from dugnad.people.keeping.export import parts_of
from dugnad.people.models import Draft
from tests import given

pytestmark = pytest.mark.django_db
PLACE = "/t/12/reply"


def kept(text="Soup, and", *, who="amina", seen=0, place=PLACE, **fields):
    return save_draft(place, Typed(place, text, fields), seen=seen, by=given.person(who))


def by_script(browser, text, *, seen=0, place=PLACE, **fields):
    """What drafts.js sends."""
    form = {"place": place, "url": place, "text": text, "seen": seen, "fields": json.dumps(fields)}
    return browser.post("/me/drafts/save", form, headers={"X-Dugnad-Live": "1"})


def test_each_saving_has_a_higher_number_and_open_pages_hear_of_it(announced):
    with announced() as sent:
        first = kept()
        second = kept("Soup, and bread", seen=first.version)
    assert (second.text, second.version) == ("Soup, and bread", first.version + 1)
    assert sent == [
        {"person": first.person_id, "event": {"type": "draft", "place": PLACE, "version": version}}
        for version in (first.version, second.version)
    ]


def test_who_did_not_see_the_other_version_changes_nothing_and_gets_it():
    there = kept("From the phone")
    with pytest.raises(DraftChanged) as changed:
        kept("From the desk")
    assert changed.value.draft == there
    assert Draft.objects.get().text == "From the phone"


def test_the_same_text_again_is_no_new_version():
    there = kept("Once", title="A")
    assert kept("Once", title="A").version == there.version


def test_a_draft_begun_anew_has_no_number_that_a_device_has_seen():
    """A device that was away while the draft was sent and another one begun must not take one for the other."""
    with time_machine.travel("2026-03-01 10:00:00+00:00", tick=False):
        old = kept()
        forget_draft(old, by=given.person("amina"))
    with time_machine.travel("2026-03-01 10:00:10+00:00", tick=False):
        assert kept("Another").version > old.version
    with pytest.raises(DraftChanged):
        kept("On the old one", seen=old.version)


def test_there_are_fifty_drafts_at_most_and_the_one_that_is_there_can_always_be_changed():
    first = kept()
    Draft.objects.bulk_create(
        Draft(person=first.person, place=f"/t/{number}/reply", saved_at=timezone.now())
        for number in range(100, 100 + MOST_DRAFTS - 1)
    )
    assert kept("Longer", seen=first.version).text == "Longer"
    with pytest.raises(Refused, match="You have 50 drafts"):
        kept(place="/t/99/reply")


def test_only_who_wrote_it_forgets_it():
    draft = kept()
    with pytest.raises(Refused):
        forget_draft(draft, by=given.person("leyla"))
    assert given.client("leyla").post(f"/me/drafts/{draft.pk}/forget").status_code == 404
    assert given.client("amina").post(f"/me/drafts/{draft.pk}/forget").url == "/me/drafts"
    assert not Draft.objects.exists()


def test_the_editor_saves_reads_and_clears():
    browser = given.client("amina")
    saved = by_script(browser, "Soup", title="Forty")
    assert saved.status_code == 200
    there = browser.get("/me/drafts/at", {"place": PLACE}).json()
    assert (there["text"], there["fields"], there["version"]) == ("Soup", {"title": "Forty"}, saved.json()["version"])
    assert given.client("leyla").get("/me/drafts/at", {"place": PLACE}).json()["version"] == 0
    cleared = by_script(browser, " ", seen=there["version"], language="sv", heading="x", area="text")
    assert (cleared.json(), Draft.objects.count()) == ({"version": 0}, 0)


def test_the_editor_is_told_what_another_device_wrote():
    browser = given.client("amina")
    there = by_script(browser, "Phone").json()["version"]
    answer = by_script(browser, "Desk", seen=3)
    assert answer.status_code == 409
    assert (answer.json()["text"], answer.json()["version"]) == ("Phone", there)
    assert by_script(browser, "Desk", seen=there).status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"place": "//evil.example/x"},
        {"place": "https://evil.example/"},
        {"place": PLACE, "url": "javascript:alert(1)"},
        {"place": PLACE, "seen": "many"},
        {"place": PLACE, "fields": "[1]"},
        {"place": PLACE, "fields": '{"a": 1}'},
        {"place": "/" + "x" * 200},
        {"place": PLACE, "fields": json.dumps({str(n): "x" for n in range(60)})},
    ],
)
def test_what_is_no_draft_is_not_kept(form):
    sent = {"url": PLACE, "text": "x"} | form
    answer = given.client("amina").post("/me/drafts/save", sent, headers={"X-Dugnad-Live": "1"})
    assert (answer.status_code, Draft.objects.count()) == (400, 0)


def test_a_text_that_is_too_long_stays_in_the_browser_and_a_sentence_says_so():
    answer = by_script(given.client("amina"), "x" * 50_001)
    assert answer.status_code == 422
    assert "50000 characters" in answer.json()["said"]


def test_a_device_that_was_signed_out_is_told_so():
    answer = by_script(given.client(), "Soup")
    assert (answer.status_code, answer.json()["said"]) == (403, "You are signed out. The text is kept in this browser.")


def test_a_form_that_went_through_needs_its_draft_no_more(announced):
    thread = given.thread()
    browser = given.client("leyla")
    by_script(browser, "I have", place=f"/t/{thread.pk}/reply")
    by_script(browser, "Elsewhere", place="/t/99/reply")
    assert browser.post(f"/t/{thread.pk}/reply", {"text": ""}).status_code == 422
    assert Draft.objects.count() == 2
    with announced() as sent:
        assert browser.post(f"/t/{thread.pk}/reply", {"text": "I have one."}).status_code == 302
    assert [draft.place for draft in Draft.objects.all()] == ["/t/99/reply"]
    gone = {"type": "draft", "place": f"/t/{thread.pk}/reply", "version": 0}
    assert gone in [one.get("event") for one in sent]


def test_without_script_a_button_keeps_the_whole_form_and_the_list_leads_back_to_it():
    category, browser = given.category(), given.client("amina")
    place = f"/c/{category.slug}/new"
    form = {"place": place, "kind": "need", "title": "A drill", "text": "For an hour", "fact_where": "Hjällbo"}
    assert browser.post("/me/drafts/save", form).url == "/me/drafts"
    draft = Draft.objects.get()
    assert (draft.place, draft.url, draft.text) == (place, f"{place}?kind=need", "For an hour")
    page = given.said(browser.get("/me/drafts"))
    assert "A drill" in page
    assert f"{place}?kind=need&draft={draft.pk}" in page
    form = browser.get(f"{place}?kind=need&draft={draft.pk}").context["form"]
    assert (form["title"].value(), form["text"].value(), form["fact_where"].value()) == (
        "A drill",
        "For an hour",
        "Hjällbo",
    )


def test_without_script_a_second_draft_of_the_same_form_shows_both():
    browser, there = given.client("amina"), kept("From the phone")
    both = browser.post("/me/drafts/save", {"place": PLACE, "text": "From the desk"})
    assert both.status_code == 409
    assert {"From the phone", "From the desk"} <= set(given.said(both).replace("<", ">").split(">"))
    chosen = {"place": PLACE, "text": "From the desk", "seen": there.version}
    assert browser.post("/me/drafts/save", chosen).status_code == 302
    assert Draft.objects.get().text == "From the desk"


def test_the_draft_of_somebody_else_fills_no_form():
    thread = given.thread()
    draft = kept("zebra", who="amina", place=f"/t/{thread.pk}/reply")
    assert "zebra" not in given.said(given.client("leyla").get(f"/t/{thread.pk}/reply?draft={draft.pk}"))
    assert "zebra" in given.said(given.client("amina").get(f"/t/{thread.pk}/reply?draft={draft.pk}"))


def test_a_draft_that_nobody_goes_on_with_is_gone_after_thirty_days():
    kept()
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=29, hours=23))
    assert forget_old_drafts() == "0 drafts forgotten"
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=30, minutes=1))
    assert registry.daily_jobs.get("forget_old_drafts")() == "1 drafts forgotten"


def test_drafts_are_handed_out_and_go_with_their_writer():
    kept("Soup")
    kept("Tea", who="leyla")
    amina = given.person("amina")
    [part] = [part for part in parts_of(amina) if part.name == "drafts"]
    assert [row["text"] for row in part.data] == ["Soup"]
    erase_person(amina, leave_posts=True, by=amina)
    assert [draft.text for draft in Draft.objects.all()] == ["Tea"]


def test_a_page_knows_whether_there_is_a_draft_to_ask_for():
    browser = given.client("amina")
    assert "data-drafts" not in given.said(browser.get("/me/drafts"))
    kept()
    assert "data-drafts" in given.said(browser.get("/me/drafts"))
