"""Signing in by a code that comes by mail, by password, with a second step; and out again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from dugnad.kernel import limits
from dugnad.kernel.outbox import Mail
from dugnad.kernel.place import Place
from dugnad.people.models import Person
from tests import given

pytestmark = pytest.mark.django_db

CODE = re.compile(r"\b(\d{6})\b")
PASSWORD = "fyra vänliga grannar"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Passwords are hashed slowly on purpose; here a quick hash says the same."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def code_in(mail: Mail) -> str:
    found = CODE.search(mail.text)
    assert found, mail.text
    return found[1]


def last_mail() -> Mail:
    return Mail.objects.latest("pk")


def signed_in_as(client: Client) -> Person | None:
    return client.get("/me/security/", follow=True).wsgi_request.person


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def ask_for_code(client: Client, email: str, **extra: str):
    return client.post("/sign-in/", {"email": email}, **extra)


def test_a_code_by_mail_signs_in_and_leads_to_where_one_was_going(client):
    amina = given.person("amina")
    asked = client.post("/sign-in/?next=/me/security/", {"email": "Amina@Example.org", "next": "/me/security/"})
    assert (asked.status_code, asked.url) == (302, "/sign-in/code/?next=%2Fme%2Fsecurity%2F")

    page = client.get(asked.url)
    assert "amina@example.org" in page.content.decode()

    mail = last_mail()
    assert (mail.to, mail.kind, mail.person) == ("amina@example.org", "code", amina.key)
    assert "Dugnad" in mail.subject
    assert code_in(mail) not in mail.subject

    typed = client.post(asked.url, {"code": code_in(mail), "action": "verify", "next": "/me/security/"})
    assert (typed.status_code, typed.url) == (302, "/me/security/")
    assert signed_in_as(client) == amina


def test_the_mail_speaks_the_language_of_the_person_and_not_of_the_page(client):
    given.person("ingvild")
    ask_for_code(client, "ingvild@example.org", headers={"accept-language": "nl"})
    assert last_mail().text.startswith(("Hei, Ingvild", "Hello Ingvild,"))


def test_an_unknown_address_gets_the_same_answer_and_a_mail_that_says_how_one_comes_in(client):
    given.person("amina")
    Place(name="Linden", sign_up=Place.SignUp.REQUEST, languages=["en"]).save()
    known = ask_for_code(client, "amina@example.org")
    known_page = client.get(known.url).content.decode()
    other = Client()
    unknown = ask_for_code(other, "nobody@example.org")
    unknown_page = other.get(unknown.url).content.decode()
    assert (unknown.status_code, unknown.url) == (known.status_code, known.url)
    hide = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|amina@example.org|nobody@example.org')
    assert hide.sub("", unknown_page) == hide.sub("", known_page)

    mail = last_mail()
    assert (mail.to, mail.kind, mail.person) == ("nobody@example.org", "code", "")
    assert "http://localhost:8000/ask/" in mail.text
    assert not CODE.search(mail.text)
    assert "Linden" in mail.subject


def test_no_code_that_is_guessed_fits_an_unknown_address(client):
    asked = ask_for_code(client, "nobody@example.org")
    tried = client.post(asked.url, {"code": "000000", "action": "verify"})
    assert tried.status_code == 422


def test_a_wrong_code_says_so_and_after_five_the_code_is_gone(client):
    given.person("amina")
    ask_for_code(client, "amina@example.org")
    right = code_in(last_mail())
    for _try in range(4):
        tried = client.post("/sign-in/code/", {"code": other_than(right), "action": "verify"})
        assert tried.status_code == 422
        assert "That is not the code." in tried.content.decode()
    last = client.post("/sign-in/code/", {"code": other_than(right), "action": "verify"})
    assert (last.status_code, last.url) == (302, "/sign-in/")
    late = client.post("/sign-in/code/", {"code": right, "action": "verify"})
    assert (late.status_code, late.url) == (302, "/sign-in/")
    assert signed_in_as(client) is None


def test_a_code_ends_after_a_quarter_of_an_hour(client):
    given.person("amina")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask_for_code(client, "amina@example.org")
        clock.shift(timedelta(minutes=15, seconds=1))
        late = client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"})
    assert (late.status_code, late.url) == (302, "/sign-in/")
    assert signed_in_as(client) is None


def test_another_code_can_be_asked_for_after_a_minute_and_ends_the_one_before(client):
    given.person("amina")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask_for_code(client, "amina@example.org")
        first = last_mail()
        clock.shift(timedelta(seconds=20))
        early = client.post("/sign-in/code/", {"action": "resend"}, follow=True)
        assert "You can ask for another in 40 seconds." in early.content.decode()
        assert last_mail() == first

        clock.shift(timedelta(seconds=41))
        client.post("/sign-in/code/", {"action": "resend"})
        second = last_mail()
        assert second != first
        if code_in(first) != code_in(second):
            assert client.post("/sign-in/code/", {"code": code_in(first), "action": "verify"}).status_code == 422
        done = client.post("/sign-in/code/", {"code": code_in(second), "action": "verify"})
    assert (done.status_code, done.url) == (302, "/")


def test_a_broken_address_comes_back_with_a_sentence(client):
    for typed in ("kari@", "kari example.org", "kari@example", "a" * 300 + "@example.org", "kari\x00@example.org"):
        answer = ask_for_code(client, typed)
        assert answer.status_code == 422, typed
    assert Mail.objects.count() == 0
    assert "Something is missing in the address." in ask_for_code(client, "kari@").content.decode()
    assert "Write your email address." in ask_for_code(client, "").content.decode()


def test_nobody_signs_in_who_has_no_living_account(client):
    amina = given.person("amina")
    Person.objects.filter(pk=amina.pk).update(is_active=False)
    ask_for_code(client, "amina@example.org")
    assert not CODE.search(last_mail().text)

    Person.objects.filter(pk=amina.pk).update(is_active=True)
    ask_for_code(client, "amina@example.org")
    Person.objects.filter(pk=amina.pk).update(is_active=False)
    typed = client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"})
    assert (typed.status_code, typed.url) == (302, "/sign-in/closed/")
    assert "This account is closed" in client.get(typed.url).content.decode()
    assert signed_in_as(client) is None


def test_somebody_who_was_erased_meanwhile_stays_outside(client):
    amina = given.person("amina")
    ask_for_code(client, "amina@example.org")
    Person.objects.filter(pk=amina.pk).update(erased_at=timezone.now())
    typed = client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"})
    assert typed.url == "/sign-in/closed/"


def test_a_password_signs_in_and_a_wrong_one_says_what_else_there_is(client):
    amina = given.person("amina")
    amina.set_password(PASSWORD)
    amina.save()
    wrong = client.post("/sign-in/password/", {"login": "amina@example.org", "password": "something else"})
    assert wrong.status_code == 422
    assert "Address and password do not belong together." in wrong.content.decode()
    right = client.post("/sign-in/password/", {"login": "AMINA@example.org", "password": PASSWORD})
    assert (right.status_code, right.url) == (302, "/")
    assert signed_in_as(client) == amina


def test_ten_wrong_passwords_for_one_address_are_the_last_and_a_code_still_works(client):
    amina = given.person("amina")
    amina.set_password(PASSWORD)
    amina.save()
    for number in range(10):
        other = {"REMOTE_ADDR": f"192.0.2.{number}"}
        assert client.post("/sign-in/password/", {"login": amina.email, "password": "x"}, **other).status_code == 422
    eleventh = client.post("/sign-in/password/", {"login": amina.email, "password": PASSWORD})
    assert "Try again in 10 minutes." in eleventh.content.decode()
    assert signed_in_as(client) is None
    ask_for_code(client, amina.email)
    assert client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"}).url == "/"


def totp_code(secret: str, at: float) -> str:
    return format_hotp_value(hotp_value(secret, int(at) // 30))


def test_two_steps_ask_for_the_app_after_the_code(client):
    amina = given.person("amina")
    secret = generate_totp_secret()
    TOTP.activate(amina, secret)
    ask_for_code(client, amina.email)
    first = client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"})
    assert first.url == "/sign-in/second-step/"
    assert signed_in_as(client) is None

    ask_for_code(client, amina.email)
    client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"})
    now = timezone.now().timestamp()
    wrong = client.post("/sign-in/second-step/", {"code": other_than(totp_code(secret, now))})
    assert wrong.status_code == 422
    assert "That is not the code." in wrong.content.decode() or "That did not fit." in wrong.content.decode()
    right = client.post("/sign-in/second-step/", {"code": totp_code(secret, now)})
    assert (right.status_code, right.url) == (302, "/")
    assert signed_in_as(client) == amina


def test_a_recovery_code_stands_in_for_the_app_once(client):
    amina = given.person("amina")
    TOTP.activate(amina, generate_totp_secret())
    paper = RecoveryCodes.activate(amina).generate_codes()
    for expected in (302, 422):
        ask_for_code(client, amina.email)
        client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"})
        assert client.post("/sign-in/second-step/", {"code": paper[0]}).status_code == expected
        client.post("/sign-out/")


def test_a_recovery_code_signs_in_when_the_mailbox_is_lost_and_works_once(client):
    amina = given.person("amina")
    paper = RecoveryCodes.activate(amina).generate_codes()
    wrong = client.post("/sign-in/lost/", {"email": amina.email, "code": "12345678"})
    nobody = client.post("/sign-in/lost/", {"email": "nobody@example.org", "code": paper[0]})
    sentence = "Address and code do not belong together."
    assert wrong.status_code == nobody.status_code == 422
    assert sentence in wrong.content.decode()
    assert sentence in nobody.content.decode()

    right = client.post("/sign-in/lost/", {"email": "Amina@example.org", "code": f"{paper[0][:4]} {paper[0][4:]}"})
    assert (right.status_code, right.url) == (302, "/me/security/")
    client.post("/sign-out/")
    assert client.post("/sign-in/lost/", {"email": amina.email, "code": paper[0]}).status_code == 422


def test_recovery_codes_cannot_be_guessed_for_long(client):
    amina = given.person("amina")
    paper = RecoveryCodes.activate(amina).generate_codes()
    for _try in range(10):
        client.post("/sign-in/lost/", {"email": amina.email, "code": "00000000"})
    stopped = client.post("/sign-in/lost/", {"email": amina.email, "code": paper[0]})
    assert stopped.status_code == 429
    assert stopped.headers["Retry-After"]


def test_signing_out_ends_the_session(client):
    amina = given.person("amina")
    client.force_login(amina)
    page = client.get("/sign-out/")
    assert page.status_code == 200
    assert signed_in_as(client) == amina
    out = client.post("/sign-out/")
    assert (out.status_code, out.url) == (302, "/")
    assert signed_in_as(client) is None


def test_the_way_after_signing_in_never_leaves_the_house(client):
    given.person("amina")
    client.post(
        "/sign-in/?next=https://elsewhere.example/", {"email": "amina@example.org", "next": "//elsewhere.example"}
    )
    typed = client.post(
        "/sign-in/code/?next=https://elsewhere.example/",
        {"code": code_in(last_mail()), "action": "verify", "next": "https://elsewhere.example/"},
    )
    assert typed.url == "/"


def test_nothing_about_the_computer_is_kept(client):
    given.person("amina")
    where = {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Netscape 4 by Amina"}
    ask_for_code(client, "amina@example.org", **where)
    client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"}, **where)
    client.post("/sign-in/passkey/", {"credential": "{}"}, **where)
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    kept += [f"{mail.text} {mail.headers}" for mail in Mail.objects.all()]
    kept += [f"{key} {value!r}" for key, value in cache._cache.items()]
    kept += [f"{key!r}" for key in limits._counters]
    assert kept
    assert not [text for text in kept if "203.0.113.77" in text or "Netscape" in text]


def test_what_a_session_holds_at_the_door_is_forgotten_in_an_hour_and_a_signed_in_one_stays(client):
    amina = given.person("amina")
    Place(name="Linden", sign_up=Place.SignUp.OPEN, languages=["en"]).save()
    client.post("/sign-up/", {"name": "N", "email": "n@example.org", "language": "en", "privacy": "on"})
    client.post("/sign-in/", {"email": amina.email})
    assert Session.objects.get().expire_date <= timezone.now() + timedelta(hours=1)
    client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"})
    session = Session.objects.get()
    assert session.expire_date > timezone.now() + timedelta(days=89)
    assert "n@example.org" not in str(session.get_decoded())


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/password/", "/sign-in/lost/", "/ask/", "/sign-up/"])
def test_pages_at_the_door_are_never_kept_for_others(client, path):
    given.person("amina")
    assert "no-store" in client.get(path, follow=True).headers["Cache-Control"]
