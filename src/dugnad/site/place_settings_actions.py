"""Deeds that settle an open place further: how it looks, its rules and notice, how long things are kept, mail and backups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from dugnad.kernel.audience import MEMBERS, audience_of
from dugnad.kernel.look import BANNERS, INKS, MARKS, THEMES
from dugnad.kernel.place import LANGUAGES, Place
from dugnad.kernel.policies import require
from dugnad.kernel.post_office import SECURITIES
from dugnad.kernel.retention import spans
from dugnad.kernel.sealing import seal
from dugnad.notices.actions import tell
from dugnad.people.models import Person
from dugnad.site.place_changing import locked_place, merged, settled
from dugnad.site.place_policies import can_accept_agreements

MOST_BACKUPS = 60
SERVER = ("host", "port", "security", "user")


@transaction.atomic
def choose_look(*, ink: str, banner: str, mark: str, theme: str, by: Person, seen: int | None = None) -> Place:
    """Every page has this accent and this mark in its corner, the welcome page this banner; who chose no light has this one."""
    for value, known in ((ink, INKS), (banner, BANNERS), (mark, MARKS), (theme, THEMES)):
        if value not in known:
            raise ValueError(f"not a look of the house: {value!r}")
    place = locked_place(by, "look", seen)
    place.ink, place.banner, place.mark, place.theme = ink, banner, mark, theme
    return settled(place, "look_chosen", by, "look")


@transaction.atomic
def name_responsible(*, responsible: str, contact: str, by: Person, seen: int | None = None) -> Place:
    """Who answers for personal data here, and where one writes to them."""
    place = locked_place(by, "responsible", seen)
    place.responsible, place.contact = responsible, contact
    return settled(place, "responsible_named", by, "responsible")


@transaction.atomic
def write_agreements(*, agreements: dict[str, str], note: str, by: Person, seen: int | None = None) -> Place:
    """The ground rules read so from now on. Rules that changed get the next version, `note` says what changed, and every
    member is told.
    """
    place = locked_place(by, "agreements", seen)
    before = place.agreements
    place.agreements = merged(before, agreements, LANGUAGES)
    if place.agreements != before:
        place.agreements_version += 1
        place.agreements_since, place.agreements_note = timezone.now(), note
        _tell_everybody(place, note, by)
    return settled(place, "agreements_written", by, "agreements", note)


def _tell_everybody(place: Place, note: str, by: Person) -> None:
    tell(
        Person.objects.living().filter(is_active=True).values_list("pk", flat=True),
        "agreements_written",
        thing=f"agreements:{place.agreements_version}",
        url="/agreements",
        title=note or place.name,
        audience=audience_of(MEMBERS),
        actor=by,
    )


@transaction.atomic
def write_privacy_notice(*, privacy: dict[str, str], by: Person, seen: int | None = None) -> Place:
    """The privacy notice reads so from now on."""
    place = locked_place(by, "privacy", seen)
    place.privacy = merged(place.privacy, privacy, LANGUAGES)
    return settled(place, "privacy_notice_written", by, "privacy")


@transaction.atomic
def accept_agreements(*, version: int, by: Person) -> None:
    """The person has read this version of the ground rules and keeps to it. An older one than they accepted changes nothing."""
    require(can_accept_agreements(by, version))
    Person.objects.filter(pk=by.pk, agreed_version__lt=version).update(agreed_version=version, agreed_at=timezone.now())


@transaction.atomic
def choose_retention(*, days: Mapping[str, int], by: Person, seen: int | None = None) -> Place:
    """What goes by itself goes after so many days, from the next night on. What is left as usual follows later versions of
    the house.
    """
    place = locked_place(by, "retention", seen)
    for span in spans():
        if span.name in days and span.within(days) != days[span.name]:
            raise ValueError(f"{span.name}: {days[span.name]} days are out of bounds")
    place.retention = {
        span.name: days.get(span.name, span.within(place.retention))
        for span in spans()
        if days.get(span.name, span.within(place.retention)) != span.days
    }
    return settled(place, "retention_chosen", by, "retention")


@transaction.atomic
def choose_mail_server(
    *, mail: Mapping[str, Any], password: str | None = None, by: Person, seen: int | None = None
) -> Place:
    """Mail comes from this sender and leaves through this server. `password` None leaves the saved one, unless the server is
    another one now: a password is only ever shown to the server it was typed for.
    """
    if mail.get("security", "starttls") not in SECURITIES:
        raise ValueError(f"not a kind of encryption: {mail['security']!r}")
    place = locked_place(by, "mail", seen)
    moved = any(place.mail.get(key) != mail.get(key) for key in SERVER)
    place.mail = {key: value for key, value in mail.items() if value}
    if password is not None or moved:
        place.mail_password = seal(password or "")
    return settled(place, "mail_server_chosen", by, "mail")


@transaction.atomic
def choose_backups(*, backups_kept: int, by: Person, seen: int | None = None) -> Place:
    """Each night a backup is made and the newest `backups_kept` stay; with 0 the house makes none."""
    if not 0 <= backups_kept <= MOST_BACKUPS:
        raise ValueError(f"{backups_kept} backups are out of bounds")
    place = locked_place(by, "backups", seen)
    place.backups_kept = backups_kept
    return settled(place, "backups_chosen", by, "backups")
