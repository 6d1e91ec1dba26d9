"""Who is told of a wave: the stewards that one is there, and those whose posts were hidden with it."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dugnad.care.models import StewardDeed, Wave
from dugnad.care.rooms import Room, stewards_of
from dugnad.care.tellings import BECAUSE_STEWARD, BECAUSE_YOURS
from dugnad.groups.actions.keeping import only_you
from dugnad.kernel.audience import audience_of
from dugnad.kernel.place import the_place
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, register

SUSPECTED = register(
    NoticeKind(
        "wave_suspected",
        "care",
        _("It looks as if new accounts fill {title} with spam. Everything stands until a steward decides."),
        _("Is this spam in {title}?"),
        mail_do=_("Look at it and decide, with one click: {link}"),
        mail_why=BECAUSE_STEWARD,
    )
)
CLEARED = register(
    NoticeKind(
        "wave_cleared",
        "care",
        _(
            "A steward took posts of yours in {title} for a part of a wave of spam and hid them. If that is wrong, say so."
        ),
        _("Your posts in {title} are hidden"),
        mail_do=_("Read all of it, and ask for another look if you think it was wrong: {link}"),
        mail_why=BECAUSE_YOURS,
    )
)
ALLOWED = register(
    NoticeKind(
        "wave_allowed",
        "care",
        _("Your posts in {title} are shown again, and you can write. They had been taken for spam."),
        _("Your posts in {title} are shown again"),
        mail_why=BECAUSE_YOURS,
    )
)


def title_of(room: Room) -> str:
    """What the room is called in a sentence."""
    return room.group.name if room.group else the_place().name


def tell_stewards(wave: Wave) -> None:
    """Once for each wave: what comes later joins it in silence."""
    room = Room(wave.group)
    _tell(stewards_of(room), SUSPECTED, wave, reverse("wave", args=[wave.pk]), room, to_all=False)


def tell_writers(persons: Iterable[int], kind: NoticeKind, deed: StewardDeed) -> None:
    """Those whose posts were hidden with the wave, or are shown again: one notice each, however many posts."""
    _tell(persons, kind, deed, reverse("own_care"), Room(deed.group), to_all=True)


def _tell(
    persons: Iterable[int], kind: NoticeKind, thing: Wave | StewardDeed, url: str, room: Room, *, to_all: bool
) -> None:
    people = sorted(persons)
    audience = audience_of(*(f"person:{pk}" for pk in people)) if to_all else room.stewards()
    who = only_you if to_all else ""
    tell(people, kind.name, thing=thing, url=url, title=title_of(room), audience=audience, who_can_read=who)
