"""The walk that sets a place up: who may, what each step saves, leaving and coming back, what the doors answer."""

from __future__ import annotations

import pytest

from dugnad.forum.models import Category
from dugnad.kernel.happenings import Happening
from dugnad.kernel.place import Place, the_place
from dugnad.kernel.policies import Refused
from dugnad.site import place_actions
from dugnad.site.place_forms import SUGGESTIONS
from tests import given

pytestmark = pytest.mark.django_db

STEPS = ["name", "languages", "agreements", "coming-in", "categories", "open"]
NAME = {"name": "Linden", "tagline_sv": "Grannar vid samma bord"}
LANGUAGES = {"languages": ["en", "sv", "nn"], "first": "sv", "time_zone": "Europe/Oslo"}
TEXTS = {
    "responsible": "Föreningen Linden",
    "contact": "linden@example.org",
    "agreements_sv": "Var snäll.",
    "privacy_sv": "Skriv till {contact}.",
    "agreements_en": "Be kind.",
    "privacy_en": "",
    "agreements_nn": "",
    "privacy_nn": "",
}
OWNER = "gunnel"


@pytest.fixture
def owner():
    given.steward(OWNER)
    return given.client(OWNER)


def categories_typed(client, **changes) -> dict[str, str]:
    """What a browser sends when everything stays as it stands in the form."""
    form = client.get("/set-up/categories").context["form"]
    typed = {name: field.initial for name, field in form.fields.items() if name != "seen"}
    return {
        name: ("on" if value is True else value) for name, value in {**typed, **changes}.items() if value is not False
    }


def walk(client) -> None:
    """Every step, as far as the button that opens."""
    for step, typed in (
        ("name", NAME),
        ("languages", LANGUAGES),
        ("agreements", TEXTS),
        ("coming-in", {"sign_up": "open"}),
    ):
        assert client.post(f"/set-up/{step}", typed).status_code == 302
    assert client.post("/set-up/categories", categories_typed(client)).status_code == 302


def test_for_all_but_stewards_the_walk_does_not_exist():
    for address in (
        "/set-up/",
        "/set-up/name",
        "/set-up/open",
        "/place/opened",
        "/place/settings",
        "/place/settings/name",
    ):
        assert given.client().get(address).status_code == 302
        assert given.client().get(address)["Location"].startswith("/sign-in/")
        assert given.client("amina").get(address).status_code == 404
        assert given.client("amina").post(address, NAME).status_code in (404, 405)
    assert not Place.objects.exists()


def test_every_deed_asks_for_itself_whether_a_steward_does_it():
    amina = given.person("amina")
    deeds = [
        lambda: place_actions.name_place(name="X", tagline={}, by=amina),
        lambda: place_actions.choose_place_languages(languages=["sv"], time_zone="Europe/Oslo", by=amina),
        lambda: place_actions.write_place_texts(
            responsible="X", contact="x@example.org", agreements={}, privacy={}, by=amina
        ),
        lambda: place_actions.choose_sign_up(sign_up="open", by=amina),
        lambda: place_actions.make_first_categories(wanted=[], reach="public", by=amina),
        lambda: place_actions.open_place(by=amina),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match="Only a steward of the place can change this"):
            deed()
    assert (Place.objects.count(), Category.objects.count()) == (0, 0)


def test_each_step_saves_and_leads_to_the_next(owner):
    assert owner.get("/set-up/")["Location"] == "/set-up/name"
    for step, following, typed in (
        ("name", "languages", NAME),
        ("languages", "agreements", LANGUAGES),
        ("agreements", "coming-in", TEXTS),
        ("coming-in", "categories", {"sign_up": "invitation"}),
    ):
        assert owner.post(f"/set-up/{step}", typed)["Location"] == f"/set-up/{following}"
        assert owner.get("/set-up/")["Location"] == f"/set-up/{following}"
    assert owner.post("/set-up/categories", categories_typed(owner))["Location"] == "/set-up/open"
    assert owner.get("/set-up/")["Location"] == "/set-up/open"
    place = the_place()
    assert (place.name, place.tagline) == ("Linden", {"sv": "Grannar vid samma bord"})
    assert (place.languages, place.time_zone) == (["sv", "en", "nn"], "Europe/Oslo")
    assert (place.responsible, place.contact) == ("Föreningen Linden", "linden@example.org")
    assert (place.agreements, place.privacy) == (
        {"en": "Be kind.", "sv": "Var snäll."},
        {"sv": "Skriv till {contact}."},
    )
    assert (place.sign_up, place.agreements_version, place.opened_at) == ("invitation", 1, None)


def test_each_step_is_recorded_once_with_the_steward_who_did_it(owner):
    walk(owner)
    verbs = ["place_named", "place_languages_chosen", "place_texts_written", "sign_up_chosen", "first_categories_made"]
    recorded = Happening.objects.filter(thing="place:1").order_by("pk")
    assert [happening.verb for happening in recorded] == verbs
    assert {happening.actor for happening in recorded} == {given.person(OWNER).key}


def test_the_walk_can_be_left_and_every_step_shows_what_was_saved(owner):
    walk(owner)
    again = given.client(OWNER)
    found = again.get("/set-up/name").content.decode()
    assert 'value="Linden"' in found
    assert 'value="Grannar vid samma bord"' in found
    assert 'name="tagline_nn"' in found
    found = again.get("/set-up/agreements").content.decode()
    assert 'value="linden@example.org"' in found
    assert "Var snäll." in found
    assert found.count("<details") == 3 + found.count('<details class="more')
    for step in STEPS[:-1]:
        assert f'href="/set-up/{step}"' in again.get("/set-up/open").content.decode()


