"""Creating an account where the door is open: what is asked, what is checked, what others see."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail
from dugnad.kernel.place import Place
from dugnad.kernel.policies import Refused
from dugnad.people.actions import sign_up_person
from dugnad.people.models import Person
from dugnad.people.policies import NEWCOMER
from tests import given

pytestmark = pytest.mark.django_db

CODE = re.compile(r"\b(\d{6})\b")


@pytest.fixture
def place():
    place = Place(
        name="Linden",
        sign_up=Place.SignUp.OPEN,
        languages=["en", "sv", "nb", "nn", "nl"],
        agreements={"sv": "Citera först, svara **sedan**."},
        agreements_version=3,
        privacy={"en": "We keep what you write."},
        responsible="Föreningen Linden",
        contact="linden@example.org",
    )
    place.save()
    return place


def typed(**other: object) -> dict[str, object]:
    return {
        "name": "Bjørg Ødegård",
        "email": "bjorg@example.org",
        "language": "nb",
        "reads": ["nb", "sv"],
        "agree": "on",
        "privacy": "on",
        "version": "3",
        **other,
    }


def code() -> str:
    found = CODE.search(Mail.objects.latest("pk").text)
    assert found
    return found[1]


def sign_up(client: Client, **other: object) -> str:
    """Both steps; answers with the address where one lands."""
    sent = client.post("/sign-up/", typed(**other))
    assert sent.status_code == 302, sent.context["form"].errors
    done = client.post(sent.url, {"code": code(), "action": "verify"})
    assert done.status_code == 302
    return done.url


def test_the_page_shows_rules_and_privacy_and_who_is_responsible(client, place):
    page = client.get("/sign-up/", headers={"accept-language": "nl"}).content.decode()
    assert '<div class="prose" lang="sv"><p>Citera först, svara <strong>sedan</strong>.</p>' in page
    assert "We keep what you write." in page
    assert "Föreningen Linden" in page
    assert re.search(r'<option value="nl"[^>]* selected', page)


def test_an_account_is_made_when_the_code_is_typed_and_not_before(client, place):
    sent = client.post("/sign-up/", typed())
    assert (sent.status_code, sent.url) == (302, "/sign-up/code/?back=%2Fsign-up%2F")
    assert Person.objects.count() == 0
    assert "bjorg@example.org" in client.get(sent.url).content.decode()

    done = client.post(sent.url, {"code": code(), "action": "verify"})
    assert (done.status_code, done.url) == (302, "/")
    bjorg = Person.objects.get()
    assert (bjorg.name, bjorg.handle, bjorg.email, bjorg.language) == (
        "Bjørg Ødegård", "bjorg-odegard", "bjorg@example.org", "nb",
    )  # fmt: skip
    assert bjorg.reads == ["sv", "nb"]
    assert bjorg.agreed_version == 3
    assert bjorg.agreed_at is not None
    assert not bjorg.has_usable_password()
    assert client.get("/me/security/").wsgi_request.person == bjorg
    happening = Happening.objects.get(verb="person_signed_up")
    assert (happening.thing, happening.actor) == (bjorg.key, bjorg.key)


def test_the_mail_says_nothing_that_was_typed_by_whoever_typed_the_address(client, place):
    client.post("/sign-up/", typed(name="BUY AT https://example.com"))
    mail = Mail.objects.get()
    assert mail.to == "bjorg@example.org"
    assert "example.com" not in mail.text + mail.subject
    assert mail.subject == "Your code for Linden"


def test_an_address_that_has_an_account_gets_the_same_answer_and_a_mail_that_says_so(client, place):
    given.person("amina")
    sent = client.post("/sign-up/", typed(email="Amina@example.org"))
    assert (sent.status_code, sent.url) == (302, "/sign-up/code/?back=%2Fsign-up%2F")
    mail = Mail.objects.get()
    assert (mail.to, mail.person) == ("amina@example.org", given.person("amina").key)
    assert not CODE.search(mail.text)
    assert "http://localhost:8000/sign-in/" in mail.text
    assert client.post(sent.url, {"code": "123456", "action": "verify"}).status_code == 422
    assert Person.objects.count() == 1


def test_two_who_sign_up_with_one_address_become_one_account(client, place):
    other = Client()
    for browser in (client, other):
        browser.post("/sign-up/", typed())
    second = code()
    first = CODE.search(Mail.objects.earliest("pk").text)[1]
    assert client.post("/sign-up/code/", {"code": first, "action": "verify"}).status_code == 302
    late = other.post("/sign-up/code/", {"code": second, "action": "verify"})
    assert late.status_code == 403
    assert "There is an account with this address already." in late.content.decode()
    assert Person.objects.count() == 1


def test_a_form_that_is_sent_again_makes_no_second_account(client, place):
    sign_up(client)
    assert client.post("/sign-up/", typed()).url == "/"
    assert client.post("/sign-up/code/", {"code": "123456"}).url == "/"
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Write the name that others are to see."),
        ("name", " \u200b\u202e ", "Write the name that others are to see."),
        ("name", "🙂", "The name needs at least one letter or digit"),
        ("name", "x" * 61, "The name has 61 characters and can have at most 60."),
        ("email", "bjorg@", "Something is missing in the address."),
        ("agree", "", "Read the ground rules and tick the box if you agree."),
        ("privacy", "", "Read what happens to your personal data and tick the box."),
    ],
)
def test_what_will_not_do_comes_back_with_a_sentence_and_all_that_was_typed(client, place, field, value, sentence):
    answer = client.post("/sign-up/", typed(**{field: value}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    if field != "email":
        assert 'value="bjorg@example.org"' in page
    assert Mail.objects.count() == 0


def test_script_in_a_name_stays_text(client, place):
    sign_up(client, name='<script>alert("x")</script>')
    mallory = Person.objects.get()
    assert mallory.name == '<script>alert("x")</script>'
    assert mallory.handle == "script-alert-x-script"
    page = client.get("/", follow=True).content.decode() + client.get("/invitations/").content.decode()
    assert "<script>alert" not in page


def test_rules_that_changed_while_somebody_read_are_shown_again(client, place):
    place.agreements_version = 4
    place.agreements = {"en": "New rules."}
    place.save()
    answer = client.post("/sign-up/", typed())
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The ground rules were changed while you read." in page
    assert "New rules." in page
    assert 'name="version" value="4"' in page
    assert client.post("/sign-up/", typed(version="4")).status_code == 302


def test_a_place_without_rules_asks_nobody_to_agree(client, place):
    place.agreements = {}
    place.save()
    assert 'name="agree"' not in client.get("/sign-up/").content.decode()
    sign_up(client, agree="")
    assert Person.objects.get().agreed_version == 0


def test_all_languages_ticked_means_all(client, place):
    sign_up(client, reads=["en", "sv", "nb", "nn", "nl"])
    assert Person.objects.get().reads == []


def test_a_handle_that_is_taken_or_reserved_gets_a_number():
    names = ["Åsa", "Asa", "Äsa", "Admin", "李明", "أمينة", "x" * 60, "x" * 60]
    made = [sign_up_person(name=name, email=f"p{n}@example.org", language="en") for n, name in enumerate(names)]
    assert [person.handle for person in made] == [
        "asa", "asa-2", "asa-3", "admin-2", "neighbour", "neighbour-2", "x" * 40, "x" * 38 + "-2",
    ]  # fmt: skip


def test_a_newcomer_needs_an_open_door_also_in_the_deed_itself(place):
    place.sign_up = Place.SignUp.INVITATION
    place.save()
    with pytest.raises(Refused, match="invitation link"):
        sign_up_person(name="X", email="x@example.org", language="en", by=NEWCOMER)


def test_a_closed_door_says_how_one_comes_in(client, place):
    place.sign_up = Place.SignUp.REQUEST
    place.save()
    assert client.get("/sign-up/").url == "/ask/"
    place.sign_up = Place.SignUp.INVITATION
    place.save()
    for path in ("/sign-up/", "/ask/"):
        closed = client.get(path)
        assert closed.status_code == 403
        assert "One comes in here with an invitation link" in closed.content.decode()
    assert client.post("/sign-up/", typed()).status_code == 403
    assert Mail.objects.count() == 0


def test_after_five_wrong_codes_one_begins_again(client, place):
    sent = client.post("/sign-up/", typed())
    wrong = f"{(int(code()) + 1) % 1_000_000:06d}"
    statuses = [client.post(sent.url, {"code": wrong, "action": "verify"}).status_code for _try in range(5)]
    assert statuses == [422, 422, 422, 422, 302]
    late = client.post(sent.url, {"code": code(), "action": "verify"})
    assert (late.status_code, late.url) == (302, "/sign-up/")
    assert Person.objects.count() == 0
