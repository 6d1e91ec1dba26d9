"""The demo, and only the demo: being somebody with one click, and reading every mail."""

from __future__ import annotations

import pytest

from dugnad.kernel.outbox import send_mail
from dugnad.kernel.place import Place
from dugnad.people.actions import sign_up_person
from dugnad.people.models import Person
from tests.people.test_sign_in import signed_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    place = Place(name="Linden", is_demo=True, languages=["en", "sv"])
    place.save()
    for name in ("Amina Warsame", "Jonas Ek"):
        sign_up_person(name=name, email=f"{name[:5]}@example.org", language="sv")
    return place


def test_the_sign_in_page_offers_the_cast_that_is_there_in_the_language_of_the_page(client, demo):
    page = client.get("/sign-in/", headers={"accept-language": "sv"}).content.decode()
    assert 'value="amina-warsame">Amina Warsame, hyresgäst</button>' in page
    assert 'value="jonas-ek"' in page
    assert 'value="leyla-demir"' not in page


def test_one_click_makes_one_somebody_and_another_click_somebody_else(client, demo):
    first = client.post("/demo/sign-in/", {"handle": "amina-warsame"})
    assert (first.status_code, first.url) == (302, "/")
    assert signed_in_as(client) == Person.objects.get(handle="amina-warsame")
    client.post("/demo/sign-in/", {"handle": "jonas-ek"})
    assert signed_in_as(client) == Person.objects.get(handle="jonas-ek")


def test_only_the_cast_can_be_chosen(client, demo):
    sign_up_person(name="Mallory", email="mallory@example.org", language="en")
    for handle in ("mallory", "leyla-demir", "", "nobody"):
        assert client.post("/demo/sign-in/", {"handle": handle}).status_code == 404
    assert client.get("/demo/sign-in/").status_code == 405


def test_the_mailbox_shows_what_was_written_newest_first_as_text(client, demo):
    send_mail("a@example.org", "The first", "See http://localhost:8000/t/1\n\n<b>not bold</b>", kind="notice")
    send_mail("b@example.org", "The second", "Later", kind="notice")
    page = client.get("/demo/mailbox/").content.decode()
    assert page.index("The second") < page.index("The first")
    assert "&lt;b&gt;not bold&lt;/b&gt;" in page
    assert '<a href="http://localhost:8000/t/1"' in page


@pytest.mark.parametrize(("setting", "is_demo"), [(False, True), (True, False), (False, False)])
def test_outside_the_demo_there_is_neither(client, demo, settings, setting, is_demo):
    settings.DEMO = setting
    demo.is_demo = is_demo
    demo.save()
    send_mail("a@example.org", "Secret", "Code 123456", kind="code")
    assert client.get("/demo/mailbox/").status_code == 404
    assert client.post("/demo/sign-in/", {"handle": "amina-warsame"}).status_code == 404
    page = client.get("/sign-in/").content.decode()
    assert "amina-warsame" not in page
    assert "/demo/" not in page
