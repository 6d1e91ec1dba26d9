"""Passkeys, two steps and recovery codes: added, named, removed. The secrets are allauth's matter."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.generic.edit import FormView

from dugnad.kernel.place import the_place
from dugnad.people.adapters import AccountAdapter
from dugnad.people.views.answers import SaysWrong, as_json, proved, proved_class

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@proved_class
class AddPasskey(SaysWrong, webauthn.AddWebAuthnView):
    """A passkey that signs in by itself: the browser asks for a finger, a face or a number."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = FormView.get_context_data(self, **kwargs)
        return {**context, "options": as_json(begin_registration(self.request.person, True))}


@proved_class
class NamePasskey(SaysWrong, webauthn.EditWebAuthnView):
    """What I call it."""

    success_url = reverse_lazy("security")


@proved
@never_cache
@get_or_post
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """The passkey no longer opens the account. Recovery codes stay."""
    passkey = get_object_or_404(Authenticator, pk=pk, user=request.person, type=Authenticator.Type.WEBAUTHN)
    if request.method == "POST":
        _remove(request, passkey, "mfa/email/webauthn_removed")
        messages.success(request, _("The passkey is removed. Delete it on your device too."))
        return redirect("security")
    return render(request, "people/remove_passkey.html", {"name": passkey.wrap().name})


@proved_class
class TurnOnTwoSteps(SaysWrong, totp.ActivateTOTPView):
    """An app that shows six digits becomes the second step."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = FormView.get_context_data(self, **kwargs)
        secret = context["form"].secret
        groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
        address = get_adapter().build_totp_url(self.request.person, secret)
        return {**context, "secret": " ".join(groups), "totp_url": address}


@proved
@require_GET
@never_cache
def two_steps_picture(request: HttpRequest) -> HttpResponse:
    """The same secret to point a phone at; only while two steps are being turned on."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.person, secret))
    return HttpResponse(picture, content_type="image/svg+xml")


@proved
@never_cache
@get_or_post
def turn_off_two_steps(request: HttpRequest) -> HttpResponse:
    """One step is enough again. Recovery codes stay."""
    app = get_object_or_404(Authenticator, user=request.person, type=Authenticator.Type.TOTP)
    if request.method == "POST":
        _remove(request, app, "mfa/email/totp_deactivated")
        messages.success(request, _("Signing in takes one step again."))
        return redirect("security")
    return render(request, "people/turn_off_two_steps.html")


@transaction.atomic
def _remove(request: HttpRequest, key: Authenticator, mail: str) -> None:
    key.delete()
    signals.authenticator_removed.send(sender=Authenticator, request=request, user=request.person, authenticator=key)
    AccountAdapter(request).send_notification_mail(mail, request.person)


@proved
@never_cache
@get_or_post
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten codes to keep on paper. New ones end the old."""
    if request.method == "POST":
        recovery.generate_recovery_codes(request)
        return redirect("mfa_view_recovery_codes")
    return render(request, "people/recovery_codes.html", {"codes": _unused(request)})


@proved
@require_GET
@never_cache
def recovery_codes_file(request: HttpRequest) -> HttpResponse:
    """The codes as a text to print or keep."""
    codes = _unused(request)
    if not codes:
        raise Http404
    head = _("Recovery codes for {place}. Each works once.").format(place=the_place().name)
    text = "\n".join([head, "", *codes, ""])
    headers = {"Content-Disposition": 'attachment; filename="recovery-codes.txt"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def _unused(request: HttpRequest) -> list[str]:
    kept, _may_view = recovery.view_recovery_codes(request)
    return list(kept.get_unused_codes()) if kept else []
