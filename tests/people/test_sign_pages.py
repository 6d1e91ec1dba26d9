"""Every page at the door and of one's keys: from the house's own templates, without anything that its CSP forbids."""

from __future__ import annotations

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.test.signals import template_rendered

from dugnad.kernel.place import Place
from dugnad.people import actions
from dugnad.people.models import Person
from tests import given
from tests.people.soft_key import SoftKey
from tests.people.test_sign_in import ask_for_code, code_in, last_mail
from tests.people.test_sign_passkey import add_passkey, origin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("origin")]
__all__ = ["origin"]

FORBIDDEN = re.compile(r"""\son\w+=|\sstyle=|javascript:|data:|<style|<script(?![^>]*\ssrc=)""")


@pytest.fixture
def origins():
    """Files of all templates that were used."""
    used: set[str] = set()

    def remember(template, **_kwargs):
        used.add(str(template.origin.name))

    template_rendered.connect(remember)
    yield used
    template_rendered.disconnect(remember)


def check(page: str, path: str) -> None:
    assert len(re.findall(r"<h1[ >]", page)) == 1, path
    assert re.search(r"<title>[^<·]+ · Linden</title>", page), path
    assert not FORBIDDEN.search(page), (path, FORBIDDEN.search(page))
    assert "<main" in page
    for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.S):
        assert "csrfmiddlewaretoken" in form, path
    for typed in re.findall(r'<(?:input|textarea|select)[^>]*\bid="([^"]+)"', page):
        if (
            f'id="{typed}" type="hidden"' not in page
            and 'type="hidden"' not in re.search(f'<[^>]*id="{typed}"[^>]*>', page)[0]
        ):
            assert f'for="{typed}"' in page, (path, typed)


def pages_at_the_door(browser: Client) -> dict[str, str]:
    _invitation, token = actions.invite(by=given.person("amina"), greeting="Kom in")
    withdrawn, withdrawn_token = actions.invite(by=given.person("amina"))
    actions.withdraw_invitation(withdrawn, by=given.person("amina"))
    _way, way_token = actions.help_back_in(given.person("leyla"), by=given.steward("gunnel"))
    paths = [
        "/sign-in/", "/sign-in/password/", "/sign-in/lost/", "/sign-in/closed/", "/ask/", f"/i/{token}",
        f"/i/{withdrawn_token}", "/i/forged", f"/sign-in/back/{way_token}", "/sign-in/back/forged",
    ]  # fmt: skip
    found = {path: browser.get(path).content.decode() for path in paths}
    ask_for_code(browser, "amina@example.org")
    found["/sign-in/code/"] = browser.get("/sign-in/code/").content.decode()
    browser.post(
        f"/i/{token}",
        {"name": "N", "email": "n@example.org", "language": "en", "privacy": "on", "agree": "on", "version": "1"},
    )
    found["/sign-up/code/"] = browser.get("/sign-up/code/").content.decode()
    browser.post("/ask/", {"name": "N", "email": "n@example.org", "note": "Hej"})
    found["/ask/sent/"] = browser.get("/ask/sent/").content.decode()
    return found


def test_pages_at_the_door(client, origins):
    Place(name="Linden", languages=["en", "sv"], contact="linden@example.org", agreements={"en": "Be kind."}).save()
    for path, page in pages_at_the_door(client).items():
        check(page, path)
    assert not [name for name in origins if "site-packages/allauth" in name]


def test_pages_of_keys(client, origins):
    Place(name="Linden", languages=["en", "sv"]).save()
    gunnel, key = given.steward("gunnel"), SoftKey()
    ask_for_code(client, gunnel.email)
    client.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"})
    add_passkey(client, key)
    passkey = Authenticator.objects.get(user=gunnel, type="webauthn")
    actions.invite(by=gunnel, greeting="Hej", language="sv")
    actions.ask_to_come_in(name="Leyla", email="l@example.org", note="Hej", language="sv")
    _invitation, token = actions.invite(by=gunnel)
    client.post("/me/security/email/", {"email": "other@example.org"})
    paths = [
        "/me/security/", "/me/security/email/", "/me/security/email/code/", "/me/security/password/",
        "/me/security/passkeys/add/", f"/me/security/passkeys/{passkey.pk}/name/",
        f"/me/security/passkeys/{passkey.pk}/remove/", "/me/security/two-steps/", "/me/security/recovery-codes/",
        "/invitations/", "/requests/", f"/people/{given.person('leyla').handle}/help-back-in", "/sign-out/", f"/i/{token}",
    ]  # fmt: skip
    pages = {path: client.get(path) for path in paths}
    client.post("/invitations/", {"uses": "1", "days": "1", "language": "sv"})
    pages["/invitations/new/"] = client.get("/invitations/new/")
    TOTP.activate(gunnel, generate_totp_secret())
    pages["/me/security/two-steps/off/"] = client.get("/me/security/two-steps/off/")
    for path, answer in pages.items():
        assert answer.status_code == 200, path
        check(answer.content.decode(), path)
    assert not [name for name in origins if "site-packages/allauth" in name]


def test_pages_that_ask_for_proof(client, origins):
    Place(name="Linden", languages=["en", "sv"]).save()
    amina = given.person("amina")
    actions.set_password(amina, "fyra vänliga grannar", by=amina)
    RecoveryCodes.activate(amina)
    client.force_login(amina)
    for path in ("/sign-in/again/mail/", "/sign-in/again/password/", "/sign-in/again/code/"):
        answer = client.get(f"{path}?next=/me/security/email/")
        assert answer.status_code == 200, path
        check(answer.content.decode(), path)
    client.post("/sign-in/again/mail/", {"action": "send"})
    check(client.get("/sign-in/again/mail/").content.decode(), "prove")
    add_key(amina)
    check(client.get("/sign-in/again/passkey/").content.decode(), "passkey")
    assert not [name for name in origins if "site-packages/allauth" in name]


def add_key(person: Person) -> None:
    browser = Client()
    ask_for_code(browser, person.email)
    browser.post("/sign-in/code/", {"code": code_in(last_mail()), "action": "verify"})
    add_passkey(browser, SoftKey())


def test_allauths_own_doors_are_not_there(client):
    for path in (
        "/accounts/login/", "/sign-in/login/", "/sign-in/signup/", "/sign-in/password/reset/", "/sign-in/email/",
        "/me/security/webauthn/", "/sign-up/passkey/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_the_riddle_for_a_passkey_is_answered_to_scripts_only(client):
    given.person("amina")
    riddle = client.get("/sign-in/passkey/", headers={"accept": "application/json"})
    assert set(json.loads(riddle.content)["request_options"]["publicKey"]) >= {"challenge", "rpId", "userVerification"}
    assert client.get("/sign-in/passkey/").url == "/sign-in/"
