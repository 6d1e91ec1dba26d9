"""What people type about themselves, and the sentence when it will not do."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dugnad.kernel.languages import OWN_NAMES
from dugnad.kernel.place import LANGUAGES, the_place
from dugnad.kernel.text import clean_text
from dugnad.people.names import LONGEST_NAME, clean_name, says_something


class NameField(forms.CharField):
    """The name others see. What cannot be seen is taken out in silence; script is a name like any other."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("The name others see"))
        kwargs.setdefault(
            "help_text", gettext_lazy("Your own, a short one, or one that you choose. You can change it later.")
        )
        kwargs.setdefault("error_messages", {"required": gettext_lazy("Write the name that others are to see.")})
        super().__init__(**kwargs)
        self.widget.attrs.update(autocomplete="nickname", maxlength=LONGEST_NAME)

    def to_python(self, value: Any) -> str:
        return clean_name(str(value)) if value not in self.empty_values else ""

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > LONGEST_NAME:
            raise ValidationError(
                _("The name has {n} characters and can have at most {most}.").format(n=len(value), most=LONGEST_NAME)
            )
        if value and not says_something(value):
            raise ValidationError(_("The name needs at least one letter or digit, so that others can read it out."))


class AddressField(forms.EmailField):
    """An e-mail address, in small letters. Before the @ stand ASCII characters only: look-alikes such as `ſ` and `ı` pass for
    `s` and `i` where a database ignores case, and no mail would reach them.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Your email address"))
        kwargs.setdefault(
            "error_messages",
            {
                "required": gettext_lazy("Write your email address."),
                "invalid": gettext_lazy("Something is missing in the address. It looks like kari@example.org."),
            },
        )
        kwargs["error_messages"]["max_length"] = gettext_lazy("No email address is that long. Look at it once more.")
        super().__init__(max_length=254, **kwargs)
        self.widget.attrs.update(autocomplete="email", inputmode="email", spellcheck="false")

    def clean(self, value: Any) -> str:
        local, _at, host = str(super().clean(value)).lower().rpartition("@")
        if not local.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return f"{local}@{unicodedata.normalize('NFKC', host).lower()}" if host else ""


class CodeField(forms.CharField):
    """A code as a person types it: spaces and dashes do not matter."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("The code"))
        kwargs.setdefault("error_messages", {"required": gettext_lazy("Type the code.")})
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        self.widget.attrs.update(
            {"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "off"}
        )


class LinesField(forms.CharField):
    """A few lines of text, with a sentence when they are too many."""

    def __init__(self, *, most: int, rows: int = 4, **kwargs: Any) -> None:
        self.most = most
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "maxlength": most}), **kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(str(super().to_python(value)))

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.most:
            raise ValidationError(
                ngettext(
                    "The text is {n} character too long. It can have {most}.",
                    "The text is {n} characters too long. It can have {most}.",
                    len(value) - self.most,
                ).format(n=len(value) - self.most, most=self.most)
            )


class InterfaceLanguageField(forms.ChoiceField):
    """The language that the house speaks to this person."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("The language of buttons and emails"))
        super().__init__(choices=offered_languages, **kwargs)


class ReadsField(forms.MultipleChoiceField):
    """Languages whose posts one wants to see. All or none of them ticked means all."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Languages you read"))
        kwargs.setdefault(
            "help_text", gettext_lazy("Posts in other languages stay out of your lists. You can change it later.")
        )
        kwargs.setdefault("required", False)
        super().__init__(
            choices=[(code, OWN_NAMES[code]) for code in LANGUAGES], widget=forms.CheckboxSelectMultiple, **kwargs
        )

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        return [] if len(chosen) == len(LANGUAGES) else [code for code in LANGUAGES if code in chosen]


def offered_languages() -> list[tuple[str, str]]:
    """The languages that this place offers for its pages, in their own words."""
    codes = [code for code in the_place().languages if code in LANGUAGES] or list(LANGUAGES)
    return [(code, OWN_NAMES[code]) for code in codes]
