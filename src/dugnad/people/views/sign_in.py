"""Signing in: by a code, a passkey, a password, a recovery code; the second step; and out again."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as second_step
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import flows as webauthn_flows
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from dugnad.kernel.limits import TooMuch, forget_limit
from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.place import the_place
from dugnad.people import rates
from dugnad.people.demo_cast import cast
from dugnad.people.forms import RecoverySignInForm
from dugnad.people.mailed_code import count_code
from dugnad.people.models import Person
from dugnad.people.policies import can_ask_to_come_in
from dugnad.people.views.answers import SaysWrong, riddle, sent_again, shown, stamped
from dugnad.people.visits import forget_soon


class SignIn(SaysWrong, account.RequestLoginCodeView):
    """The poster: an address, and a code goes there. The answer is the same whether anybody has the address or not."""

    template_name = "people/sign_in.html"

    def count(self, form: Any) -> None:
        count_code(self.request, form.cleaned_data["email"])
        forget_soon(self.request)

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Whoever comes back here wants another address or another way."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        place = the_place()
        return {
            **context,
            "how": place.sign_up,
            "may_ask": can_ask_to_come_in(),
            "cast": cast(),
            "tagline": place.said(place.tagline, self.request.LANGUAGE_CODE),
        }


class SignInCode(SaysWrong, account.ConfirmLoginCodeView):
    """The six digits, checked by allauth; another code after a minute."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rates.count(request, rates.TRIES)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        state = self._process.state
        sent_again(self.request, state["email"], state["at"], self._resend)
        return redirect(self.passthrough_next_url(reverse("account_confirm_login_code")))  # type: ignore[no-untyped-call] # allauth has no types

    def _resend(self) -> None:
        self._process.state["at"] = time.time()
        self._process.resend()


class PasswordSignIn(SaysWrong, account.LoginView):
    """Address and password. Tries are counted by the adapter."""

    template_name = "people/sign_in_password.html"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Whoever comes back here wants to try again."""


class PasskeySignIn(webauthn.LoginWebAuthnView):
    """What the browser's passkey says. GET answers the script with a riddle for it, which the session holds for an hour."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rates.count(request, rates.RIDDLES)
        answer: HttpResponse = super().get(request, *args, **kwargs)
        if request.session.modified:
            forget_soon(request)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        answer: HttpResponse = webauthn_flows.perform_passwordless_login(self.request, authenticator, login)
        return answer


class SecondStep(second_step.AuthenticateView):
    """The second step: a code from the app, a recovery code, or a passkey."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        passkeys = Authenticator.objects.filter(user=self.stage.login.user, type=Authenticator.Type.WEBAUTHN)
        return {**context, "has_passkey": passkeys.exists(), "options": riddle(context)}


@method_decorator(never_cache, name="dispatch")
class SignOut(account.LogoutView):
    """Out of this browser; its open connections end with it."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        person = self.request.person
        response: HttpResponse = super().post(*args, **kwargs)
        if person is not None:
            hang_up(person.pk)
        return response


@never_cache
def lost_ways(request: HttpRequest) -> HttpResponse:
    """No mail, no passkey, no second step: a recovery code signs in, or a steward helps."""
    if request.person is not None:
        return redirect("security")
    form = RecoverySignInForm(request.POST or None)
    if form.is_valid():
        try:
            authenticator = _recovery_codes(request, **form.cleaned_data)
        except TooMuch as too_much:
            form.add_error(None, str(too_much))
            return stamped(shown(request, "people/lost_ways.html", {"form": form}), too_much)
        if authenticator is not None:
            messages.success(request, _("You are in. Look through what opens your account."))
            login = Login(user=authenticator.user, redirect_url=reverse("security"))
            answer: HttpResponse = perform_login(request, login)
            return answer
        form.add_error(
            None, _("Address and code do not belong together. Check both. A code that was used no longer works.")
        )
    return shown(request, "people/lost_ways.html", {"form": form}, form)


def _recovery_codes(request: HttpRequest, email: str, code: str) -> Authenticator | None:
    """The recovery codes of the person with this address, if `code` is one of them that was not used: now it is."""
    rates.count(request, rates.PASSWORDS)
    rates.count(email, rates.RECOVERY_OF_ONE)
    person = Person.objects.living().filter(email=email, is_active=True).first()
    codes = (
        Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first() if person else None
    )
    if codes is None or not codes.wrap().validate_code(code):
        return None
    forget_limit(email, rates.RECOVERY_OF_ONE[0])
    codes.refresh_from_db()
    post_authentication(request, codes)
    return codes
