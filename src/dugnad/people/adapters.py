"""What the house changes in allauth: mails go to the outbox, nothing about a computer is kept, its own sentences."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dugnad.kernel.limits import TooMuch, address_of, forget_limit, keyed_hash
from dugnad.kernel.place import the_place
from dugnad.people import mails, rates
from dugnad.people.models import Person
from dugnad.people.policies import can_sign_in
from dugnad.people.visits import come_to_stay, forget_soon

# What allauth calls a change of keys, and what mails.CHANGES calls it.
_CHANGES = {
    "account/email/password_set": "password_set",
    "account/email/password_changed": "password_changed",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
    "mfa/email/totp_activated": "two_steps_on",
    "mfa/email/totp_deactivated": "two_steps_off",
    "mfa/email/recovery_codes_generated": "recovery_codes",
}


class AccountAdapter(DefaultAccountAdapter):
    """How allauth signs people in here."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is closed for now. Ask a steward of the place."),
        "email_password_mismatch": gettext_lazy(
            "Address and password do not belong together. Check both, or sign in with a code by email."
        ),
        "incorrect_code": gettext_lazy("That is not the code. Look at the newest email and type the six digits."),
        "incorrect_password": gettext_lazy("That is not the password of this account."),
        "too_many_login_attempts": gettext_lazy("That was one try too many. Wait ten minutes, or ask for a new code."),
        "rate_limited": gettext_lazy("That was one try too many. Wait ten minutes and try again."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The two mails that allauth writes while somebody signs in; the others are `send_notification_mail`."""
        if template_prefix == "account/email/login_code":
            person = Person.objects.filter(email=email.lower()).first()
            mails.sign_in_code(email, context["code"], person)
        elif template_prefix == "account/email/unknown_account":
            mails.unknown_address(email)
        else:
            raise NotImplementedError(f"the house has no mail for {template_prefix}")

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell somebody what happened to their keys; from which computer is not known, since it is not kept."""
        mails.security_changed(user, _CHANGES[template_prefix])

    def get_client_ip(self, request: HttpRequest) -> str:
        """A keyed hash in place of the address: allauth counts by it and never sees more."""
        return keyed_hash(address_of(request))

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return ""

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Who has no living account stays outside, whichever way they come."""
        if not can_sign_in(user):
            from allauth.account.internal.stagekit import clear_login

            clear_login(request)
            return self.respond_user_inactive(request, user)
        forget_soon(request)
        return None

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        come_to_stay(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try of a password; `authenticate` forgets the count when it was right."""
        try:
            rates.count(request, rates.PASSWORDS)
            rates.count(credentials.get("email", "").lower(), rates.PASSWORDS_OF_ONE)
        except TooMuch as too_much:
            raise ValidationError(str(too_much), code="too_much") from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            forget_limit(credentials.get("email", "").lower(), rates.PASSWORDS_OF_ONE[0])
        return user

    def get_login_stages(self) -> list[str]:
        return ["allauth.account.stages.LoginByCodeStage", "dugnad.people.adapters.SecondStep"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who just signed in need not prove it again."""
        return not is_fresh(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How this person can prove that it is they. A code by mail is enough where signing in takes one step."""
        if not user.is_authenticated:
            return []
        types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        ways = [
            (Authenticator.Type.WEBAUTHN in types, "mfa_reauthenticate_webauthn", _("With a passkey")),
            (Authenticator.Type.TOTP not in types and user.email, "prove_by_mail", _("With a code by email")),
            (user.has_usable_password(), "account_reauthenticate", _("With the password")),
            (
                bool(types & {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}),
                "mfa_reauthenticate",
                _("With a code from your app, or a recovery code"),
            ),
        ]
        return [{"id": name, "description": words, "url": reverse(name)} for open_, name, words in ways if open_]


def is_fresh(request: HttpRequest) -> bool:
    """Did this person sign in, or prove that it is they, within the last quarter of an hour?"""
    records = get_authentication_records(request, request.person)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class SecondStep(AuthenticateStage):
    """Asked for only where somebody turned on sign-in in two steps: a passkey alone is a way in, not a second lock."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        return user is not None and is_mfa_enabled(user, [Authenticator.Type.TOTP]) and super()._should_handle(request)


class KeysAdapter(DefaultMFAAdapter):
    """How allauth's passkeys and second steps look from here."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": gettext_lazy(
            "Recovery codes could not be made. Sign in again and try once more."
        ),
        "incorrect_code": gettext_lazy("That did not fit. Check it and try again."),
        "unverified_email": gettext_lazy("Your address is not proved yet. Change it to one that you can read mail at."),
    }

    def get_totp_issuer(self) -> str:
        return the_place().name

    def _get_site_name(self) -> str:
        return the_place().name

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a passkey is called until somebody calls it something else."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey {n}").format(n=number)

    def build_totp_svg(self, url: str) -> str:
        """The code to point a phone at, dark on white by day and night."""
        from io import BytesIO

        import qrcode.main
        from qrcode.image.svg import SvgPathFillImage

        picture = BytesIO()
        code = qrcode.main.QRCode(image_factory=SvgPathFillImage)
        code.add_data(url)
        code.make_image().save(picture)
        return picture.getvalue().decode()
