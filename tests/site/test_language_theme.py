"""Language and theme: a link with a cookie for strangers, a form for members."""

from __future__ import annotations

import pytest
from django.test import Client

from dugnad.kernel.happenings import Happening
from dugnad.kernel.place import Place
from dugnad.people.models import Person
from tests import given

pytestmark = pytest.mark.django_db


def test_a_strangers_link_sets_a_cookie_and_goes_back():
    client = given.client()
    answer = client.get("/language/nn?next=/about")
    assert (answer.status_code, answer["Location"]) == (302, "/about")
    cookie = answer.cookies["dugnad_language"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("nn", "Lax", True, 31536000)
    assert answer["Cache-Control"] == "no-store"
    assert '<html lang="nn"' in client.get("/about").content.decode()


def test_a_strangers_theme_is_kept_in_a_cookie_until_the_device_decides_again():
    client = given.client()
    assert client.get("/theme/dark?next=/about").cookies["dugnad_theme"].value == "dark"
    assert 'data-theme="dark"' in client.get("/about").content.decode()
    assert client.get("/theme/device?next=/about").cookies["dugnad_theme"].value == ""
    assert "data-theme=" not in client.get("/about").content.decode().partition("<body")[0]


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "about"],
)
def test_the_way_back_never_leads_elsewhere(elsewhere):
    assert given.client().get("/language/nb", {"next": elsewhere})["Location"] == "/"
    assert given.client("amina").post("/theme/dark", {"next": elsewhere})["Location"] == "/"


def test_members_post_and_it_is_kept_with_them():
    client = given.client("oona")
    before = Happening.objects.count()
    answer = client.post("/language/nl", {"next": "/about"})
    assert (answer.status_code, answer["Location"], "dugnad_language" in answer.cookies) == (302, "/about", False)
    assert client.post("/theme/dark", {"next": "/about"})["Location"] == "/about"
    assert Person.objects.values_list("language", "theme").get(pk=given.person("oona").pk) == ("nl", "dark")
    found = client.get("/about").content.decode()
    assert '<html lang="nl"' in found
    assert 'data-theme="dark"' in found
    client.post("/theme/device")
    assert given.person("oona").theme == ""
    assert Happening.objects.count() == before


def test_a_members_link_changes_nothing_and_leads_to_the_form():
    client = given.client("oona")
    answer = client.get("/language/nl?next=/about")
    assert (answer.status_code, answer["Location"]) == (302, "/language?next=%2Fabout")
    assert client.get("/theme/dark?next=/about")["Location"] == "/about"
    assert Person.objects.values_list("language", "theme").get(pk=given.person("oona").pk) == ("en", "")


def test_a_member_from_elsewhere_cannot_be_made_to_post():
    client = Client(enforce_csrf_checks=True)
    client.force_login(given.person("oona"))
    assert client.post("/language/nl").status_code == 403
    assert given.person("oona").language == "en"


def test_what_the_place_does_not_offer_is_not_there():
    Place(pk=1, languages=["sv", "nb"]).save()
    for address in ("/language/nl", "/language/xx", "/theme/pink"):
        assert given.client().get(address).status_code == 404
        assert given.client("amina").post(address).status_code == 404


def test_the_language_page_lists_each_in_its_own_words():
    found = given.client().get("/language?next=/about", headers={"accept-language": "en"}).content.decode()
    for code, name in (
        ("en", "English"),
        ("sv", "svenska"),
        ("nb", "norsk bokmål"),
        ("nn", "norsk nynorsk"),
        ("nl", "Nederlands"),
    ):
        current = ' aria-current="true"' if code == "en" else ""
        assert (
            f'href="/language/{code}?next=%2Fabout" rel="nofollow" lang="{code}" hreflang="{code}"{current}>{name}</a>'
            in found
        )
    assert "<form" not in found
    found = given.client("oona").get("/language").content.decode()
    assert 'formaction="/language/nn" lang="nn">norsk nynorsk</button>' in found
