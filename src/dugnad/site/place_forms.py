"""What stewards type about their place → clean values. The set-up walk and the settings use the same forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from dugnad.kernel.audience import MEMBERS, PUBLIC
from dugnad.kernel.house_model import fold
from dugnad.kernel.languages import OWN_NAMES
from dugnad.kernel.place import LANGUAGES, Place
from dugnad.kernel.text import clean_line, clean_text
from dugnad.people.profile_forms import time_zones
from dugnad.site.place_actions import NewCategory
from dugnad.site.place_queries import default_text, offered_languages

LONGEST_TEXT = 20_000


class PlaceForm(forms.Form):
    """A form about the place. `wanted()` answers the keywords of the action behind it."""

    template: ClassVar[str] = "site/place_fields.html"
    part: ClassVar[str] = ""

    # Which version of the part the page showed, so that nobody overwrites unseen what another steward saved meanwhile.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, place: Place, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        self.language = language
        self.prepare()
        self.initial["seen"] = place.versions.get(self.part, 0)

    def prepare(self) -> None:
        """Add fields and initial values that depend on the place."""

    def wanted(self) -> dict[str, Any]:
        """The keywords of the deed, without `seen`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def seen_version(self) -> int | None:
        """None when the page did not say it: the step of a walk that nobody else takes at the same time."""
        seen: int | None = self.cleaned_data.get("seen")
        return seen


class NameForm(PlaceForm):
    """The name, and what the place is in one line: in each chosen language, or in the writer's while none is chosen."""

    part = "name"

    name = forms.CharField(
        label=_("What the place is called"),
        help_text=_("Short and easy to say. It stands at the top of every page and in every email."),
        max_length=60,
    )

    def prepare(self) -> None:
        self.initial["name"] = self.place.name if self.place.tagline else ""
        self.codes = [code for code in self.place.languages if code in LANGUAGES] or [self.language]
        for code in self.codes:
            self.fields[f"tagline_{code}"] = forms.CharField(
                label=in_language(_("What it is, in one line"), code, self.codes),
                max_length=140,
                initial=self.place.tagline.get(code, ""),
                widget=forms.TextInput(attrs={"lang": code}),
                required=code == self.codes[0],
            )

    def clean_name(self) -> str:
        return said(self.cleaned_data["name"], gettext("The name needs at least one letter."))

    def wanted(self) -> dict[str, Any]:
        tagline = {code: clean_line(self.cleaned_data[f"tagline_{code}"]) for code in self.codes}
        return {"name": self.cleaned_data["name"], "tagline": tagline}