def test_new_texts_are_offered_in_every_language_that_was_chosen(owner):
    owner.post("/set-up/languages", LANGUAGES)
    found = owner.get("/set-up/agreements").content.decode()
    assert "Känns något fel, säg det till en ansvarig." in found
    assert "When something feels wrong, tell a steward." in found
    assert "Kjennest noko gale, sei det til ein ansvarleg." in found
    assert "Voelt er iets niet goed" not in found


@pytest.mark.parametrize(
    ("step", "typed", "field"),
    [
        ("name", {"name": "", "tagline_sv": "Kept words"}, "name"),
        ("name", {"name": "…", "tagline_sv": "Kept words"}, "name"),
        ("name", {"name": "x" * 61, "tagline_sv": "Kept words"}, "name"),
        ("languages", {"first": "sv", "time_zone": "Europe/Oslo"}, "languages"),
        ("languages", {"languages": ["en"], "first": "sv", "time_zone": "Europe/Oslo"}, "first"),
        ("languages", {"languages": ["en", "xx"], "first": "en", "time_zone": "Europe/Oslo"}, "languages"),
        ("languages", {"languages": ["en"], "first": "en", "time_zone": "Mars/Olympus"}, "time_zone"),
        ("agreements", {**TEXTS, "privacy_en": "Text.", "contact": "nobody"}, "contact"),
        ("agreements", {**TEXTS, "privacy_en": "Text.", "responsible": ""}, "responsible"),
        ("coming-in", {"sign_up": "anyhow"}, "sign_up"),
        ("coming-in", {}, "sign_up"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(owner, step, typed, field):
    answer = owner.post(f"/set-up/{step}", typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    if "Kept words" in typed.values():
        assert "Kept words" in answer.content.decode()
    assert not Place.objects.exists()


def test_the_places_own_language_needs_both_texts(owner):
    owner.post("/set-up/languages", LANGUAGES)
    answer = owner.post("/set-up/agreements", {**TEXTS, "agreements_sv": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["agreements_sv"])
    assert "Be kind." in answer.content.decode()


def test_the_first_categories_are_made_in_all_languages_of_the_place(owner):
    owner.post("/set-up/languages", {**LANGUAGES, "languages": ["en", "sv"], "first": "en"})
    typed = categories_typed(owner, want_0=False, name_1="Give and take", reach="public")
    assert owner.post("/set-up/categories", typed).status_code == 302
    made = list(Category.objects.order_by("position"))
    assert [one.name for one in made] == [
        "About this place",
        "Give and take",
        *(str(one.name) for one in SUGGESTIONS[2:]),
    ]
    assert [one.about_this_place for one in made] == [True, False, False, False, False]
    assert {frozenset(one.audience.keys()) for one in made} == {frozenset({"public"})}
    assert set(made[0].translations) == {"sv"}
    assert "name" not in made[1].translations.get("sv", {})
    assert set(made[2].translations["sv"]) == {"name", "purpose"}


def test_going_back_and_saving_again_makes_no_category_twice(owner):
    walk(owner)
    count = Category.objects.count()
    assert count == len(SUGGESTIONS) + 1
    owner.post("/set-up/categories", categories_typed(owner))
    assert Category.objects.count() == count
    page = owner.get("/set-up/categories").content.decode()
    for name in Category.objects.values_list("name", flat=True):
        assert f'<li class="slip">{name}</li>' in page


def test_a_ticked_category_needs_a_name_of_its_own(owner):
    owner.post("/set-up/languages", LANGUAGES)
    typed = categories_typed(owner, name_0="", name_2="Same", name_3=" same ")
    answer = owner.post("/set-up/categories", typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["name_0", "name_3"]
    assert Category.objects.count() == 0


def test_a_place_opens_only_when_somebody_answers_for_it(owner):
    owner.post("/set-up/name", {"name": "Linden", "tagline_sv": "x y"})
    page = owner.get("/set-up/open").content.decode()
    assert 'href="/set-up/agreements"' in page
    assert owner.post("/set-up/open").status_code == 422
    with pytest.raises(Refused, match="Say first who is responsible"):
        place_actions.open_place(by=given.person(OWNER))
    assert the_place().opened_at is None


def test_opening_ends_the_walk_and_asks_for_the_first_ten(owner):
    walk(owner)
    answer = owner.post("/set-up/open", follow=True)
    assert answer.redirect_chain == [("/place/opened", 302)]
    assert 'href="/invitations/new/"' in answer.content.decode()
    assert the_place().opened_at is not None
    for step in ("", *STEPS):
        assert owner.get(f"/set-up/{step}")["Location"] == "/place/settings"
    assert owner.post("/set-up/name", {"name": "Other", "tagline_sv": "x y"})["Location"] == "/place/settings"
    assert the_place().name == "Linden"
    with pytest.raises(Refused, match="The place is open already"):
        place_actions.open_place(by=given.person(OWNER))


def test_what_the_walk_settled_stands_in_the_settings(owner):
    assert owner.get("/place/settings")["Location"] == "/set-up/"
    walk(owner)
    owner.post("/set-up/open")
    page = owner.get("/place/settings").content.decode()
    for part in STEPS[:4]:
        assert f'href="/place/settings/{part}"' in page
    assert owner.get("/place/settings/categories").status_code == 404
    answer = owner.post("/place/settings/coming-in", {"sign_up": "request"}, follow=True)
    assert answer.redirect_chain == [("/place/settings", 302)]
    assert the_place().sign_up == "request"
    assert owner.post("/place/settings/coming-in", {}).status_code == 422
