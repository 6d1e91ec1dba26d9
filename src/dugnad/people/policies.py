"""Who may come in, invite, answer and help, and the sentence if not."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.kernel.clock import place_zone
from dugnad.kernel.formats import day_and_month
from dugnad.kernel.place import Place, the_place
from dugnad.kernel.policies import YES, Verdict, no
from dugnad.people.invitations import invitations_of
from dugnad.people.models import Invitation, Person, PlaceStewardship, Request, WayBack

MOST_OPEN_INVITATIONS = 50


class _Newcomer:
    """Somebody at the door, who has no account yet."""

    key = "newcomer"
    pk = None


NEWCOMER = _Newcomer()


def stewards_the_place(person: Person) -> bool:
    """Is this person a steward of the whole place now?"""
    return PlaceStewardship.objects.current().filter(person_id=person.pk).exists()


def can_sign_in(person: Person) -> Verdict:
    if person.erased_at is not None or not person.is_active:
        return no(_("This account is closed for now. Ask a steward of the place."))
    return YES


def can_use_invitation(invitation: Invitation) -> Verdict:
    """Does the link still work?"""
    if invitation.withdrawn_at is not None:
        return no(_("This invitation was withdrawn. Ask the person who invited you for a new link."))
    if invitation.inviter is not None and not can_sign_in(invitation.inviter):
        return no(
            _("The person who made this invitation is no longer here. Ask somebody else in the place for a link.")
        )
    if invitation.ends_at <= timezone.now():
        day = day_and_month(invitation.ends_at, tz=place_zone())
        return no(_("This invitation ended on {day}. Ask the person who invited you for a new link.").format(day=day))
    if invitation.uses_left < 1:
        return no(_("This invitation was used up. Ask the person who invited you for a new link."))
    return YES


def can_sign_up(invitation: Invitation | None) -> Verdict:
    """May somebody without an account make one, with this invitation or without any?"""
    if invitation is not None:
        return can_use_invitation(invitation)
    if the_place().sign_up == Place.SignUp.OPEN:
        return YES
    if the_place().sign_up == Place.SignUp.REQUEST:
        return no(_("One comes in here with an invitation link, or by asking. A steward answers."))
    return no(_("One comes in here with an invitation link from somebody who is already in the place."))


def can_ask_to_come_in() -> Verdict:
    if the_place().sign_up == Place.SignUp.INVITATION:
        return no(_("One comes in here with an invitation link from somebody who is already in the place."))
    return YES


def can_invite(by: Person) -> Verdict:
    """Every member may invite."""
    if not can_sign_in(by):
        return can_sign_in(by)
    if invitations_of(by).count() >= MOST_OPEN_INVITATIONS:
        return no(
            _("You have {n} invitation links that still work. Withdraw one of them first.").format(
                n=MOST_OPEN_INVITATIONS
            )
        )
    return YES


def can_withdraw_invitation(by: Person, invitation: Invitation) -> Verdict:
    if invitation.inviter_id == by.pk or stewards_the_place(by):
        return YES
    return no(_("Only the person who made the invitation and the stewards of the place can withdraw it."))


def can_answer_request(by: Person, request: Request) -> Verdict:
    if not stewards_the_place(by):
        return no(_("Only stewards of the place answer those who ask to come in."))
    if request.answered_at is not None:
        return no(_("Another steward has answered already. Nothing was changed."))
    return YES


def can_give_place_stewardship(by: Person, person: Person) -> Verdict:
    if not stewards_the_place(by):
        return no(_("Only stewards of the place can give this to somebody."))
    if not can_sign_in(person):
        return no(_("This account is closed, so it cannot steward the place."))
    return YES


def can_end_place_stewardship(by: Person, stewardship: PlaceStewardship) -> Verdict:
    if not stewards_the_place(by):
        return no(_("Only stewards of the place can end this."))
    others = PlaceStewardship.objects.current().filter(person__erased_at=None, person__is_active=True)
    if not others.exclude(pk=stewardship.pk).exists():
        return no(_("The place needs at least one steward. Give it to somebody else first."))
    return YES


def can_help_back_in(by: Person, person: Person) -> Verdict:
    if not stewards_the_place(by):
        return no(_("Only stewards of the place can help somebody back in."))
    if by.pk == person.pk:
        return no(_("You are in already. Another steward can help you if you lose your way in."))
    return can_sign_in(person)


def can_use_way_back(way: WayBack) -> Verdict:
    if way.used_at is not None:
        return no(_("This link was used already. Ask the steward for a new one."))
    if way.ends_at <= timezone.now():
        return no(_("This link worked for an hour and has ended. Ask the steward for a new one."))
    return can_sign_in(way.person)


def can_read_demo() -> bool:
    """Is this the demo, where everybody may be anyone and read every mail?"""
    from django.conf import settings

    return bool(settings.DEMO) and the_place().is_demo
