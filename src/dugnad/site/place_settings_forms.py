"""What stewards type about an open place: its look, who answers for it, rules, notice, keeping, mail and backups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dugnad.kernel import post_office
from dugnad.kernel.look import BANNERS, INKS, MARKS, THEMES
from dugnad.kernel.retention import Span, spans
from dugnad.kernel.text import clean_line, clean_text
from dugnad.site.place_forms import LONGEST_TEXT, PlaceForm, in_language, said
from dugnad.site.place_queries import default_text, offered_languages
from dugnad.site.place_settings_actions import MOST_BACKUPS

SECURITIES = (
    ("starttls", _("Encrypted after a greeting (STARTTLS), usually port 587")),
    ("ssl", _("Encrypted from the start (TLS), usually port 465")),
    ("none", _("Not encrypted, only for a server on this machine, usually port 25")),
)


class LookForm(PlaceForm):
    """Ink, banner, mark and light."""

    part = "look"
    template = "site/place_look.html"

    ink = forms.ChoiceField(
        label=_("Ink"),
        help_text=_("Main buttons, lines under links, and where one is in the menu."),
        choices=INKS.items(),
        widget=forms.RadioSelect,
    )
    banner = forms.ChoiceField(label=_("Banner of the welcome page"), choices=BANNERS.items(), widget=forms.RadioSelect)
    mark = forms.ChoiceField(label=_("Mark beside the name"), choices=MARKS.items(), widget=forms.RadioSelect)
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        help_text=_("For everybody who has not chosen for themselves."),
        choices=THEMES.items(),
        widget=forms.RadioSelect,
        required=False,
    )

    def prepare(self) -> None:
        self.initial.update({name: getattr(self.place, name) for name in ("ink", "banner", "mark", "theme")})

    def rows(self) -> list[tuple[BoundField, str]]:
        """Each field, and what is drawn beside its choices: a dab of the colour, the mark, or nothing."""
        return [(self["ink"], "dab"), (self["banner"], "dab"), (self["mark"], "mark"), (self["theme"], "")]


class ResponsibleForm(PlaceForm):
    """Who answers for personal data."""

    part = "responsible"

    responsible = forms.CharField(
        label=_("Who is responsible for personal data here"),
        help_text=_("The association or the person, as the law calls it. Anyone can read it."),
        max_length=200,
    )
    contact = forms.EmailField(
        label=_("Email address to write to"), help_text=_("Anyone can read it, also search engines.")
    )

    def prepare(self) -> None:
        self.initial.update({"responsible": self.place.responsible, "contact": self.place.contact})

    def clean_responsible(self) -> str:
        return said(self.cleaned_data["responsible"], gettext("The name needs at least one letter."))


class TextForm(PlaceForm):
    """One text of the place in every language that it offers. `kind` names it, `label` is said beside each field."""

    kind = ""
    label: Promise

    def prepare(self) -> None:
        texts = getattr(self.place, self.kind)
        self.codes = offered_languages(self.place)
        for code in self.codes:
            first = code == self.codes[0]
            self.fields[f"{self.kind}_{code}"] = forms.CharField(
                label=in_language(self.label, code, self.codes),
                max_length=LONGEST_TEXT,
                initial=texts.get(code) or default_text(self.kind, code),
                widget=forms.Textarea(attrs={"lang": code, "rows": 14 if first else 8}),
                required=first,
                help_text=""
                if first
                else _("Left empty, readers of this language get the text in the place’s own language."),
            )

    def texts(self) -> dict[str, str]:
        return {code: clean_text(self.cleaned_data[f"{self.kind}_{code}"]) for code in self.codes}


class AgreementsForm(TextForm):
    """The ground rules, and what was changed in them."""

    part = kind = "agreements"
    label = _("Ground rules")

    def prepare(self) -> None:
        super().prepare()
        self.fields["note"] = forms.CharField(
            label=_("What is changed, in a line"),
            help_text=_("Every member gets a notice with this line. It stays in the log of the place."),
            max_length=300,
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not clean_line(cleaned.get("note", "")) and self._is_changed():
            self.add_error("note", _("Say in a line what is changed, so that members need not compare."))
        return cleaned

    def _is_changed(self) -> bool:
        saved = self.place.agreements
        return any(self.texts()[code] != (saved.get(code) or default_text(self.kind, code)) for code in self.codes)

    def wanted(self) -> dict[str, Any]:
        return {"agreements": self.texts(), "note": clean_line(self.cleaned_data["note"])}


class PrivacyForm(TextForm):
    """The privacy notice."""

    part = kind = "privacy"
    label = _("Privacy notice")

    def wanted(self) -> dict[str, Any]:
        return {"privacy": self.texts()}


class RetentionForm(PlaceForm):
    """For each kind of thing that goes by itself: after how many days."""

    part = "retention"

    def prepare(self) -> None:
        for span in spans():
            self.fields[_field(span)] = forms.IntegerField(
                label=span.words,
                help_text=_days(span),
                min_value=span.least,
                max_value=span.most,
                initial=span.within(self.place.retention),
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def wanted(self) -> dict[str, Any]:
        return {"days": {span.name: self.cleaned_data[_field(span)] for span in spans()}}


def _field(span: Span) -> str:
    return f"days_{span.name.replace(' ', '_')}"


def _days(span: Span) -> str:
    words = ngettext(
        "Days, from {least} to {most}. Usually {n} day.", "Days, from {least} to {most}. Usually {n} days.", span.days
    )
    return words.format(least=span.least, most=span.most, n=span.days)


class MailForm(PlaceForm):
    """Who mails come from and which server takes them. What the server's environment says is not asked here."""

    part = "mail"
    template = "site/place_mail.html"

    name = forms.CharField(
        label=_("Name of the sender"),
        help_text=_("Left empty, it is the name of the place."),
        max_length=60,
        required=False,
    )
    address = forms.EmailField(
        label=_("Address of the sender"),
        help_text=_("It must belong to the account on the mail server."),
        required=False,
    )
    reply_to = forms.EmailField(
        label=_("Where answers go"), help_text=_("Left empty, answers go to the sender."), required=False
    )
    host = forms.CharField(
        label=_("Mail server"), help_text=_("Such as mail.example.org."), max_length=200, required=False
    )
    security = forms.ChoiceField(
        label=_("Encryption"), choices=SECURITIES, widget=forms.RadioSelect, initial="starttls", required=False
    )
    port = forms.IntegerField(
        label=_("Port"), help_text=_("Left empty, it is the usual one."), min_value=1, max_value=65535, required=False
    )
    user = forms.CharField(
        label=_("User name on the mail server"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Password on the mail server"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def prepare(self) -> None:
        self.initial.update(self.place.mail)
        self.server_given, self.sender_given = post_office.server_is_given(), _sender_is_given()
        if self.place.mail_password:
            self.fields["password"].help_text = _(
                "One is saved. It is not shown again; leave this empty to keep it. When the server changes, type it again."
            )
        if self.server_given:
            for name in ("host", "security", "port", "user", "password"):
                del self.fields[name]
        if self.sender_given:
            for name in ("name", "address"):
                del self.fields[name]

    def clean_host(self) -> str:
        host = str(self.cleaned_data["host"]).strip().rstrip(".")
        if host and not _is_host(host):
            raise forms.ValidationError(_("This is not the name of a server. It looks like mail.example.org."))
        return host

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("host") and "address" in self.fields and not cleaned.get("address") and not self.errors:
            self.add_error("address", _("A mail needs an address that it comes from."))
        return cleaned

    def wanted(self) -> dict[str, Any]:
        kept = {name: value for name, value in self.place.mail.items() if name not in self.fields}
        typed = {name: self.cleaned_data[name] for name in self.fields if name not in ("password", "seen")}
        return {"mail": {**kept, **typed}, "password": self.cleaned_data.get("password") or None}


def _sender_is_given() -> bool:
    from django.conf import settings

    return bool(settings.MAIL_FROM_GIVEN)


def _is_host(host: str) -> bool:
    try:
        ascii_host = host.encode("idna").decode()
    except UnicodeError:
        return False
    return bool(ascii_host) and all(part.replace("-", "a").isalnum() for part in ascii_host.split("."))


class BackupsForm(PlaceForm):
    """How many daily backups the house keeps."""

    part = "backups"

    backups_kept = forms.IntegerField(
        label=_("Daily backups that are kept"),
        help_text=_(
            "With 0 the house makes none. A backup still holds who erased themselves since: keep few, and say in the "
            "privacy notice how long."
        ),
        min_value=0,
        max_value=MOST_BACKUPS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def prepare(self) -> None:
        self.initial["backups_kept"] = self.place.backups_kept
