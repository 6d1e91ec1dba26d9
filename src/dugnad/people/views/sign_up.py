"""Coming in for the first time: an invitation link, an open door, or a question to the stewards."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dugnad.kernel.limits import TooMuch
from dugnad.kernel.place import LANGUAGES, Place, the_place
from dugnad.kernel.policies import Refused
from dugnad.kernel.retention import days_of
from dugnad.kernel.text import render as render_text
from dugnad.people import mails, rates
from dugnad.people.actions import ask_to_come_in as ask
from dugnad.people.actions import sign_up_person, use_invitation
from dugnad.people.forms import AskForm, SignUpForm, TypedCodeForm
from dugnad.people.invitations import (
    admission_of,
    find_invitation,
    invited_words,
    was_used_by,
    way_into,
)
from dugnad.people.mailed_code import MailedCode
from dugnad.people.models import Invitation, Person
from dugnad.people.policies import NEWCOMER, can_ask_to_come_in, can_sign_up, can_use_invitation
from dugnad.people.views.answers import sent_again, shown, stamped
from dugnad.people.visits import ASKED_WITH, forget_soon

PURPOSE = "sign-up"
INVITATION_PATH = "/i/"
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@get_or_post
def sign_up(request: HttpRequest) -> HttpResponse:
    """The open door. Where the place has none, the page says how one comes in."""
    if request.person is not None:
        return redirect("home")
    verdict = can_sign_up(None)
    if not verdict:
        if the_place().sign_up == Place.SignUp.REQUEST:
            return redirect("ask_to_come_in")
        return render(request, "people/sign_up_closed.html", {"sentence": verdict.reason}, status=HTTPStatus.FORBIDDEN)
    return _sign_up_page(request, None)


@never_cache
@get_or_post
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation link opens: a form for newcomers, one button for those who are in. Looking uses nothing up."""
    invitation = find_invitation(token)
    if invitation is None:
        return render(request, "people/invitation_unknown.html", status=HTTPStatus.NOT_FOUND)
    verdict = can_use_invitation(invitation)
    used = request.person is not None and was_used_by(invitation, request.person)
    if not verdict and not used:
        context = {"sentence": verdict.reason, "invitation": invitation}
        return render(request, "people/invitation_ended.html", context, status=HTTPStatus.GONE)
    if request.person is not None:
        return _enter(request, invitation)
    return _sign_up_page(request, invitation)


