"""What opens an account: address, password, two steps, recovery codes, a steward's help; and out of everywhere."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail as django_mail
from django.test import Client
from django.utils import timezone

from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail
from dugnad.kernel.policies import Refused
from dugnad.people import actions
from dugnad.people.models import Person, PlaceStewardship, WayBack
from tests import given
from tests.people.test_sign_in import (
    ask_for_code,
    code_in,
    last_mail,
    other_than,
    quick_hashes,
    signed_in_as,
    totp_code,
)

pytestmark = pytest.mark.django_db
__all__ = ["quick_hashes"]

PASSWORD = "fyra vänliga grannar"
IMPORTANT = [
    "/me/security/email/",
    "/me/security/password/",
    "/me/security/passkeys/add/",
    "/me/security/two-steps/",
    "/me/security/two-steps/picture.svg",
    "/me/security/recovery-codes/",
    "/me/security/recovery-codes.txt",
]


def sign_in(client: Client, person: Person) -> None:
    ask_for_code(client, person.email)
    assert client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"}).status_code == 302


@pytest.mark.parametrize("path", IMPORTANT)
def test_who_signed_in_long_ago_proves_it_before_something_important(client, path):
    client.force_login(given.person("amina"))
    asked = client.get(path)
    assert (asked.status_code, asked.url.split("?")[0]) == (302, "/sign-in/again/mail/")


def test_a_code_by_mail_proves_it_and_leads_on(client):
    amina = given.person("amina")
    client.force_login(amina)
    asked = client.get("/me/security/password/")
    assert "amina@example.org" in client.get(asked.url).content.decode()
    assert Mail.objects.count() == 0
    assert client.post(asked.url, {"action": "send"}).status_code == 302
    code = code_in(last_mail())
    assert client.post(asked.url, {"action": "verify", "code": other_than(code)}).status_code == 422
    proved = client.post(asked.url, {"action": "verify", "code": code})
    assert (proved.status_code, proved.url) == (302, "/me/security/password/")
    assert client.get("/me/security/password/").status_code == 200


def test_what_was_proved_holds_for_a_quarter_of_an_hour(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client, given.person("amina"))
        clock.shift(timedelta(minutes=14))
        assert client.get("/me/security/email/").status_code == 200
        clock.shift(timedelta(minutes=2))
        assert client.get("/me/security/email/").status_code == 302


def test_where_two_steps_are_on_a_code_by_mail_is_not_enough_to_prove_it(client):
    amina = given.person("amina")
    secret = generate_totp_secret()
    TOTP.activate(amina, secret)
    client.force_login(amina)
    asked = client.get("/me/security/two-steps/off/")
    assert asked.url == "/sign-in/again/code/?next=%2Fme%2Fsecurity%2Ftwo-steps%2Foff%2F"
    assert client.get("/sign-in/again/mail/").url == "/me/security/"
    code = totp_code(secret, timezone.now().timestamp())
    assert client.post(asked.url, {"code": other_than(code)}).status_code == 422
    assert client.post(asked.url, {"code": code}).url == "/me/security/two-steps/off/"


def test_a_password_proves_it(client):
    amina = given.person("amina")
    actions.set_password(amina, PASSWORD, by=amina)
    client.force_login(amina)
    assert client.post("/sign-in/again/password/?next=/me/security/email/", {"password": "wrong"}).status_code == 422
    proved = client.post("/sign-in/again/password/?next=/me/security/email/", {"password": PASSWORD})
    assert proved.url == "/me/security/email/"


def test_a_new_address_is_proved_by_a_code_before_mail_goes_there(client):
    amina = given.person("amina")
    EmailAddress.objects.get_or_create(user=amina, email=amina.email, defaults={"verified": True})
    sign_in(client, amina)
    assert client.post("/me/security/email/", {"email": "amina@example.org"}).status_code == 422
    sent = client.post("/me/security/email/", {"email": "Warsame@example.net"})
    assert (sent.status_code, sent.url) == (302, "/me/security/email/code/")
    mail = last_mail()
    assert (mail.to, mail.kind) == ("warsame@example.net", "code")
    amina.refresh_from_db()
    assert amina.email == "amina@example.org"

    assert client.post(sent.url, {"code": other_than(code_in(mail)), "action": "verify"}).status_code == 422
    assert client.post(sent.url, {"code": code_in(mail), "action": "verify"}).url == "/me/security/"
    amina.refresh_from_db()
    assert amina.email == "warsame@example.net"
    notice = last_mail()
    assert (notice.to, notice.kind) == ("amina@example.org", "security")
    assert "w…@example.net" in notice.text
    assert Happening.objects.get(verb="email_changed").thing == amina.key
    ask_for_code(Client(), "amina@example.org")
    assert last_mail().person == ""


def test_an_address_of_somebody_else_is_not_given_away(client):
    given.person("jonas")
    amina = given.person("amina")
    sign_in(client, amina)
    sent = client.post("/me/security/email/", {"email": "jonas@example.org"})
    assert sent.url == "/me/security/email/code/"
    assert last_mail().person == given.person("jonas").key
    with pytest.raises(Refused, match="Another account has this address"):
        actions.change_email(amina, "jonas@example.org", by=amina)
    amina.refresh_from_db()
    assert amina.email == "amina@example.org"


def test_a_password_is_chosen_changed_and_removed_and_ends_other_sessions(client):
    amina = given.person("amina")
    elsewhere = Client()
    elsewhere.force_login(amina)
    sign_in(client, amina)
    for too_weak in ("short", "password123", "amina@example.org", ""):
        assert client.post("/me/security/password/", {"password": too_weak}).status_code == 422, too_weak
    assert client.post("/me/security/password/", {"password": PASSWORD}).url == "/me/security/"
    assert signed_in_as(client) == amina
    assert signed_in_as(elsewhere) is None
    amina.refresh_from_db()
    assert amina.check_password(PASSWORD)
    assert "Your account has a password now." in last_mail().text
    assert client.post("/me/security/password/", {"password": PASSWORD + "!"}).url == "/me/security/"
    assert "The password of your account was changed." in last_mail().text
    assert client.post("/me/security/password/remove").url == "/me/security/"
    amina.refresh_from_db()
    assert not amina.has_usable_password()
    assert signed_in_as(client) == amina


def test_two_steps_are_turned_on_with_a_picture_of_this_house_and_off_again(client):
    amina = given.person("amina")
    sign_in(client, amina)
    page = client.get("/me/security/two-steps/").content.decode()
    assert "data:" not in page
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    picture = client.get("/me/security/two-steps/picture.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<?xml") or b"<svg" in picture.content
    now = timezone.now().timestamp()
    assert client.post("/me/security/two-steps/", {"code": other_than(totp_code(secret, now))}).status_code == 422
    done = client.post("/me/security/two-steps/", {"code": totp_code(secret, now)})
    assert (done.status_code, done.url) == (302, "/me/security/recovery-codes/")
    assert Authenticator.objects.filter(user=amina, type="totp").exists()
    assert client.get("/me/security/two-steps/picture.svg").status_code == 404

    assert client.get("/me/security/two-steps/off/").status_code == 200
    assert client.post("/me/security/two-steps/off/").url == "/me/security/"
    assert not Authenticator.objects.filter(user=amina, type="totp").exists()
    assert Authenticator.objects.filter(user=amina, type="recovery_codes").exists()
    assert "no longer takes two steps" in last_mail().text


def test_recovery_codes_are_made_seen_downloaded_and_replaced(client):
    amina = given.person("amina")
    sign_in(client, amina)
    assert "Make recovery codes" in client.get("/me/security/recovery-codes/").content.decode()
    assert client.get("/me/security/recovery-codes.txt").status_code == 404
    client.post("/me/security/recovery-codes/")
    codes = Authenticator.objects.get(user=amina, type="recovery_codes").wrap().get_unused_codes()
    page = client.get("/me/security/recovery-codes/").content.decode()
    assert len(codes) == 10
    assert all(f"<code>{code}</code>" in page for code in codes)
    assert client.get("/me/security/recovery-codes.txt").content.decode().split("\n")[2:12] == codes
    client.post("/me/security/recovery-codes/")
    assert codes != Authenticator.objects.get(user=amina, type="recovery_codes").wrap().get_unused_codes()


def test_signing_out_everywhere_ends_every_session_here_too(client):
    amina = given.person("amina")
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(amina)
    out = client.post("/me/security/sign-out-everywhere")
    assert (out.status_code, out.url) == (302, "/sign-in/")
    assert signed_in_as(client) is None
    assert signed_in_as(elsewhere) is None
    assert Happening.objects.get(verb="signed_out_everywhere").actor == amina.key


def test_a_steward_helps_somebody_back_in_who_lost_everything(client):
    leyla = given.person("leyla")
    TOTP.activate(leyla, generate_totp_secret())
    RecoveryCodes.activate(leyla)
    gunnel = given.steward("gunnel")
    sign_in(client, gunnel)
    client.get(f"/people/{leyla.handle}/help-back-in")
    assert WayBack.objects.count() == 0
    made = client.post(f"/people/{leyla.handle}/help-back-in")
    page = client.get(made.url).content.decode()
    path = re.search(r"http://localhost:8000(/sign-in/back/[\w-]+)", page)[1]
    assert path not in client.get(made.url).content.decode()
    told = last_mail()
    assert (told.to, told.kind) == ("leyla@example.org", "security")
    assert gunnel.name in told.text
    assert path not in told.text
    way = WayBack.objects.get()
    assert Happening.objects.get(verb="way_back_made").payload == {"person": leyla.pk}

    browser = Client()
    assert leyla.name in browser.get(path).content.decode()
    assert signed_in_as(browser) is None
    back = browser.post(path)
    assert (back.status_code, back.url) == (302, "/me/security/")
    assert signed_in_as(browser) == leyla
    assert browser.get("/me/security/email/").status_code == 200
    assert not Authenticator.objects.filter(user=leyla).exists()
    way.refresh_from_db()
    assert way.used_at is not None
    assert Happening.objects.get(verb="way_back_used").actor == leyla.key
    again = Client().post(path)
    assert again.status_code == 410
    assert "This link was used already." in again.content.decode()


def test_a_way_back_ends_after_an_hour_and_when_a_newer_one_is_made():
    leyla, gunnel = given.person("leyla"), given.steward("gunnel")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        _old, old_token = actions.help_back_in(leyla, by=gunnel)
        _new, new_token = actions.help_back_in(leyla, by=gunnel)
        assert Client().get(f"/sign-in/back/{old_token}").status_code == 410
        assert Client().get(f"/sign-in/back/{new_token}").status_code == 200
        clock.shift(timedelta(minutes=61))
        late = Client().get(f"/sign-in/back/{new_token}")
        assert late.status_code == 410
        assert "This link worked for an hour and has ended." in late.content.decode()
    assert Client().get("/sign-in/back/forged").status_code == 404


def test_only_stewards_of_the_place_help_and_not_themselves(client):
    leyla, jonas, gunnel = given.person("leyla"), given.person("jonas"), given.steward("gunnel")
    sign_in(client, jonas)
    assert client.get(f"/people/{leyla.handle}/help-back-in").status_code == 404
    with pytest.raises(Refused, match="Only stewards of the place"):
        actions.help_back_in(leyla, by=jonas)
    with pytest.raises(Refused, match="Another steward can help you"):
        actions.help_back_in(gunnel, by=gunnel)
    assert WayBack.objects.count() == 0


def test_stewardship_of_the_place_is_given_and_ended_but_never_by_the_last_one():
    gunnel, leyla, jonas = given.steward("gunnel"), given.person("leyla"), given.person("jonas")
    with pytest.raises(Refused, match="Only stewards"):
        actions.give_place_stewardship(leyla, by=jonas)
    own = PlaceStewardship.objects.get(person=gunnel)
    with pytest.raises(Refused, match="at least one steward"):
        actions.end_place_stewardship(own, by=gunnel)
    given_to = actions.give_place_stewardship(leyla, by=gunnel)
    assert (given_to.person, given_to.given_by) == (leyla, gunnel)
    assert actions.give_place_stewardship(leyla, by=gunnel) == given_to
    actions.end_place_stewardship(own, by=gunnel)
    assert [stewardship.person for stewardship in PlaceStewardship.objects.filter(ended_at=None)] == [leyla]
    assert "stewards:place" in given.viewer("leyla").keys
    assert "stewards:place" not in given.viewer("gunnel").keys


def test_no_page_waits_for_a_mail_server(client):
    given.person("amina")
    ask_for_code(client, "amina@example.org")
    assert Mail.objects.get().sent_at is None
    assert django_mail.outbox == []
