"""Passkeys: added, used to sign in and to prove oneself, named, removed. The device is one in software."""

from __future__ import annotations

import html
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from dugnad.kernel.outbox import Mail
from dugnad.people.models import Person
from tests import given
from tests.people.soft_key import SoftKey
from tests.people.test_sign_in import ask_for_code, code_in, last_mail, signed_in_as

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("origin")]


@pytest.fixture
def origin(settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # the test client is not called localhost


def sign_in(client: Client, person: Person) -> None:
    ask_for_code(client, person.email)
    assert client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"}).status_code == 302


def options_in(page: str) -> dict:
    return json.loads(html.unescape(re.search(r'data-options="([^"]+)"', page)[1]))


def add_passkey(client: Client, key: SoftKey, name: str = "Telefonen"):
    options = options_in(client.get("/me/security/passkeys/add/").content.decode())
    credential = json.dumps(key.create(options))
    return client.post("/me/security/passkeys/add/", {"name": name, "credential": credential})


def use_passkey(client: Client, key: SoftKey, **extra: str):
    options = client.get("/sign-in/passkey/", headers={"accept": "application/json"}).json()["request_options"]
    assert options["publicKey"]["userVerification"] == "required"
    return client.post("/sign-in/passkey/", {"credential": json.dumps(key.get(options)), **extra})


def test_a_passkey_is_added_and_signs_in_by_itself(client):
    amina, key = given.person("amina"), SoftKey()
    sign_in(client, amina)
    added = add_passkey(client, key)
    assert (added.status_code, added.url) == (302, "/me/security/recovery-codes/")
    passkey = Authenticator.objects.get(user=amina, type="webauthn")
    assert passkey.wrap().name == "Telefonen"
    assert "A passkey was added to your account." in last_mail().text
    assert "Telefonen" in client.get("/me/security/").content.decode()

    other = Client()
    done = use_passkey(other, key, next="/invitations/")
    assert (done.status_code, done.url) == (302, "/invitations/")
    assert signed_in_as(other) == amina


def test_a_passkey_alone_is_a_way_in_and_no_second_lock(client):
    amina, key = given.person("amina"), SoftKey()
    sign_in(client, amina)
    add_passkey(client, key)
    other = Client()
    ask_for_code(other, amina.email)
    assert other.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"}).url == "/"


def test_with_two_steps_on_a_passkey_needs_no_second_step_and_can_be_the_second(client):
    amina, key = given.person("amina"), SoftKey()
    sign_in(client, amina)
    add_passkey(client, key)
    TOTP.activate(amina, generate_totp_secret())
    assert use_passkey(Client(), key).url == "/"

    other = Client()
    ask_for_code(other, amina.email)
    assert (
        other.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"}).url == "/sign-in/second-step/"
    )
    options = options_in(other.get("/sign-in/second-step/").content.decode())
    done = other.post("/sign-in/second-step/", {"credential": json.dumps(key.get(options))})
    assert (done.status_code, done.url) == (302, "/")


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "null", '"x"', "{", '{"id": 1}', '{"response": {"userHandle": 7}}']
)
def test_what_no_browser_sends_is_answered_with_a_sentence(client, credential):
    given.person("amina")
    client.get("/sign-in/passkey/", headers={"accept": "application/json"})
    answer = client.post("/sign-in/passkey/", {"credential": credential}, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "That did not fit." in page or "No passkey came with the form." in page
    sign_in(client, given.person("amina"))
    client.get("/me/security/passkeys/add/")
    assert client.post("/me/security/passkeys/add/", {"name": "x", "credential": credential}).status_code == 422


def test_an_answer_to_an_older_riddle_does_not_fit(client):
    amina, key = given.person("amina"), SoftKey()
    sign_in(client, amina)
    add_passkey(client, key)
    other = Client()
    options = other.get("/sign-in/passkey/", headers={"accept": "application/json"}).json()["request_options"]
    credential = json.dumps(key.get(options))
    other.get("/sign-in/passkey/", headers={"accept": "application/json"})
    assert other.post("/sign-in/passkey/", {"credential": credential}).url == "/sign-in/"
    assert signed_in_as(other) is None


def test_a_stranger_passkey_opens_nobodys_account(client):
    amina, key, other_key = given.person("amina"), SoftKey(), SoftKey()
    sign_in(client, amina)
    add_passkey(client, key)
    other_key.user_handle, other_key.id = key.user_handle, key.id
    other = Client()
    assert use_passkey(other, other_key).url == "/sign-in/"
    assert signed_in_as(other) is None


def test_nobody_signs_in_by_passkey_whose_account_is_closed(client):
    amina, key = given.person("amina"), SoftKey()
    sign_in(client, amina)
    add_passkey(client, key)
    Person.objects.filter(pk=amina.pk).update(is_active=False)
    other = Client()
    assert use_passkey(other, key).url == "/sign-in/closed/"


def test_a_passkey_proves_that_it_is_still_me(client):
    amina, key = given.person("amina"), SoftKey()
    sign_in(client, amina)
    add_passkey(client, key)
    other = Client()
    other.force_login(amina)
    asked = other.get("/me/security/email/")
    assert asked.url == "/sign-in/again/passkey/?next=%2Fme%2Fsecurity%2Femail%2F"
    page = other.get(asked.url).content.decode()
    assert "/sign-in/again/mail/?next=%2Fme%2Fsecurity%2Femail%2F" in page
    assert other.post(asked.url, {"credential": "{}"}).status_code == 422
    options = options_in(other.get(asked.url).content.decode())
    proved = other.post(asked.url, {"credential": json.dumps(key.get(options))})
    assert (proved.status_code, proved.url) == (302, "/me/security/email/")
    assert other.get("/me/security/email/").status_code == 200


def test_a_passkey_is_renamed_and_removed(client):
    amina, key = given.person("amina"), SoftKey()
    sign_in(client, amina)
    add_passkey(client, key, name="  \u202eTelefonen ")
    passkey = Authenticator.objects.get(user=amina, type="webauthn")
    assert passkey.wrap().name == "Telefonen"
    renamed = client.post(f"/me/security/passkeys/{passkey.pk}/name/", {"name": "Den gamla telefonen"})
    assert (renamed.status_code, renamed.url) == (302, "/me/security/")
    passkey.refresh_from_db()
    assert passkey.wrap().name == "Den gamla telefonen"
    assert client.post(f"/me/security/passkeys/{passkey.pk}/name/", {"name": ""}).status_code == 422

    assert "Den gamla telefonen" in client.get(f"/me/security/passkeys/{passkey.pk}/remove/").content.decode()
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
    assert client.post(f"/me/security/passkeys/{passkey.pk}/remove/").url == "/me/security/"
    assert not Authenticator.objects.filter(pk=passkey.pk).exists()
    assert Authenticator.objects.filter(user=amina, type="recovery_codes").exists()
    assert "A passkey was removed from your account." in last_mail().text
    assert use_passkey(Client(), key).url == "/sign-in/"


def test_nobody_touches_the_passkeys_of_others(client):
    amina, key = given.person("amina"), SoftKey()
    sign_in(client, amina)
    add_passkey(client, key)
    passkey = Authenticator.objects.get(user=amina, type="webauthn")
    other = Client()
    sign_in(other, given.person("jonas"))
    assert other.get(f"/me/security/passkeys/{passkey.pk}/name/").status_code == 404
    assert other.post(f"/me/security/passkeys/{passkey.pk}/remove/").status_code == 404


def test_a_passkey_without_a_name_gets_one(client):
    amina = given.person("amina")
    sign_in(client, amina)
    add_passkey(client, SoftKey(), name="")
    assert Authenticator.objects.get(user=amina, type="webauthn").wrap().name == "Passkey 1"
    assert Mail.objects.filter(kind="security").count() == 1


def test_the_riddle_for_a_stranger_is_kept_for_an_hour_and_not_made_without_end(client):
    asked = {"headers": {"accept": "application/json"}}
    address = reverse("mfa_login_webauthn")
    assert client.get(address, **asked).status_code == 200
    assert client.session.get_expiry_age() == 3600
    for _more in range(199):
        client.get(address)
    assert client.get(address, **asked).status_code == 429
    assert Session.objects.count() == 1
