"""Coming in: making an account, asking to be let in, and the answer."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.kernel.audience import MEMBERS, STEWARDS_OF_PLACE, audience_of
from dugnad.kernel.happenings import SYSTEM, Actor, record
from dugnad.kernel.policies import no, require
from dugnad.people import mails
from dugnad.people.actions.inviting import invite, use_invitation
from dugnad.people.models import Invitation, Person, PlaceStewardship, Request
from dugnad.people.names import base_handle, free_handle
from dugnad.people.policies import NEWCOMER, can_answer_request, can_ask_to_come_in, can_sign_up

HANDLE_TRIES = 5
ADMISSION_DAYS = 14


@transaction.atomic
def sign_up_person(
    *,
    name: str,
    email: str,
    language: str,
    reads: Iterable[str] = (),
    agreed_version: int = 0,
    invitation: Invitation | None = None,
    by: Actor = SYSTEM,
) -> Person:
    """Make the account of somebody whose address was proved, and let the invitation lead them in.

    The name is clean; the handle is made from it. Of two people with one address the first has the account and the
    second is refused. A `NEWCOMER` needs an open door or an invitation that still works; the house itself (SYSTEM) may
    always make an account.
    """
    if by is not SYSTEM or invitation is not None:
        require(can_sign_up(invitation))
    now = timezone.now()
    person = Person(name=name, email=email.lower(), language=language, reads=list(reads), joined_at=now)
    if agreed_version:
        person.agreed_version, person.agreed_at = agreed_version, now
    person.set_unusable_password()
    _save_with_handle(person)
    record("person_signed_up", person, by=person, audience=audience_of(MEMBERS))
    if invitation is not None:
        use_invitation(invitation, by=person)
    return person


def _save_with_handle(person: Person) -> None:
    """Two people of one name who come in at one moment get different handles."""
    for tries_left in reversed(range(HANDLE_TRIES)):
        taken = Person.objects.filter(handle__startswith=base_handle(person.name)[:30]).values_list("handle", flat=True)
        person.handle = free_handle(person.name, frozenset(taken))
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError:
            if Person.objects.filter(email=person.email).exists():
                require(no(_("There is an account with this address already. Sign in with it.")))
            if not tries_left:
                raise
        else:
            return


@transaction.atomic
def ask_to_come_in(*, name: str, email: str, note: str, language: str, by: Actor = NEWCOMER) -> Request | None:
    """Put a request before the stewards of the place. Whoever asks again before the answer changes their own words.

    Who has an account already gets a mail that says so, and there is no request (None): the page tells nobody which.
    """
    require(can_ask_to_come_in())
    email = email.lower()
    person = Person.objects.filter(email=email, erased_at=None).first()
    if person is not None:
        mails.already_here(person)
        return None
    words = {"name": name, "note": note, "language": language}
    request, made = Request.objects.update_or_create(email=email, answered_at=None, defaults=words)
    if made:
        record("request_made", request, by=by, audience=audience_of(STEWARDS_OF_PLACE))
        _tell_stewards(request)
    return request


def _tell_stewards(request: Request) -> None:
    """One mail to each steward of the place when the first one waits; who comes after is found in the same place."""
    if Request.objects.filter(answered_at=None).exclude(pk=request.pk).exists():
        return
    ids = PlaceStewardship.objects.current().values("person")
    for steward in Person.objects.living().filter(is_active=True, pk__in=ids).exclude(email=None):
        mails.somebody_asks(request, steward)


@transaction.atomic
def answer_request(request: Request, *, admit: bool, tell: bool = True, words: str = "", by: Person) -> Request:
    """Let somebody in, by mail with a personal link, or decline; then `tell` decides whether a mail says so.

    Of two stewards who answer at once the first counts.
    """
    request = Request.objects.select_for_update().get(pk=request.pk)
    require(can_answer_request(by, request))
    request.answered_at, request.answered_by, request.admitted = timezone.now(), by, admit
    request.save(update_fields=["answered_at", "answered_by", "admitted"])
    if admit:
        invitation, token = invite(
            by=by, uses=1, days=ADMISSION_DAYS, language=request.language, greeting=words, email=request.email
        )
        mails.admission(request, invitation, token)
    elif tell:
        mails.decline(request, words)
    record("request_answered", request, by=by, audience=audience_of(STEWARDS_OF_PLACE), admitted=admit)
    return request
