"""Stewardships of the place for a time: who is told before they end, when they ended, and when one goes on."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.kernel.audience import MEMBERS, audience_of
from dugnad.kernel.happenings import Happening, on
from dugnad.kernel.place import the_place
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, Words, register
from dugnad.people.models import Person, PlaceStewardship
from dugnad.people.terms import TOLD_BEFORE

Kinds = tuple[NoticeKind, NoticeKind]


def _term(name: str, own: Words, of_other: Words, own_subject: Words, other_subject: Words) -> Kinds:
    """Two kinds about one term: what its steward is told, and what the other stewards are told of it."""
    do = _("Who looks after the place: {link}")
    why_own = _("You get this because you look after the place for a time.")
    why = _("You get this because you are a steward of the place.")
    kinds = (
        NoticeKind(f"place_stewardship_{name}", "place", own, own_subject, mail_do=do, mail_why=why_own),
        NoticeKind(f"others_place_stewardship_{name}", "place", of_other, other_subject, mail_do=do, mail_why=why),
    )
    return register(kinds[0]), register(kinds[1])


SOON = _term(
    "soon_over",
    _("Your time as a steward of the place ends within a week."),
    _("The time of {name} as a steward of the place ends within a week."),
    _("Your time as a steward of {title} ends soon"),
    _("A stewardship of {title} ends soon"),
)
OVER = _term(
    "over",
    _("Your time as a steward of the place is over."),
    _("The time of {name} as a steward of the place is over."),
    _("Your time as a steward of {title} is over"),
    _("A stewardship of {title} is over"),
)
PROLONGED = _term(
    "prolonged",
    _(
        "Your time as a steward of the place is over, and there is no other steward. You go on for a month. "
        "Make somebody else a steward, then it ends."
    ),
    _(
        "The time of {name} as a steward of the place is over, and there is no other steward, so it goes on for a month."
    ),
    _("You go on as a steward of {title} for a month"),
    _("{title} looks for a steward"),
)


@on("place_stewardship_ended")
def tell_of_the_end(happening: Happening, stewardship: PlaceStewardship, by: Any) -> None:
    """By the clock only: who ends it by hand has told, or is told by the log."""
    if not isinstance(by, Person):
        _tell(OVER, stewardship, happening)


@on("place_stewardship_prolonged")
def tell_that_it_goes_on(happening: Happening, stewardship: PlaceStewardship, by: Any) -> None:
    """Only its steward can do something about it: nobody else gives stewardship of the place."""
    _tell(PROLONGED, stewardship, happening)


def tell_of_ending_place_stewardships() -> str:
    """A week before a stewardship ends its steward and the others hear it, once for each term; a line for the log."""
    now = timezone.now()
    soon = PlaceStewardship.objects.current().filter(ends_at__gt=now, ends_at__lte=now + TOLD_BEFORE)
    told = sum(
        _tell(SOON, stewardship, f"placestewardship:{stewardship.pk}:{stewardship.ends_at:%Y-%m-%d}")
        for stewardship in soon.select_related("person").order_by("pk")
    )
    return f"{told} told of stewardships of the place that end soon"


def _tell(kinds: Kinds, stewardship: PlaceStewardship, thing: Any) -> int:
    """The steward in words to them, the other stewards with the name. Answers how many were told."""
    person, (own, of_other) = stewardship.person, kinds
    said: dict[str, Any] = {
        "thing": thing,
        "url": reverse("about"),
        "title": the_place().name,
        "audience": audience_of(MEMBERS),
    }
    told = tell([person], own.name, **said)
    others = PlaceStewardship.objects.current().exclude(person=person).values_list("person_id", flat=True)
    return len(told | tell(list(others), of_other.name, **said, actor=person))
