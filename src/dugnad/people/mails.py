"""The mails of coming in and of keys: rows of the outbox, in the deed's transaction, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dugnad.kernel.audience import STEWARDS_OF_PLACE, Audience, audience_of
from dugnad.kernel.outbox import Mail, send_mail
from dugnad.kernel.place import Place, the_place
from dugnad.kernel.retention import days_of
from dugnad.people.allauth_settings import CODE_MINUTES
from dugnad.people.invitations import admission_of
from dugnad.people.models import Invitation, Person, Request

# What happened to somebody's keys, as the sentence that tells them.
CHANGES = {
    "password_set": gettext_lazy("Your account has a password now."),
    "password_changed": gettext_lazy("The password of your account was changed."),
    "password_removed": gettext_lazy("The password of your account was removed."),
    "passkey_added": gettext_lazy("A passkey was added to your account."),
    "passkey_removed": gettext_lazy("A passkey was removed from your account."),
    "two_steps_on": gettext_lazy("Signing in to your account takes two steps now."),
    "two_steps_off": gettext_lazy("Signing in to your account no longer takes two steps."),
    "recovery_codes": gettext_lazy("Your account has new recovery codes. The old ones no longer work."),
}


def address(name: str, *args: object) -> str:
    """The whole address of a page, as it stands in mails."""
    return settings.URL + reverse(name, args=args)


def sign_in_code(email: str, code: str, person: Person | None = None) -> Mail:
    """The code with which `person` signs in, or proves once more that it is they."""
    return _write(
        email,
        person,
        lambda place: (
            _("Your code for {place}").format(place=place),
            [
                _("Your code is {code}. Type it on the page where you asked for it.").format(code=code),
                _code_lasts(),
                _by_mistake(),
            ],
        ),
    )


def sign_up_code(email: str, code: str) -> Mail:
    """The code that proves the address of somebody who is creating an account.

    Says nothing that they typed: anybody can type anything for any address.
    """
    return _write(
        email,
        None,
        lambda place: (
            _("Your code for {place}").format(place=place),
            [
                _("Your code is {code}. Type it on the page where you asked for it, and your account is made.").format(
                    code=code
                ),
                _code_lasts(),
                _("Did you not ask for it? Then somebody typed your address by mistake, and no account is made."),
            ],
        ),
    )


def new_address_code(person: Person, email: str, code: str) -> Mail:
    """The code that proves the new address of somebody who has an account."""
    return _write(
        email,
        person,
        lambda place: (
            _("Your code for {place}").format(place=place),
            [
                _(
                    "Your code is {code}. Type it on the page where you asked for it, and mail comes to this address."
                ).format(code=code),
                _code_lasts(),
                _by_mistake(),
            ],
        ),
    )


def unknown_address(email: str) -> Mail:
    """Somebody asked for a code with an address that has no account: how one comes in."""
    return _write(
        email,
        None,
        lambda place: (
            _("Signing in to {place}").format(place=place),
            [
                _("Somebody, probably you, wanted to sign in to {place} with this address. No account has it.").format(
                    place=place
                ),
                _("Do you have an account with another address? Then sign in with that one: {link}").format(
                    link=address("account_login")
                ),
                _how_one_comes_in(),
                _("Was it not you? Then you need not do anything. Your address is not kept."),
            ],
        ),
    )


def already_here(person: Person) -> Mail:
    """Somebody wanted an account with an address that has one."""
    return _write(
        person.email or "",
        person,
        lambda place: (
            _("You have an account in {place}").format(place=place),
            [
                _("Somebody, probably you, wanted to create an account in {place} with this address.").format(
                    place=place
                ),
                _("You have one already. Sign in with a code by email: {link}").format(link=address("account_login")),
                _("Did you get an invitation? Then open its link again after you signed in."),
                _("Was it not you? Then you need not do anything."),
            ],
        ),
    )


def address_changed(person: Person, old: str) -> Mail:
    """To the old address, since the new one was just proved."""
    return _write(
        old,
        person,
        lambda place: (
            _("Your email address in {place} was changed").format(place=place),
            [
                _("Mail about your account goes to another address from now on: {email}").format(
                    email=_half_hidden(person.email or "")
                ),
                _not_you(),
            ],
        ),
        kind="security",
    )


def security_changed(person: Person, what: str) -> Mail | None:
    """What happened to somebody's keys (a name in `CHANGES`). Nobody is told who has no address."""
    if not person.email:
        return None
    return _write(
        person.email,
        person,
        lambda place: (
            _("Your account in {place}").format(place=place),
            [
                str(CHANGES[what]),
                _("You see what opens your account here: {link}").format(link=address("security")),
                _not_you(),
            ],
        ),
        kind="security",
    )


