"""What opens my account, in one page; its address, its password, and out of everywhere."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dugnad.kernel.limits import TooMuch
from dugnad.people import actions, mails, rates
from dugnad.people.forms import NewAddressForm, NewPasswordForm, TypedCodeForm
from dugnad.people.mailed_code import MailedCode
from dugnad.people.models import Person
from dugnad.people.views.answers import proved, sent_again, shown, stamped

PURPOSE = "new-address"
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_GET
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """Everything that opens this account."""
    keys = list(Authenticator.objects.filter(user=request.person).order_by("created_at"))
    of_type = {kind: [key for key in keys if key.type == kind] for kind in Authenticator.Type.values}
    recovery_codes = of_type["recovery_codes"]
    context = {
        "passkeys": [
            {"pk": key.pk, "name": key.wrap().name, "created_at": key.created_at} for key in of_type["webauthn"]
        ],
        "two_steps": bool(of_type["totp"]),
        "has_codes": bool(recovery_codes),
        "codes_left": len(recovery_codes[0].wrap().get_unused_codes()) if recovery_codes else 0,
        "has_password": request.person.has_usable_password(),
    }
    return render(request, "people/security.html", context)


@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Out of every browser, this one too."""
    actions.sign_out_everywhere(request.person, by=request.person)
    request.session.flush()
    messages.success(request, _("You are signed out everywhere, here too."))
    return redirect("account_login")


@proved
@never_cache
@get_or_post
def change_email(request: HttpRequest) -> HttpResponse:
    """Another address: a code goes there first, and only with it mail does too."""
    form = NewAddressForm(request.POST or None)
    if form.is_valid() and form.cleaned_data["email"] == request.person.email:
        form.add_error("email", _("That is the address you have already."))
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            MailedCode.start(request, PURPOSE, email, send=_sender(request.person, email))
        except TooMuch as too_much:
            form.add_error(None, str(too_much))
            return stamped(shown(request, "people/change_email.html", {"form": form}), too_much)
        return redirect("change_email_code")
    return shown(request, "people/change_email.html", {"form": form}, form)


def _sender(person: Person, email: str) -> Any:
    """Another account may have the address: then its owner is told, and nobody learns here that there is one."""
    other = Person.objects.living().filter(email=email).exclude(pk=person.pk).first()
    if other is not None:
        return lambda _code: mails.already_here(other)
    return lambda code: mails.new_address_code(person, email, code)


@login_required
@never_cache
@get_or_post
def change_email_code(request: HttpRequest) -> HttpResponse:
    """The code from the new address."""
    process = MailedCode.resume(request, PURPOSE)
    if process is None:
        messages.info(request, _("The code is too old or was tried too often. Your address was not changed."))
        return redirect("security")
    if request.POST.get("action") == "resend":
        send = _sender(request.person, process.email)
        sent_again(request, process.email, process.state["at"], lambda: process.resend(send))
        return redirect("change_email_code")
    form = TypedCodeForm(request.POST or None)
    if form.is_valid():
        rates.count(request, rates.TRIES)
        if process.fits(form.cleaned_data["code"]):
            process.abort()
            actions.change_email(request.person, process.email, by=request.person)
            messages.success(request, _("Mail goes to {email} from now on.").format(email=process.email))
            return redirect("security")
        form.add_error("code", _("That is not the code. Look at the newest email and type the six digits."))
    context = {"form": form, "email": process.email, "can_resend": process.can_resend}
    return shown(request, "people/change_email_code.html", context, form)


@proved
@never_cache
@get_or_post
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password, whether there was one or not: who got here proved who they are. Other browsers are signed out."""
    form = NewPasswordForm(request.POST or None, person=request.person)
    if form.is_valid():
        actions.set_password(request.person, form.cleaned_data["password"], by=request.person)
        update_session_auth_hash(request, request.person)
        messages.success(request, _("You have a new password. Other browsers are signed out."))
        return redirect("security")
    return shown(request, "people/password.html", {"form": form}, form)


@proved
@require_POST
def remove_password(request: HttpRequest) -> HttpResponse:
    """Codes and passkeys only."""
    actions.remove_password(request.person, by=request.person)
    update_session_auth_hash(request, request.person)
    messages.success(request, _("The password is removed. You sign in with a code or a passkey."))
    return redirect("security")
