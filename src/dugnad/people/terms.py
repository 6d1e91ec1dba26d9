"""How long somebody has a task: until a day that is chosen when it is given, to the end of that day at the place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dugnad.kernel.clock import place_zone, today
from dugnad.kernel.formats import day_month_year

OPEN, ON_A_DAY = "open", "day"
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MOST_YEARS = 5
STAYS_ON = timedelta(days=30)
"""When a task would end and leave nobody, it goes on for this long, and those concerned are told."""
TOLD_BEFORE = timedelta(days=7)


def end_of(day: date) -> datetime:
    """The moment when the day is over at the place."""
    return datetime.combine(day + timedelta(days=1), time(), place_zone())


def last_day(until: datetime, language: str | None = None) -> str:
    """The last day of a term that ends at `until`, in words."""
    return day_month_year(until - timedelta(seconds=1), language, tz=place_zone())


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


class TermForm(forms.Form):
    """Open-ended, or until when. `term()` answers the moment when it ends, None for open-ended. An empty form is open-ended."""

    until = forms.ChoiceField(
        label=gettext_lazy("How long"),
        choices=[
            (OPEN, gettext_lazy("Until somebody ends it")),
            ("month", gettext_lazy("A month")),
            ("quarter", gettext_lazy("Three months")),
            ("year", gettext_lazy("A year")),
            (ON_A_DAY, gettext_lazy("Until the day below")),
        ],
        widget=forms.RadioSelect,
        required=False,
        initial=OPEN,
    )
    day = forms.DateField(
        label=gettext_lazy("The last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as 2027-03-31.")},
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("until") == ON_A_DAY and "day" in values:
            self._check(values["day"])
        return values

    def _check(self, day: date | None) -> None:
        if day is None:
            self.add_error("day", _("Choose the last day."))
        elif day < today():
            self.add_error("day", _("This day is over. Choose one that is to come."))
        elif day > months_on(today(), MOST_YEARS * 12):
            self.add_error("day", _("That is very far away. Choose a day within five years, or no end."))

    def term(self) -> datetime | None:
        """When it ends, by what was chosen. Only for a form that is valid."""
        chosen = self.cleaned_data.get("until") or OPEN
        if chosen == OPEN:
            return None
        day = self.cleaned_data["day"] if chosen == ON_A_DAY else months_on(today(), MONTHS[chosen])
        return end_of(day)