class LanguagesForm(PlaceForm):
    """Which interface languages are offered, and which of them is the place's own."""

    part = "languages"

    languages = forms.MultipleChoiceField(
        label=_("Languages that people can choose"),
        help_text=_("This is about menus, buttons and emails. People write in whatever language they like."),
        choices=list(OWN_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )
    first = forms.ChoiceField(
        label=_("The place’s own language"),
        help_text=_("For those whose browser asks for another language than these."),
        choices=list(OWN_NAMES.items()),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, help_text=_("Times are told by this clock.")
    )

    def prepare(self) -> None:
        chosen = self.place.languages or [self.language]
        self.initial = {"languages": chosen, "first": chosen[0], "time_zone": self.place.time_zone}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        languages, first = cleaned.get("languages") or [], cleaned.get("first")
        if languages and first and first not in languages:
            self.add_error("first", _("The place’s own language must be one of those that people can choose."))
        return cleaned

    def wanted(self) -> dict[str, Any]:
        first = self.cleaned_data["first"]
        others = [code for code in LANGUAGES if code in self.cleaned_data["languages"] and code != first]
        return {"languages": [first, *others], "time_zone": self.cleaned_data["time_zone"]}


class TextsForm(PlaceForm):
    """Who is responsible, what is agreed, and the privacy notice, in every language of the place."""

    template = "site/place_texts.html"

    responsible = forms.CharField(
        label=_("Who is responsible for personal data here"),
        help_text=_("The association or the person, as the law calls it. Anyone can read it."),
        max_length=200,
    )
    contact = forms.EmailField(
        label=_("Email address to write to"), help_text=_("Anyone can read it, also search engines.")
    )

    def prepare(self) -> None:
        self.initial = {"responsible": self.place.responsible, "contact": self.place.contact}
        self.codes = offered_languages(self.place)
        for code in self.codes:
            for kind, label, texts in (
                ("agreements", _("Ground rules"), self.place.agreements),
                ("privacy", _("Privacy notice"), self.place.privacy),
            ):
                self.fields[f"{kind}_{code}"] = forms.CharField(
                    label=in_language(label, code, self.codes),
                    max_length=LONGEST_TEXT,
                    initial=texts.get(code) or default_text(kind, code),
                    widget=forms.Textarea(attrs={"lang": code, "rows": 12}),
                    required=code == self.codes[0],
                    help_text=_("Left empty, readers of this language get the text in the place’s own language.")
                    if code != self.codes[0]
                    else "",
                )

    def clean_responsible(self) -> str:
        return said(self.cleaned_data["responsible"], gettext("The name needs at least one letter."))

    def parts(self) -> list[tuple[str, str, list[BoundField], bool]]:
        """For each language: code, own name, its two texts, and whether it stands open (first, or with errors)."""
        parts = []
        for code in self.codes:
            fields = [self[f"agreements_{code}"], self[f"privacy_{code}"]]
            is_open = code == self.codes[0] or any(field.errors for field in fields)
            parts.append((code, OWN_NAMES[code], fields, is_open))
        return parts

    def wanted(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "responsible": cleaned["responsible"],
            "contact": cleaned["contact"],
            "agreements": {code: clean_text(cleaned[f"agreements_{code}"]) for code in self.codes},
            "privacy": {code: clean_text(cleaned[f"privacy_{code}"]) for code in self.codes},
        }


class SignUpForm(PlaceForm):
    """Who may come in."""

    part = "coming-in"

    sign_up = forms.ChoiceField(
        label=_("Who may come in"),
        help_text=_("Invitations work in any case. This can be changed at any time."),
        choices=Place.SignUp.choices,
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        self.initial["sign_up"] = self.place.sign_up


class Suggestion(NamedTuple):
    """A category that many places begin with."""

    name: Promise
    purpose: Promise
    emblem: str


SUGGESTIONS = (
    Suggestion(_("Say who you are"), _("Where you live, what you care about, and what you can help with."), "i-hand"),
    Suggestion(
        _("Needs and offers"), _("Hands, rooms, skills and things: what is missing here and what is there."), "m-need"
    ),
    Suggestion(_("What is under way"), _("Projects that need people, and how they are getting on."), "m-project"),
    Suggestion(_("Questions"), _("Nobody has to know everything. Somebody here has done it before."), "m-question"),
    Suggestion(
        _("What we learned"),
        _("What was tried, how it went and what to do differently, also when it did not work."),
        "m-experience",
    ),
)


class CategoriesForm(PlaceForm):
    """The first categories: suggestions to take, rename or leave."""

    template = "site/place_categories.html"

    reach = forms.ChoiceField(
        label=_("Who can read them?"),
        choices=[
            (MEMBERS, _("Everyone with an account here")),
            (PUBLIC, _("Anyone, also search engines")),
        ],
        widget=forms.RadioSelect,
        initial=MEMBERS,
    )

    # What is not ticked may be empty; the browser cannot know that.
    use_required_attribute = False

    def prepare(self) -> None:
        own = offered_languages(self.place)[0]
        with override(own):
            said = [(str(one.name), str(one.purpose)) for one in SUGGESTIONS]
        for number, (name, purpose) in enumerate(said):
            self.fields[f"want_{number}"] = forms.BooleanField(label=name, required=False, initial=True)
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Name"),
                max_length=60,
                initial=name,
                widget=forms.TextInput(attrs={"lang": own}),
                error_messages={"required": _("A category needs a name. Write one, or take the tick away.")},
            )
            self.fields[f"purpose_{number}"] = forms.CharField(
                label=_("What it is for"),
                max_length=240,
                required=False,
                initial=purpose,
                widget=forms.TextInput(attrs={"lang": own}),
            )

    def rows(self) -> Iterable[tuple[BoundField, BoundField, BoundField]]:
        """Each suggestion: its box, its name and its purpose."""
        return [(self[f"want_{n}"], self[f"name_{n}"], self[f"purpose_{n}"]) for n in range(len(SUGGESTIONS))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names: set[str] = set()
        for number in range(len(SUGGESTIONS)):
            field = f"name_{number}"
            if not cleaned.get(f"want_{number}"):
                self.errors.pop(field, None)
                continue
            name = fold(clean_line(cleaned.get(field) or ""))
            if name and name in names:
                self.add_error(field, _("Two categories cannot have the same name."))
            names.add(name)
        return cleaned

    def wanted(self) -> dict[str, Any]:
        chosen = [n for n in range(len(SUGGESTIONS)) if self.cleaned_data[f"want_{n}"]]
        return {"wanted": [self._new(n) for n in chosen], "reach": self.cleaned_data["reach"]}

    def _new(self, number: int) -> NewCategory:
        """What stayed as suggested is known in all languages of the place; what was changed, in one."""
        suggestion = SUGGESTIONS[number]
        name = clean_line(self.cleaned_data[f"name_{number}"])
        purpose = clean_line(self.cleaned_data[f"purpose_{number}"])
        own, *others = offered_languages(self.place)
        translations: dict[str, dict[str, str]] = {code: {} for code in others}
        for what, typed, suggested in (("name", name, suggestion.name), ("purpose", purpose, suggestion.purpose)):
            with override(own):
                untouched = typed == str(suggested)
            for code in others if untouched else ():
                with override(code):
                    translations[code][what] = str(suggested)
        return NewCategory(
            name, purpose, suggestion.emblem, {code: said for code, said in translations.items() if said}
        )


def in_language(label: Promise, code: str, codes: list[str]) -> Any:
    """The label, with the language beside it when there are several."""
    if len(codes) == 1:
        return label
    return _("{label} ({language})").format(label=label, language=OWN_NAMES[code])


def said(text: str, sentence: str) -> str:
    line = clean_line(text)
    if not any(letter.isalpha() for letter in line):
        raise forms.ValidationError(sentence)
    return line
