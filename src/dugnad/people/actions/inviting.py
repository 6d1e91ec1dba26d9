"""Invitation links: made, used, withdrawn, and the very first one of an empty place."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.kernel.audience import audience_of
from dugnad.kernel.happenings import SYSTEM, Actor, record
from dugnad.kernel.policies import no, require
from dugnad.people.actions.stewarding import make_place_steward
from dugnad.people.invitations import digest_of, was_used_by
from dugnad.people.models import Invitation, Person, PlaceStewardship
from dugnad.people.policies import can_invite, can_use_invitation, can_withdraw_invitation

MOST_USES = 200
MOST_DAYS = 60
OWNER_LINK_DAYS = 30


@transaction.atomic
def invite(
    *,
    by: Person,
    uses: int = 1,
    days: int = 14,
    greeting: str = "",
    language: str = "",
    leads_to: str = "",
    email: str = "",
) -> tuple[Invitation, str]:
    """Make an invitation link. Answers with the row and the token: it stands nowhere else and cannot be shown again.

    `leads_to` is a key such as `group:4`; whether `by` may invite there is for that hall to ask first. With `email` the
    link was sent to that address, which is proved by using it.
    """
    require(can_invite(by))
    if not (1 <= uses <= MOST_USES and 1 <= days <= MOST_DAYS):
        raise ValueError("uses and days are checked by the form")
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        digest=digest_of(token),
        inviter=by,
        leads_to=leads_to,
        email=email.lower(),
        greeting=greeting,
        language=language,
        uses_left=uses,
        ends_at=timezone.now() + timedelta(days=days),
    )
    record("invitation_made", invitation, by=by, audience=audience_of(by.key), leads_to=leads_to)
    return invitation, token


@transaction.atomic
def use_invitation(invitation: Invitation, *, by: Person) -> Invitation:
    """`by` takes one place of the invitation. Halls let them in where it leads: they listen to `invitation_used`.

    Whoever used it before takes no second place and nothing happens.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("inviter").get(pk=invitation.pk)
    if was_used_by(invitation, by):
        return invitation
    require(can_use_invitation(invitation))
    Invitation.objects.filter(pk=invitation.pk).update(uses_left=F("uses_left") - 1)
    if invitation.makes_steward:
        make_place_steward(by, given_by=None)
    audience = audience_of(by.key, *([invitation.inviter.key] if invitation.inviter else []))
    record("invitation_used", invitation, by=by, audience=audience, leads_to=invitation.leads_to)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Person) -> Invitation:
    """The link stops working. Who came in with it stays."""
    require(can_withdraw_invitation(by, invitation))
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        record("invitation_withdrawn", invitation, by=by, audience=audience_of(by.key))
    return invitation


@transaction.atomic
def owner_link(*, by: Actor = SYSTEM) -> str:
    """The address that lets the first person into an empty place and makes them its steward. It ends an older one.

    Refused as soon as the place has a steward.
    """
    if PlaceStewardship.objects.current().exists():
        require(no(_("The place has a steward already, so there is no owner link any more.")))
    Invitation.objects.filter(makes_steward=True, withdrawn_at=None).update(withdrawn_at=timezone.now())
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        digest=digest_of(token),
        makes_steward=True,
        uses_left=1,
        ends_at=timezone.now() + timedelta(days=OWNER_LINK_DAYS),
    )
    record("owner_link_made", invitation, by=by, audience=audience_of())
    return settings.URL + reverse("open_invitation", args=[token])