def way_back_made(person: Person, steward: Person) -> Mail | None:
    """A steward made a link that signs this person in: they should know, also when it was not they who asked."""
    if not person.email:
        return None
    return _write(
        person.email,
        person,
        lambda place: (
            _("A way back into your account in {place}").format(place=place),
            [
                _("{name}, a steward of {place}, made a link that signs you in once. It works for an hour.").format(
                    name=steward.name, place=place
                ),
                _("Whoever uses the link also turns off sign-in in two steps. The log of the place says who made it."),
                _not_you(),
            ],
        ),
        kind="security",
    )


def somebody_asks(request: Request, steward: Person) -> Mail:
    """To a steward of the place: somebody waits for an answer. Only sent while they still are one."""
    return _write(
        steward.email or "",
        steward,
        lambda place: (
            _("Somebody asks to come in to {place}").format(place=place),
            [
                _("{name} asks to come in. Read what they write, and answer: {link}").format(
                    name=request.name, link=address("requests")
                ),
                _(
                    "You get this because you are a steward of the place. Until you have answered, no more of these come."
                ),
            ],
        ),
        kind="request",
        audience=audience_of(STEWARDS_OF_PLACE),
    )


def admission(request: Request, invitation: Invitation, token: str) -> Mail:
    """A steward lets somebody in: the personal link, and the steward's words."""
    admitted_to = admission_of(invitation)
    return _write(
        request.email,
        None,
        lambda place: (
            _("Welcome to {place}").format(place=place),
            [
                _("You asked to come in to {place}. Here is your link:").format(
                    place=admitted_to.title if admitted_to else place
                ),
                address("open_invitation", token),
                *([invitation.greeting] if invitation.greeting else []),
                _days(invitation),
            ],
        ),
        name=request.name,
        language=request.language,
        kind="invitation",
    )


def decline(request: Request, words: str) -> Mail:
    """A steward says no, in their own words or the house's."""
    days = days_of("requests")
    return _write(
        request.email,
        None,
        lambda place: (
            _("Your question to {place}").format(place=place),
            [
                _("You asked to come in to {place}. Thank you for writing.").format(place=place),
                words or _("The stewards cannot let you in at this time."),
                ngettext(
                    "What you wrote is deleted after {n} day.", "What you wrote is deleted after {n} days.", days
                ).format(n=days),
            ],
        ),
        name=request.name,
        language=request.language,
        kind="invitation",
    )


def _write(
    email: str,
    person: Person | None,
    words: Callable[[str], tuple[str, list[str]]],
    *,
    name: str = "",
    language: str = "",
    kind: str = "code",
    audience: Audience | None = None,
) -> Mail:
    """One mail, written in the language of the person (or the given one, or the page's)."""
    language = person.language if person else language or translation.get_language() or "en"
    with translation.override(language):
        subject, paragraphs = words(the_place().name)
        called = (name or (person.name if person else "")).partition(" ")[0]
        greeting = _("Hello {name},").format(name=called) if called else _("Hello,")
        frame = f"-- \n{the_place().name} · {settings.URL}\n"
    text = "\n\n".join([greeting, *paragraphs, frame])
    return send_mail(email, subject, text, kind=kind, person=person.key if person else "", audience=audience)


def _code_lasts() -> str:
    return ngettext("It works for {n} minute.", "It works for {n} minutes.", CODE_MINUTES).format(n=CODE_MINUTES)


def _how_one_comes_in() -> str:
    if the_place().sign_up == Place.SignUp.OPEN:
        return _("Anyone can create an account here: {link}").format(link=address("sign_up"))
    if the_place().sign_up == Place.SignUp.REQUEST:
        return _("You can ask to come in here: {link}").format(link=address("ask_to_come_in"))
    return _("One comes in here with an invitation link from somebody who is already in the place.")


def _by_mistake() -> str:
    return _("Did you not ask for it? Then somebody typed your address by mistake. Nothing happens without the code.")


def _not_you() -> str:
    return _(
        "Was it not you? Then sign in with a code, sign out everywhere, and look through your keys: {link}"
    ).format(link=address("security"))


def _days(invitation: Invitation) -> str:
    days = max(1, round((invitation.ends_at - invitation.created_at).total_seconds() / 86400))
    return ngettext(
        "The link is for you alone and works for {n} day.", "The link is for you alone and works for {n} days.", days
    ).format(n=days)


def _half_hidden(email: str) -> str:
    """`kari@example.org` → `k…@example.org`: enough to recognise one's own, nothing for others."""
    name, _at, host = email.rpartition("@")
    return f"{name[:1]}…@{host}"
