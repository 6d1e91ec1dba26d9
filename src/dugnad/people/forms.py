"""What people type at the door: to sign in, to create an account, to ask, to invite, to answer."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dugnad.kernel.languages import OWN_NAMES
from dugnad.kernel.place import LANGUAGES, the_place
from dugnad.people.actions.inviting import MOST_DAYS, MOST_USES
from dugnad.people.fields import (
    AddressField,
    CodeField,
    InterfaceLanguageField,
    LinesField,
    NameField,
    ReadsField,
)
from dugnad.people.models import Person

LONGEST_NOTE = 1000
LONGEST_GREETING = 300


class SignInForm(allauth_forms.RequestLoginCodeForm):
    """An address; a code goes there."""

    email = AddressField(  # type: ignore[assignment] # allauth declares its own kind of field
        help_text=gettext_lazy("A code with six digits is sent there. You need no password.")
    )


class CodeForm(allauth_forms.ConfirmLoginCodeForm):
    """The code from the mail, checked by allauth."""

    code = CodeField()


class TypedCodeForm(forms.Form):
    """The code from the mail, checked by the view."""

    code = CodeField()


class PasswordSignInForm(allauth_forms.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField()
        self.fields["password"] = _password_field()
        self.order_fields(["login", "password"])


class PasswordAgainForm(allauth_forms.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = _password_field()


class NewPasswordForm(forms.Form):
    """A new password, typed once: who mistypes it signs in with a code and chooses another."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least ten characters. A few words in a row are good and easy to keep."),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Type the password.")},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


class NewAddressForm(forms.Form):
    """Another address for one's account."""

    email = AddressField(
        label=gettext_lazy("Your new email address"), help_text=gettext_lazy("A code is sent there first.")
    )


class RecoverySignInForm(forms.Form):
    """An address and one of the codes on paper."""

    email = AddressField()
    code = CodeField(
        label=gettext_lazy("One of your recovery codes"),
        help_text=gettext_lazy("Each of them works once."),
    )


class SignUpForm(forms.Form):
    """A new account. `version` says which ground rules were on the page: nobody agrees to others than they saw."""

    name = NameField()
    email = AddressField(help_text=gettext_lazy("For codes and for the emails that you choose. Nobody else sees it."))
    language = InterfaceLanguageField()
    reads = ReadsField()
    agree = forms.BooleanField(
        label=gettext_lazy("I agree to the ground rules"),
        error_messages={
            "required": gettext_lazy("Read the ground rules and tick the box if you agree. Nobody comes in without.")
        },
    )
    privacy = forms.BooleanField(
        label=gettext_lazy("I have read what happens to my personal data"),
        error_messages={"required": gettext_lazy("Read what happens to your personal data and tick the box.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not any(the_place().agreements.values()):
            del self.fields["agree"]
        self.fields["version"].initial = the_place().agreements_version

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "agree" in self.fields and cleaned.get("agree") and cleaned.get("version") != the_place().agreements_version:
            self.add_error("agree", _("The ground rules were changed while you read. Here are the new ones."))
            shown_again = QueryDict(mutable=True)
            shown_again.update(self.data)
            shown_again["version"] = str(the_place().agreements_version)
            shown_again["agree"] = ""
            self.data = shown_again
        return cleaned

    def account(self) -> dict[str, Any]:
        """What `sign_up_person` needs, as plain values that a session can keep."""
        clean = self.cleaned_data
        agreed = clean["version"] if "agree" in self.fields else 0
        return {**{key: clean[key] for key in ("name", "email", "language", "reads")}, "agreed_version": agreed}


class AskForm(forms.Form):
    """Somebody asks to come in."""

    name = NameField()
    email = AddressField(help_text=gettext_lazy("The answer goes there. Only the stewards of the place see it."))
    note = LinesField(
        most=LONGEST_NOTE,
        label=gettext_lazy("Two lines about you"),
        help_text=gettext_lazy(
            "Who you are, what you would like to do here, whom you know. Only the stewards read it."
        ),
        error_messages={"required": gettext_lazy("Write two lines, so that the stewards know who asks.")},
    )


class InviteForm(forms.Form):
    """A new invitation link."""

    uses = forms.IntegerField(
        label=gettext_lazy("For how many people"), initial=1, min_value=1, max_value=MOST_USES,
        help_text=gettext_lazy("The link can be used that many times, at most 200."),
        error_messages={
            "required": gettext_lazy("Write how many people can use the link."),
            "invalid": gettext_lazy("Write a number between 1 and 200."),
            "min_value": gettext_lazy("Write a number between 1 and 200."),
            "max_value": gettext_lazy("Write a number between 1 and 200."),
        },
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("For how many days"), initial=14, min_value=1, max_value=MOST_DAYS,
        help_text=gettext_lazy("After that the link ends by itself, at most after 60 days."),
        error_messages={
            "required": gettext_lazy("Write for how many days the link works."),
            "invalid": gettext_lazy("Write a number between 1 and 60."),
            "min_value": gettext_lazy("Write a number between 1 and 60."),
            "max_value": gettext_lazy("Write a number between 1 and 60."),
        },
    )  # fmt: skip
    greeting = LinesField(
        most=LONGEST_GREETING, rows=3, required=False, label=gettext_lazy("A greeting"),
        help_text=gettext_lazy("Stands on the page that the link opens. Whoever has the link can read it."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=gettext_lazy("The language of your greeting"), choices=[(code, OWN_NAMES[code]) for code in LANGUAGES]
    )


class AnswerForm(forms.Form):
    """A steward's answer to somebody who asks to come in."""

    words = LinesField(
        most=LONGEST_GREETING, rows=2, required=False, label=gettext_lazy("Your words to them"),
        help_text=gettext_lazy("They go with the email."),
    )  # fmt: skip


def _password_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Type the password.")},
    )