def _enter(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method == "POST":
        use_invitation(invitation, by=request.person)
        return redirect(way_into(invitation))
    return render(request, "people/invitation_enter.html", _invited(invitation))


def _invited(invitation: Invitation | None) -> dict[str, Any]:
    """What the page says about the invitation."""
    if invitation is None:
        return {"invitation": None}
    return {
        "invitation": invitation,
        "invited_words": invited_words(invitation, the_place().name),
        "admission": admission_of(invitation),
    }


def _sign_up_page(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    initial = {"language": request.LANGUAGE_CODE, "reads": list(LANGUAGES)}
    if invitation is not None and invitation.email:
        initial["email"] = invitation.email
    form = SignUpForm(request.POST or None, initial=initial)
    context = {"form": form, **_invited(invitation), **_place_texts(request)}
    if form.is_valid():
        try:
            return _start(request, form, invitation)
        except TooMuch as too_much:
            form.add_error(None, str(too_much))
            return stamped(shown(request, "people/sign_up.html", context), too_much)
        except Refused as refused:
            form.add_error(None, str(refused))
    return shown(request, "people/sign_up.html", context, form)


def _place_texts(request: HttpRequest) -> dict[str, Any]:
    place = the_place()
    language = request.LANGUAGE_CODE
    return {"agreements": _text(place.agreements, language), "privacy": _text(place.privacy, language)}


def _text(texts: dict[str, str], language: str) -> dict[str, str] | None:
    """A text of the place as HTML, with the language that it really is in."""
    place = the_place()
    found = next((code for code in (language, *place.languages, *LANGUAGES) if texts.get(code)), None)
    return {"language": found, "html": render_text(place.filled(texts[found])).html} if found else None


def _start(request: HttpRequest, form: SignUpForm, invitation: Invitation | None) -> HttpResponse:
    """Send the code; or, where the link itself proves the address, let the person in at once."""
    rates.count(request, rates.SIGN_UPS)
    account = {**form.account(), "invitation": str(invitation.pk) if invitation else ""}
    email = account["email"]
    if invitation is not None and (invitation.makes_steward or invitation.email == email):
        return _come_in(request, account)
    MailedCode.start(request, PURPOSE, email, send=_sender(email), data=account)
    return redirect(f"{reverse('sign_up_code')}?{urlencode({'back': request.path})}")


def _sender(email: str) -> Any:
    """How the code leaves; who has an account is told that instead, and the page looks the same."""
    person = Person.objects.living().filter(email=email).first()
    if person is not None:
        return lambda _code: mails.already_here(person)
    return lambda code: mails.sign_up_code(email, code)


@never_cache
@get_or_post
def sign_up_code(request: HttpRequest) -> HttpResponse:
    """The code that proves the address. With it the account is made, and not before."""
    if request.person is not None:
        return redirect("home")
    process = MailedCode.resume(request, PURPOSE)
    if process is None:
        messages.info(request, _("The code is too old or was tried too often. Write your name and address once more."))
        return redirect(_back(request))
    if request.method == "POST" and request.POST.get("action") == "resend":
        return _send_again(request, process)
    form = TypedCodeForm(request.POST or None)
    if form.is_valid():
        rates.count(request, rates.TRIES)
        if process.fits(form.cleaned_data["code"]):
            process.abort()
            return _come_in(request, process.data)
        if process.is_gone:
            messages.error(request, _("That was one try too many. Write your name and address once more."))
            return redirect(_back(request))
        form.add_error("code", _("That is not the code. Look at the newest email and type the six digits."))
    context = {"form": form, "email": process.email, "can_resend": process.can_resend, "back": _back(request)}
    return shown(request, "people/sign_up_code.html", context, form)


def _send_again(request: HttpRequest, process: MailedCode) -> HttpResponse:
    if process.can_resend:
        sent_again(request, process.email, process.state["at"], lambda: process.resend(_sender(process.email)))
    return redirect(request.get_full_path())


def _back(request: HttpRequest) -> str:
    """The page where the form was: its link stands in the address only, since its token is kept nowhere."""
    back = request.GET.get("back", "")
    return back if back.startswith(INVITATION_PATH) else reverse("sign_up")


def _come_in(request: HttpRequest, account: dict[str, Any]) -> HttpResponse:
    """Make the account, sign in, and go where the invitation leads."""
    invited = account.pop("invitation")
    invitation = Invitation.objects.filter(pk=invited).first() if invited else None
    person = sign_up_person(**account, invitation=invitation, by=NEWCOMER)
    record_authentication(request, person, method="code")
    messages.success(request, _("You are in, {name}. Welcome.").format(name=person.name))
    to = way_into(invitation) if invitation else reverse("home")
    answer: HttpResponse = perform_login(request, Login(user=person, signup=True, redirect_url=to))
    return answer


@never_cache
@get_or_post
def ask_to_come_in(request: HttpRequest) -> HttpResponse:
    """Two lines to the stewards. The answer is the same for everybody; what happens next is said."""
    if request.person is not None:
        return redirect("home")
    verdict = can_ask_to_come_in()
    if not verdict:
        return render(request, "people/sign_up_closed.html", {"sentence": verdict.reason}, status=HTTPStatus.FORBIDDEN)
    if the_place().sign_up == Place.SignUp.OPEN:
        return redirect("sign_up")
    form = AskForm(request.POST or None)
    context = {"form": form, "kept_days": days_of("requests"), **_place_texts(request)}
    if form.is_valid():
        try:
            rates.count(request, rates.REQUESTS)
            rates.count(form.cleaned_data["email"], rates.REQUESTS_OF_ONE)
        except TooMuch as too_much:
            form.add_error(None, str(too_much))
            return stamped(shown(request, "people/ask.html", context), too_much)
        ask(**form.cleaned_data, language=request.LANGUAGE_CODE)
        request.session[ASKED_WITH] = form.cleaned_data["email"]
        forget_soon(request)
        return redirect("asked_to_come_in")
    return shown(request, "people/ask.html", context, form)


@never_cache
def asked_to_come_in(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    email = request.session.get(ASKED_WITH)
    if email is None:
        return redirect("ask_to_come_in")
    return render(request, "people/asked.html", {"email": email})
