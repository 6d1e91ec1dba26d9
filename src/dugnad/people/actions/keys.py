"""What opens an account: its address, its password, its sessions, and a steward's help when all else is lost."""

from __future__ import annotations

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.kernel.audience import STEWARDS_OF_PLACE, audience_of
from dugnad.kernel.happenings import record
from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.policies import no, require
from dugnad.people import mails
from dugnad.people.invitations import digest_of
from dugnad.people.models import Person, WayBack
from dugnad.people.policies import can_help_back_in, can_sign_in, can_use_way_back

WAY_BACK_LASTS = timedelta(hours=1)


@transaction.atomic
def sign_out_everywhere(person: Person, *, by: Person) -> Person:
    """Every session of the person ends now, open live connections included."""
    require(can_sign_in(person))
    person.session_epoch = secrets.token_hex()
    person.save(update_fields=["session_epoch"])
    hang_up(person.pk)
    record("signed_out_everywhere", person, by=by, audience=audience_of(person.key))
    return person


@transaction.atomic
def change_email(person: Person, email: str, *, by: Person) -> Person:
    """Mail goes to `email` from now on, which was proved by a code. The old address is told."""
    require(can_sign_in(person))
    old, person.email = person.email, email.lower()
    if old == person.email:
        return person
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
    except IntegrityError:
        person.email = old
        require(no(_("Another account has this address. Your own address was not changed.")))
    # Rows that allauth keeps beside ours would let the old address sign in.
    EmailAddress.objects.filter(user=person).delete()
    if old:
        mails.address_changed(person, old)
    record("email_changed", person, by=by, audience=audience_of(person.key))
    return person


@transaction.atomic
def set_password(person: Person, password: str, *, by: Person) -> Person:
    """The person can sign in with `password`, which a form found good. Other sessions end; the caller keeps its own."""
    require(can_sign_in(person))
    what = "password_changed" if person.has_usable_password() else "password_set"
    person.set_password(password)
    person.save(update_fields=["password"])
    hang_up(person.pk)
    mails.security_changed(person, what)
    record(what, person, by=by, audience=audience_of(person.key))
    return person


@transaction.atomic
def remove_password(person: Person, *, by: Person) -> Person:
    """The person signs in by code or passkey only. Other sessions end, as with every change of a password."""
    require(can_sign_in(person))
    person.set_unusable_password()
    person.save(update_fields=["password"])
    hang_up(person.pk)
    mails.security_changed(person, "password_removed")
    record("password_removed", person, by=by, audience=audience_of(person.key))
    return person


@transaction.atomic
def help_back_in(person: Person, *, by: Person) -> tuple[WayBack, str]:
    """A steward makes a link that signs `person` in once, within an hour. The person is told by mail.

    Answers with the row and the token, which stands nowhere else. Older links for the same person end.
    """
    require(can_help_back_in(by, person))
    now = timezone.now()
    WayBack.objects.filter(person=person, used_at=None, ends_at__gt=now).update(ends_at=now)
    token = secrets.token_urlsafe(24)
    way = WayBack.objects.create(person=person, digest=digest_of(token), made_by=by, ends_at=now + WAY_BACK_LASTS)
    mails.way_back_made(person, by)
    record("way_back_made", way, by=by, audience=audience_of(person.key, STEWARDS_OF_PLACE), person=person.pk)
    return way, token


@transaction.atomic
def use_way_back(way: WayBack, *, by: Person) -> WayBack:
    """`by`, whom the link is for, comes back in: two-step sign-in is off, so that what was lost is in nobody's way."""
    way = WayBack.objects.select_for_update(of=("self",)).select_related("person").get(pk=way.pk)
    require(can_use_way_back(way))
    way.used_at = timezone.now()
    way.save(update_fields=["used_at"])
    types = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    Authenticator.objects.filter(user=way.person, type__in=types).delete()
    record("way_back_used", way, by=by, audience=audience_of(way.person.key, STEWARDS_OF_PLACE), person=way.person_id)
    return way
