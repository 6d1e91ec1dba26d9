"""What people type about themselves → clean values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import TZPATH, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from dugnad.kernel.languages import own_name
from dugnad.kernel.text import clean_line, clean_text
from dugnad.people.fields import InterfaceLanguageField, LinesField, NameField, ReadsField, offered_languages
from dugnad.people.models import Person

REGIONS = {
    "Europe": _("Europe"),
    "Africa": _("Africa"),
    "America": _("America"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}


def time_zones() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Time zones by region, as a select shows them: the name of the region, and each zone with its own name."""
    zones = sorted(_zones())
    return [
        (words, [(zone, zone.partition("/")[2].replace("_", " ")) for zone in zones if zone.startswith(f"{region}/")])
        for region, words in REGIONS.items()
    ]


@cache
def _zones() -> frozenset[str]:
    """The zones by the names that countries use today (`zone.tab`), without older spellings of the same; every name where
    the machine keeps no such list.
    """
    for folder in TZPATH:
        listed = Path(folder) / "zone.tab"
        if listed.is_file():
            lines = [line.split("\t") for line in listed.read_text(encoding="utf-8").splitlines()]
            return frozenset(line[2] for line in lines if len(line) > 2) & available_timezones()
    return frozenset(available_timezones())


def own_time_zones() -> list[Any]:
    """The same, and first of all the clock of the place."""
    return [("", _("As the clock of this place")), *time_zones()]


class ProfileForm(forms.Form):
    """What others see of a person, and which languages they read."""

    name = NameField(help_text=_("It need not be the one in your passport. It stands beside everything you write."))
    about = LinesField(
        label=_("About you"),
        help_text=_("What you care about, what you can help with. Links and lists work as in posts."),
        most=2000,
        rows=6,
        required=False,
    )
    place_name = forms.CharField(
        label=_("Where you are"), help_text=_("A town or a district is enough."), max_length=80, required=False
    )
    reads = ReadsField()
    language = InterfaceLanguageField()
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=own_time_zones, required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        names = ("name", "about", "place_name", "language", "reads", "time_zone")
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(person, name) for name in names}
        offered = dict(offered_languages())
        # One's own language stays on offer when the place no longer offers it.
        if person.language not in offered:
            offered[person.language] = own_name(person.language)
        cast(forms.ChoiceField, self.fields["language"]).choices = list(offered.items())

    def clean_about(self) -> str:
        return clean_text(self.cleaned_data["about"])

    def clean_place_name(self) -> str:
        return clean_line(self.cleaned_data["place_name"])
