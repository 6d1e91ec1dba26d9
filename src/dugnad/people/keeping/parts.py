"""What the hall people keeps about a person, ready for their file. Passwords, keys and links are not handed out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import F
from django.utils.translation import gettext as _

from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail
from dugnad.people.keeping.addresses import addresses_of, with_address
from dugnad.people.keeping.signed_in import sessions_of
from dugnad.people.models import Person, Request

CHUNK = 500
Handed = tuple[str, Any, dict[str, str], str]


def person_part(person: Person) -> Handed:
    """The row of the person."""
    shown = (
        "name", "handle", "about", "place_name", "email", "language", "reads", "theme", "shortcuts", "time_zone", "joined_at",
        "agreed_version", "agreed_at",
    )  # fmt: skip
    return "person", {name: getattr(person, name) for name in shown}, {}, _("Your account and what others see of you.")


def keys_part(person: Person) -> Handed:
    """What opens the account, without the secrets themselves."""
    addresses = EmailAddress.objects.filter(user=person).values("email", "verified", "primary")
    keys = [
        {"kind": key.type, "name": str(key), "added_at": key.created_at, "last_used_at": key.last_used_at}
        for key in Authenticator.objects.filter(user=person).order_by("pk")
    ]
    data = {
        "addresses": list(addresses),
        "has_password": person.has_usable_password(),
        "keys": keys,
        "ways_back": list(person.ways_back.values("created_at", "ends_at", "used_at")),
        "signed_in_until": [session.expire_date for session in sessions_of(person.pk, addresses_of(person))],
    }
    return "signing-in", data, {}, _("How you sign in, and until when you are signed in where.")


def standing_part(person: Person) -> Handed:
    """What the person holds, and whom they do not want to read."""
    blocks = person.blocks.order_by("pk").values(
        name=F("blocked__name"), handle=F("blocked__handle"), since=F("created_at")
    )
    data = {
        "steward_of_the_place": list(person.place_stewardships.values("created_at", "ends_at", "ended_at")),
        "blocked": list(blocks),
        "files": list(person.exports.values("created_at", "ready_at", "ends_at")),
    }
    return "standing", data, {}, _("Whether you are a steward, and whom you blocked. Nobody else sees your blocks.")


def invitations_part(person: Person) -> Handed:
    """Invitations the person made, and how they once asked to come in."""
    made = ("created_at", "leads_to", "email", "greeting", "language", "uses_left", "ends_at", "withdrawn_at")
    asked = ("created_at", "email", "name", "note", "language", "answered_at", "admitted")
    data = {
        "made": list(person.invitations.order_by("created_at").values(*made)),
        "asked_to_come_in": list(Request.objects.filter(with_address("email", addresses_of(person))).values(*asked)),
    }
    return "invitations", data, {}, _("Invitations you made, and how you asked to come in.")


def deeds_part(person: Person) -> Handed:
    """What the record of deeds says under the person's name. It is dropped there after some time."""
    words = _("The record of what you did. Your name is taken out of it after a time that this place has chosen.")
    return "deeds", _deeds(person), {}, words


def _deeds(person: Person) -> Iterator[dict[str, Any]]:
    columns = ("at", "verb", "thing", "within", "payload")
    yield from Happening.objects.filter(actor=person.key).order_by("pk").values(*columns).iterator(chunk_size=CHUNK)


def mails_part(person: Person) -> Handed:
    """Mails to the person that are still kept."""
    return "mails", _mails(person), {}, _("Emails to you. Their text is emptied a week after sending.")


def _mails(person: Person) -> Iterator[dict[str, Any]]:
    mails = Mail.objects.filter(with_address("to", addresses_of(person))) | Mail.objects.filter(person=person.key)
    columns = ("created_at", "sent_at", "kind", "to", "subject", "text")
    yield from mails.order_by("pk").values(*columns).iterator(chunk_size=CHUNK)
