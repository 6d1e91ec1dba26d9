"""The place's own pages, for strangers and members, in five languages."""

from __future__ import annotations

import re

import pytest

from dugnad.kernel.place import LANGUAGES, Place
from dugnad.site.place_queries import KINDS_OF_TEXT, default_text, text_of
from tests import given

pytestmark = pytest.mark.django_db


def place(**facts) -> Place:
    row = Place(pk=1, name="Linden", languages=["sv", "en"], **facts)
    row.save()
    return row


def page(address: str, *, language: str = "en", who: str = "") -> str:
    answer = given.client(who).get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/about", "/agreements", "/privacy"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_new_place_speaks_every_language(address, language):
    Place(pk=1, languages=list(LANGUAGES)).save()
    found = page(address, language=language)
    assert f'<html lang="{language}"' in found
    assert re.search(r"<h1>.+</h1>", found)
    assert "<form" not in found


@pytest.mark.parametrize("kind", KINDS_OF_TEXT)
def test_the_default_texts_say_the_same_in_every_language(kind):
    """As many headings, items and paragraphs, and the same places to fill in, as in English."""

    def shape(text: str) -> tuple[object, ...]:
        lines = text.splitlines()
        fields = sorted(re.findall(r"\{(\w+)\}", text))
        return (
            len(lines),
            sum(line.startswith("## ") for line in lines),
            sum(line.startswith("- ") for line in lines),
            fields,
        )

    english = shape(default_text(kind, "en"))
    texts = {language: default_text(kind, language) for language in LANGUAGES}
    assert {language: shape(text) for language, text in texts.items()} == dict.fromkeys(LANGUAGES, english)
    assert len(set(texts.values())) == 5


def test_there_are_six_ground_rules():
    assert default_text("agreements", "en").count("\n- ") + 1 == 6


def test_a_text_is_shown_in_the_readers_language_else_in_the_places_own():
    row = place(agreements={"sv": "Var snäll.", "en": "Be kind."}, privacy={"sv": "Bara på svenska."})
    assert (text_of(row, "agreements", "en").language, text_of(row, "agreements", "en").html) == (
        "en",
        "<p>Be kind.</p>\n",
    )
    assert text_of(row, "privacy", "en").language == "sv"
    found = page("/privacy", language="en")
    assert '<div class="prose" lang="sv"><p>Bara på svenska.</p>' in found


def test_name_responsible_and_contact_are_filled_in():
    place(responsible="Linden’s friends", contact="linden@example.org")
    found = page("/privacy", language="en")
    assert "Linden’s friends is responsible for personal data at Linden. Write to " in found
    assert '<a href="mailto:linden@example.org">linden@example.org</a>' in found
    assert "{responsible}" not in found


def test_markup_in_the_places_texts_stays_text():
    place(
        agreements={"en": "<script>alert(1)</script> **Be kind.**"}, responsible="<b>B</b>", tagline={"en": "<i>T</i>"}
    )
    for address in ("/about", "/agreements", "/privacy"):
        found = page(address)
        assert "<script>alert" not in found
        assert "<b>B</b>" not in found
        assert "<i>T</i>" not in found


def test_strangers_learn_how_many_stewards_there_are_and_members_who():
    place()
    given.steward("gunnel")
    stranger = page("/about")
    assert "Gunnel" not in stranger
    assert "1 steward looks after this place." in stranger
    assert 'href="/people/gunnel-akesson"' in page("/about", who="amina")


def test_a_stewardship_that_ended_is_not_shown():
    from dugnad.people.actions import end_place_stewardship
    from dugnad.people.models import PlaceStewardship

    place()
    gunnel, _leyla = given.steward("gunnel"), given.steward("leyla")
    end_place_stewardship(PlaceStewardship.objects.get(person=gunnel), by=gunnel)
    assert "1 steward looks after this place." in page("/about")


def test_the_page_how_you_are_protected_is_found_under_its_old_address_too():
    answer = given.client().get("/protection")
    assert (answer.status_code, answer["Location"]) == (302, "/privacy#protection")
    assert 'id="protection"' in page("/privacy")


def test_only_members_are_led_to_their_own_file():
    assert "/me/export" not in page("/privacy")
    assert "/me/export" in page("/privacy", who="amina")


def test_pages_of_a_place_that_is_not_open_yet_are_not_for_search_engines():
    row = place(tagline={"en": "Neighbours at one table"})
    assert '<meta name="robots" content="noindex">' in page("/about")
    row.opened_at = "2023-06-05T12:00Z"
    row.save()
    found = page("/about")
    assert "noindex" not in found
    assert '<meta name="description" content="Neighbours at one table">' in found
