"""Proving once more that it is still the same person, before something important."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as second_step
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dugnad.kernel.limits import TooMuch
from dugnad.people import mails, rates
from dugnad.people.forms import TypedCodeForm
from dugnad.people.mailed_code import MailedCode
from dugnad.people.models import Person
from dugnad.people.views.answers import SaysWrong, riddle, sent_again, shown, stamped

PURPOSE = "prove"


class PasswordAgain(SaysWrong, account.ReauthenticateView):
    """By password."""


class CodeAgain(SaysWrong, second_step.ReauthenticateView):
    """By the app, or a recovery code."""


class PasskeyAgain(webauthn.ReauthenticateWebAuthnView):
    """By passkey."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data())
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "options": riddle(context)}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove_by_mail(request: HttpRequest) -> HttpResponse:
    """By a code to the address of the account, where that is enough to sign in too."""
    methods = get_adapter(request).get_reauthentication_methods(request.person)
    if not any(method["id"] == "prove_by_mail" for method in methods):
        return redirect("security")
    context = {"email": request.person.email, "reauthentication_alternatives": _others(request, methods)}
    process = MailedCode.resume(request, PURPOSE)
    action = request.POST.get("action", "")
    if process is None:
        return (
            _send_first(request, context) if action == "send" else render(request, "people/prove_by_mail.html", context)
        )
    if action == "resend":
        sent_again(request, process.email, process.state["at"], lambda: process.resend(_sender(request.person)))
        return redirect(request.get_full_path())
    form = TypedCodeForm(request.POST if action == "verify" else None)
    if form.is_valid():
        rates.count(request, rates.TRIES)
        if process.fits(form.cleaned_data["code"]):
            process.abort()
            record_authentication(request, request.person, method="code", reauthenticated=True)
            resumed: HttpResponse = resume_request(request) or redirect("security")
            return resumed
        form.add_error("code", _("That is not the code. Look at the newest email and type the six digits."))
    return shown(
        request, "people/prove_by_mail.html", {**context, "form": form, "can_resend": process.can_resend}, form
    )


def _send_first(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    try:
        MailedCode.start(request, PURPOSE, request.person.email, send=_sender(request.person))
    except TooMuch as too_much:
        return stamped(render(request, "people/prove_by_mail.html", {**context, "sentence": str(too_much)}), too_much)
    return redirect(request.get_full_path())


def _sender(person: Person) -> Any:
    return lambda code: mails.sign_in_code(person.email or "", code, person)


def _others(request: HttpRequest, methods: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The other ways to prove it, each leading to the same page afterwards."""
    after = get_next_redirect_url(request) or reverse("security")
    return [
        {**method, "url": f"{method['url']}?{urlencode({'next': after})}"}
        for method in methods
        if method["id"] != "prove_by_mail"
    ]
