"""Invitation links: who makes them, what they open, and what they say when they no longer do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from dugnad.groups.models import Membership
from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail
from dugnad.kernel.place import Place
from dugnad.kernel.policies import Refused
from dugnad.people import actions
from dugnad.people.invitations import digest_of
from dugnad.people.models import Invitation, Person, PlaceStewardship
from dugnad.people.policies import MOST_OPEN_INVITATIONS
from tests import given

pytestmark = pytest.mark.django_db

CODE = re.compile(r"\b(\d{6})\b")


@pytest.fixture(autouse=True)
def place():
    place = Place(name="Linden", sign_up=Place.SignUp.INVITATION, languages=["en", "sv"])
    place.save()
    return place


def typed(**other: object) -> dict[str, object]:
    return {"name": "Leyla Demir", "email": "leyla@example.org", "language": "sv", "privacy": "on", **other}


def come_in(client: Client, token: str, **other: object):
    sent = client.post(f"/i/{token}", typed(**other))
    assert sent.status_code == 302, sent.context and sent.context["form"].errors
    return client.post(sent.url, {"code": CODE.search(Mail.objects.latest("pk").text)[1], "action": "verify"})


def test_a_member_makes_a_link_that_is_shown_once_and_kept_nowhere(client):
    amina = given.person("amina")
    client.force_login(amina)
    made = client.post("/invitations/", {"uses": "3", "days": "7", "greeting": "Välkommen", "language": "sv"})
    assert (made.status_code, made.url) == (302, "/invitations/new/")
    page = client.get(made.url).content.decode()
    token = re.search(r"http://localhost:8000/i/([\w-]+)", page)[1]

    invitation = Invitation.objects.get()
    assert invitation.digest == digest_of(token)
    assert (invitation.inviter, invitation.uses_left, invitation.greeting) == (amina, 3, "Välkommen")
    assert invitation.ends_at - invitation.created_at >= timedelta(days=7) - timedelta(seconds=5)
    assert Happening.objects.get(verb="invitation_made").actor == amina.key
    assert client.get(made.url).url == "/invitations/"
    assert token not in client.get("/invitations/").content.decode()


@pytest.mark.parametrize("field", ["uses", "days"])
@pytest.mark.parametrize("value", ["0", "201", "-1", "many", ""])
def test_uses_and_days_have_limits(client, field, value):
    client.force_login(given.person("amina"))
    answer = client.post("/invitations/", {"uses": "1", "days": "1", "language": "sv", field: value})
    assert answer.status_code == 422
    assert Invitation.objects.count() == 0


def test_a_newcomer_comes_in_with_the_link_and_it_counts_down(client):
    amina = given.person("amina")
    invitation, token = actions.invite(by=amina, uses=2, greeting="Kom in", language="sv")
    page = client.get(f"/i/{token}").content.decode()
    assert "Amina Warsame invites you to Linden<" in page
    assert '<p class="lead" lang="sv">Kom in</p>' in page
    assert come_in(client, token).url == "/"
    leyla = Person.objects.get(email="leyla@example.org")
    invitation.refresh_from_db()
    assert invitation.uses_left == 1
    used = Happening.objects.get(verb="invitation_used")
    assert (used.thing, used.actor, used.payload) == (f"invitation:{invitation.pk}", leyla.key, {"leads_to": ""})


def test_looking_at_a_link_uses_nothing_up(client):
    invitation, token = actions.invite(by=given.person("amina"))
    for _look in range(3):
        assert client.get(f"/i/{token}", headers={"user-agent": "preview"}).status_code == 200
        assert client.head(f"/i/{token}").status_code == 200
    invitation.refresh_from_db()
    assert invitation.uses_left == 1


def test_a_link_into_a_group_leads_there(client):
    group = given.group("Hyresgäster i Hjällbo", by="amina")
    _invitation, token = actions.invite(by=given.person("amina"), leads_to=f"group:{group.pk}")
    assert "Amina Warsame invites you to Hyresgäster i Hjällbo<" in client.get(f"/i/{token}").content.decode()
    assert come_in(client, token).url == group.url
    assert Membership.objects.filter(group=group, person__email="leyla@example.org").exists()


def test_somebody_who_is_in_already_gets_one_button_and_takes_one_place_only(client):
    group = given.group("Hyresgäster i Hjällbo", by="amina")
    invitation, token = actions.invite(by=given.person("amina"), uses=2, leads_to=f"group:{group.pk}")
    jonas = given.person("jonas")
    client.force_login(jonas)
    assert "Go in to Hyresgäster i Hjällbo" in client.get(f"/i/{token}").content.decode()
    for _again in range(2):
        entered = client.post(f"/i/{token}")
        assert (entered.status_code, entered.url) == (302, group.url)
    invitation.refresh_from_db()
    assert invitation.uses_left == 1
    assert Membership.objects.filter(group=group, person=jonas).count() == 1
    assert Happening.objects.filter(verb="invitation_used").count() == 1


def test_a_link_into_the_place_tells_members_that_they_are_in(client):
    invitation, token = actions.invite(by=given.person("amina"))
    client.force_login(given.person("jonas"))
    assert "You are in already." in client.get(f"/i/{token}").content.decode()
    invitation.refresh_from_db()
    assert invitation.uses_left == 1


def test_links_that_do_not_work_say_why(client):
    amina = given.person("amina")
    with time_machine.travel(datetime(2026, 6, 5, 12, tzinfo=UTC), tick=False) as clock:
        _ended, ended_token = actions.invite(by=amina, days=1)
        withdrawn, withdrawn_token = actions.invite(by=amina)
        actions.withdraw_invitation(withdrawn, by=amina)
        used, used_token = actions.invite(by=amina)
        Invitation.objects.filter(pk=used.pk).update(uses_left=0)
        clock.shift(timedelta(days=2))
        says = {
            ended_token: (410, "This invitation ended on 6 June. Ask the person who invited you for a new link."),
            withdrawn_token: (410, "This invitation was withdrawn. Ask the person who invited you for a new link."),
            used_token: (410, "This invitation was used up. Ask the person who invited you for a new link."),
            "forged" * 5: (404, "The link may be cut off"),
            "%00": (404, "The link may be cut off"),
        }
        for token, (status, sentence) in says.items():
            for answer in (client.get(f"/i/{token}"), client.post(f"/i/{token}", typed())):
                assert answer.status_code == status, token
                assert sentence in answer.content.decode()
    assert Mail.objects.count() == 0


def test_a_link_of_somebody_who_is_gone_ends(client):
    amina = given.person("amina")
    _invitation, token = actions.invite(by=amina)
    Person.objects.filter(pk=amina.pk).update(is_active=False)
    assert client.get(f"/i/{token}").status_code == 410


def test_of_two_who_reach_for_the_last_place_the_second_is_told(client):
    _invitation, token = actions.invite(by=given.person("amina"))
    other = Client()
    client.post(f"/i/{token}", typed())
    first = CODE.search(Mail.objects.latest("pk").text)[1]
    other.post(f"/i/{token}", typed(name="Jonas", email="jonas@example.org"))
    second = CODE.search(Mail.objects.latest("pk").text)[1]
    assert client.post("/sign-up/code/", {"code": first}).status_code == 302
    late = other.post("/sign-up/code/", {"code": second})
    assert late.status_code == 403
    assert "This invitation was used up." in late.content.decode()
    assert not Person.objects.filter(email="jonas@example.org").exists()


def test_a_link_that_was_sent_to_an_address_proves_it(client):
    amina = given.steward("amina")
    _invitation, token = actions.invite(by=amina, email="Leyla@example.org")
    assert 'value="leyla@example.org"' in client.get(f"/i/{token}").content.decode()
    done = client.post(f"/i/{token}", typed())
    assert (done.status_code, done.url) == (302, "/")
    assert Mail.objects.count() == 0
    assert Person.objects.get(email="leyla@example.org").name == "Leyla Demir"


def test_the_code_page_leads_back_to_the_invitation(client):
    _invitation, token = actions.invite(by=given.person("amina"))
    sent = client.post(f"/i/{token}", typed())
    assert f'href="/i/{token}"' in client.get(sent.url).content.decode()
    elsewhere = client.get("/sign-up/code/?back=https://elsewhere.example/").content.decode()
    assert 'href="https://elsewhere.example/"' not in elsewhere
    assert 'href="/sign-up/"' in elsewhere


def test_only_the_inviter_and_stewards_of_the_place_withdraw(client):
    amina, jonas = given.person("amina"), given.person("jonas")
    invitation, token = actions.invite(by=amina)
    with pytest.raises(Refused, match="Only the person who made the invitation"):
        actions.withdraw_invitation(invitation, by=jonas)
    client.force_login(jonas)
    assert client.post(f"/invitations/{invitation.pk}/withdraw").status_code == 404
    client.force_login(amina)
    assert client.post(f"/invitations/{invitation.pk}/withdraw").url == "/invitations/"
    assert Client().get(f"/i/{token}").status_code == 410
    other, _token = actions.invite(by=amina)
    assert actions.withdraw_invitation(other, by=given.steward("gunnel")).withdrawn_at is not None


def test_nobody_keeps_more_links_open_than_fifty(client):
    amina = given.person("amina")
    ends = timezone.now() + timedelta(days=1)
    Invitation.objects.bulk_create(
        Invitation(digest=str(n), inviter=amina, ends_at=ends) for n in range(MOST_OPEN_INVITATIONS)
    )
    with pytest.raises(Refused, match="50 invitation links"):
        actions.invite(by=amina)


def test_the_owner_link_makes_the_first_person_the_steward_without_any_mail(client):
    first = actions.owner_link()
    link = actions.owner_link()
    assert link.startswith("http://localhost:8000/i/")
    assert client.get(first.removeprefix("http://localhost:8000")).status_code == 410
    done = client.post(link.removeprefix("http://localhost:8000"), typed())
    assert (done.status_code, done.url) == (302, "/set-up/")
    assert Mail.objects.count() == 0
    steward = PlaceStewardship.objects.get(ended_at=None)
    assert (steward.person.email, steward.given_by) == ("leyla@example.org", None)
    assert Client().get(link.removeprefix("http://localhost:8000")).status_code == 410
    with pytest.raises(Refused, match="has a steward already"):
        actions.owner_link()


def test_a_script_makes_no_links_by_the_hundred(client):
    client.force_login(given.person("amina"))
    statuses = [
        client.post("/invitations/", {"uses": "1", "days": "1", "language": "sv"}).status_code for _link in range(31)
    ]
    assert statuses == [302] * 30 + [429]


def test_strangers_are_asked_to_sign_in(client):
    for path in ("/invitations/", "/invitations/new/", "/requests/", "/me/security/"):
        assert client.get(path).url.startswith("/sign-in/?next=")
