"""Allauth's forms for passkeys and second steps, in the house's words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dugnad.people.fields import CodeField
from dugnad.people.names import clean_name

LONGEST_KEY_NAME = 60
_NO_PASSKEY = {
    "required": gettext_lazy("No passkey came with the form. That needs JavaScript, and a device that keeps passkeys."),
    "invalid": gettext_lazy("That did not fit. Check it and try again."),
}
_CODE = gettext_lazy("The six digits from your app, or one of your recovery codes")


class SecondStepForm(base.AuthenticateForm):
    """The second step of signing in."""

    code = CodeField(label=_CODE)


class SecondStepAgainForm(base.ReauthenticateForm):
    """The second step once more, before something important."""

    code = CodeField(label=_CODE)


class TwoStepsForm(ActivateTOTPForm):
    """The first code of an app, which proves that the app and the house agree."""

    code = CodeField(label=gettext_lazy("The six digits that the app shows"))


class PasskeyForm(webauthn.AuthenticateWebAuthnForm):
    """What the browser answers for a passkey."""

    credential = forms.JSONField(widget=forms.HiddenInput, error_messages=_NO_PASSKEY)

    def clean_credential(self) -> Any:
        """Also what no browser sends is an answer that does not fit, never a failure of the house."""
        try:
            return super().clean_credential()
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ValidationError(_("That did not fit. Check it and try again.")) from None


class PasskeySignInForm(PasskeyForm, webauthn.LoginWebAuthnForm):
    """A passkey in place of everything else."""


class PasskeyAgainForm(PasskeyForm, webauthn.ReauthenticateWebAuthnForm):
    """A passkey once more, before something important."""


class NameMixin:
    """A passkey's name as others' names are: one line, nothing unseen, not too long."""

    cleaned_data: dict[str, Any]

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data.get("name") or "")[:LONGEST_KEY_NAME]
        if name:
            return name
        return self.usual_name()

    def usual_name(self) -> str:
        """What it is called when nothing was written."""
        return ""


class NewPasskeyForm(NameMixin, webauthn._BaseAddWebAuthnForm):
    """A passkey that signs in by itself, and what it is called."""

    name = forms.CharField(
        label=gettext_lazy("What you call it"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Such as the name of the phone or computer that keeps it."),
    )

    credential = forms.JSONField(widget=forms.HiddenInput, error_messages=_NO_PASSKEY)

    def usual_name(self) -> str:
        return get_adapter().generate_authenticator_name(self.user, Authenticator.Type.WEBAUTHN)

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except (AttributeError, KeyError, ValueError, TypeError):
            auth.clear_state()
            raise ValidationError(_("The passkey could not be added. Try again.")) from None
        return cleaned


class PasskeyNameForm(NameMixin, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(
        label=gettext_lazy("What you call it"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write what you call the passkey.")},
    )
