"""Asking to come in, and the stewards' answer."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail
from dugnad.kernel.place import Place
from dugnad.kernel.policies import Refused
from dugnad.people import actions
from dugnad.people.models import Person, Request
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place():
    place = Place(name="Linden", sign_up=Place.SignUp.REQUEST, languages=["en", "sv"])
    place.save()
    return place


def ask(client: Client, **other: str):
    typed = {"name": "Leyla Demir", "email": "Leyla@example.org", "note": "I live in Hjällbo.", **other}
    return client.post("/ask/", typed, headers={"accept-language": "sv"})


def request_of_leyla() -> Request:
    made = actions.ask_to_come_in(name="Leyla Demir", email="leyla@example.org", note="Hej", language="sv")
    assert made is not None
    return made


def test_asking_leaves_a_request_and_says_what_happens_next(client):
    sent = ask(client)
    assert (sent.status_code, sent.url) == (302, "/ask/sent/")
    assert "leyla@example.org" in client.get(sent.url).content.decode()
    request = Request.objects.get()
    assert (request.name, request.email, request.note, request.language) == (
        "Leyla Demir", "leyla@example.org", "I live in Hjällbo.", "sv",
    )  # fmt: skip
    happening = Happening.objects.get(verb="request_made")
    assert (happening.actor, happening.audience.keys()) == ("newcomer", {"stewards:place"})
    assert Mail.objects.filter(to="leyla@example.org").count() == 0
    assert Person.objects.count() == 0


def test_asking_again_changes_the_words_and_makes_no_second_request(client):
    ask(client)
    ask(client, note="Now with more words.")
    assert [request.note for request in Request.objects.all()] == ["Now with more words."]
    assert Happening.objects.filter(verb="request_made").count() == 1


def test_stewards_are_told_once_until_the_queue_is_empty():
    given.person("jonas")
    gunnel = given.steward("gunnel")
    request_of_leyla()
    mail = Mail.objects.get()
    assert (mail.to, mail.person, mail.kind) == (gunnel.email, gunnel.key, "request")
    assert mail.audience.keys() == {"stewards:place"}
    assert "Leyla Demir" in mail.text
    assert "http://localhost:8000/requests/" in mail.text
    actions.ask_to_come_in(name="Jonas", email="j@example.org", note="Hej", language="sv")
    assert Mail.objects.count() == 1
    for request in Request.objects.all():
        actions.answer_request(request, admit=False, tell=False, by=gunnel)
    request_of_leyla()
    assert Mail.objects.count() == 2


def test_who_has_an_account_gets_a_mail_and_the_page_is_the_same(client):
    given.person("amina")
    sent = ask(client, email="amina@example.org")
    assert (sent.status_code, sent.url) == (302, "/ask/sent/")
    assert Request.objects.count() == 0
    assert "http://localhost:8000/sign-in/" in Mail.objects.get(to="amina@example.org").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("note", "", "Write two lines"),
        ("note", "x" * 1001, "The text is 1 character too long. It can have 1000."),
        ("name", "x" * 61, "can have at most 60"),
        ("email", "leyla", "Something is missing in the address."),
    ],
)
def test_what_will_not_do_comes_back_with_a_sentence(client, field, value, sentence):
    given.person("amina")
    answer = client.post("/ask/", {"name": "Leyla", "email": "leyla@example.org", "note": "Hej", field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Request.objects.count() == 0


def test_an_open_place_sends_askers_to_sign_up(client, place):
    place.sign_up = Place.SignUp.OPEN
    place.save()
    assert client.get("/ask/").url == "/sign-up/"


def test_only_stewards_of_the_place_see_requests(client):
    request_of_leyla()
    client.force_login(given.person("jonas"))
    assert client.get("/requests/").status_code == 404
    assert client.post(f"/requests/{Request.objects.get().pk}/answer", {"deed": "admit"}).status_code == 404
    client.force_login(given.steward("gunnel"))
    page = client.get("/requests/").content.decode()
    assert "Leyla Demir" in page
    assert "leyla@example.org" in page


def test_a_steward_lets_somebody_in_with_a_personal_link(client):
    request = request_of_leyla()
    gunnel = given.steward("gunnel")
    client.force_login(gunnel)
    answered = client.post(f"/requests/{request.pk}/answer", {"deed": "admit", "words": "Välkommen, Leyla"})
    assert (answered.status_code, answered.url) == (302, "/requests/")
    request.refresh_from_db()
    assert (request.admitted, request.answered_by) == (True, gunnel)
    assert Happening.objects.get(verb="request_answered").payload == {"admitted": True}
    assert "Leyla Demir" not in client.get("/requests/").content.decode().split("<main")[1].split("</main>")[0]

    mail = Mail.objects.get(to="leyla@example.org")
    assert (mail.kind, "Linden" in mail.subject, "Välkommen, Leyla" in mail.text) == ("invitation", True, True)
    path = re.search(r"http://localhost:8000(/i/[\w-]+)", mail.text)[1]
    newcomer = Client()
    typed = {"name": "Leyla Demir", "email": "leyla@example.org", "language": "sv", "privacy": "on"}
    assert newcomer.post(path, typed).url == "/"
    assert Person.objects.get(email="leyla@example.org").name == "Leyla Demir"


def test_declining_is_said_by_mail_or_not_at_all(client):
    client.force_login(given.steward("gunnel"))
    first = request_of_leyla()
    client.post(f"/requests/{first.pk}/answer", {"deed": "decline", "words": "We are full until autumn."})
    mail = Mail.objects.get(to="leyla@example.org")
    assert "We are full until autumn." in mail.text
    second = request_of_leyla()
    client.post(f"/requests/{second.pk}/answer", {"deed": "put_away"})
    assert Mail.objects.filter(to="leyla@example.org").count() == 1
    assert [request.admitted for request in Request.objects.order_by("pk")] == [False, False]


def test_of_two_stewards_the_first_answer_counts(client):
    request = request_of_leyla()
    actions.answer_request(request, admit=False, tell=False, by=given.steward("gunnel"))
    with pytest.raises(Refused, match="Another steward has answered already"):
        actions.answer_request(request, admit=True, by=given.steward("amina"))
    client.force_login(given.steward("amina"))
    late = client.post(f"/requests/{request.pk}/answer", {"deed": "admit"}, follow=True)
    assert "Another steward has answered already." in late.content.decode()
    request.refresh_from_db()
    assert request.admitted is False


def test_nobody_else_answers():
    with pytest.raises(Refused, match="Only stewards of the place"):
        actions.answer_request(request_of_leyla(), admit=True, by=given.person("jonas"))


def test_words_that_are_too_long_come_back(client):
    request = request_of_leyla()
    client.force_login(given.steward("gunnel"))
    answer = client.post(f"/requests/{request.pk}/answer", {"deed": "decline", "words": "y" * 301})
    assert answer.status_code == 422
    assert "y" * 301 in answer.content.decode()
    request.refresh_from_db()
    assert request.answered_at is None


def test_script_and_html_in_what_askers_write_stay_text(client):
    actions.ask_to_come_in(name="<b>L</b>", email="l@example.org", note="<script>alert(1)</script>", language="sv")
    client.force_login(given.steward("gunnel"))
    page = client.get("/requests/").content.decode()
    assert "&lt;b&gt;L&lt;/b&gt;" in page
    assert "<script>alert" not in page
