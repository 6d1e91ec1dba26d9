"""Invitations, requests and ways back, found and told: what a link is worth now, and what it leads to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.kernel import registry
from dugnad.kernel.audience import STEWARDS_OF_PLACE, Viewer
from dugnad.kernel.happenings import Happening
from dugnad.people.models import Invitation, Person, Request, WayBack


@dataclass(frozen=True, slots=True)
class Admission:
    """What an invitation leads to besides the place. Halls answer with it through `registry.admissions`."""

    title: str
    url: str


def digest_of(token: str) -> str:
    """What is kept of the token of a link. Tokens are long and random, so a plain hash cannot be turned around."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation | None:
    """The invitation behind a link, whether it still works or not; None when there never was one."""
    return Invitation.objects.select_related("inviter").filter(digest=digest_of(token)).first()


def find_way_back(token: str) -> WayBack | None:
    """The way back behind a link, whether it still works or not."""
    return WayBack.objects.select_related("person", "made_by").filter(digest=digest_of(token)).first()


def admission_of(invitation: Invitation) -> Admission | None:
    """What the invitation leads to, or None when that is only the place (or no longer there)."""
    kind, _sep, rest = invitation.leads_to.partition(":")
    tell = registry.admissions.get(kind)
    return tell(rest) if tell else None


def way_into(invitation: Invitation) -> str:
    """The page where somebody lands who used the invitation."""
    if invitation.makes_steward:
        try:
            return reverse("set_up_place")
        except NoReverseMatch:
            return reverse("home")
    admission = admission_of(invitation)
    return admission.url if admission else reverse("home")


def was_used_by(invitation: Invitation, person: Person) -> bool:
    """Did this person come in through it already? A link that is opened twice takes no second place."""
    used = Happening.objects.filter(verb="invitation_used", thing=f"invitation:{invitation.pk}", actor=person.key)
    return used.exists()


def invitations_of(person: Person) -> QuerySet[Invitation]:
    """Links that this person made and that still work, newest first, but for those sent to one address."""
    return Invitation.objects.filter(
        inviter=person, withdrawn_at=None, uses_left__gt=0, ends_at__gt=timezone.now(), email=""
    ).order_by("-created_at")


def open_requests(viewer: Viewer) -> QuerySet[Request]:
    """Who asks to come in and has no answer yet, the longest waiting first. Only stewards of the place see anybody."""
    if not viewer.holds(STEWARDS_OF_PLACE):
        return Request.objects.none()
    return Request.objects.filter(answered_at=None).order_by("created_at")


def invited_words(invitation: Invitation, place_name: str) -> str:
    """Who invites to what, as a heading."""
    admission = admission_of(invitation)
    title = admission.title if admission else place_name
    if invitation.inviter is None or invitation.inviter.erased_at is not None:
        return _("You are invited to {title}").format(title=title)
    return _("{name} invites you to {title}").format(name=invitation.inviter.name, title=title)
