"""The fields "Publish later" of a form: a day and a time by the place's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dugnad.forum.planned_policies import FURTHEST
from dugnad.kernel.clock import place_zone


def clock_words() -> str:
    """Whose clock a planned moment is told by."""
    zone = place_zone().key.rpartition("/")[2].replace("_", " ")
    return _("By the clock of this place: {zone}.").format(zone=zone)


class LaterFields(forms.Form):
    """When to publish. Asked for by the button `later` (or where `always_later` is set); otherwise the fields say nothing."""

    always_later = False

    later_day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as 2026-12-31.")},
    )
    later_time = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write the time as 14:30.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("later_day", "later_time"):
            # Both or neither: the word "optional" at each would say something else.
            vars(self.fields[name])["unmarked"] = True

    @property
    def wants_later(self) -> bool:
        """Is the text to be published at a moment that comes?"""
        return self.always_later or "later" in self.data

    @property
    def due_at(self) -> datetime | None:
        """That moment; None when the text is to be published now."""
        values = getattr(self, "cleaned_data", {})
        day, time = values.get("later_day"), values.get("later_time")
        if not (self.wants_later and day and time):
            return None
        return datetime.combine(day, time, tzinfo=place_zone())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.wants_later:
            for name in ("later_day", "later_time"):
                self.errors.pop(name, None)
        else:
            self._clean_moment(values)
        return values

    def _clean_moment(self, values: dict[str, Any]) -> None:
        for name, words in (("later_day", _("Choose a day.")), ("later_time", _("Choose a time."))):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, words)
        due = self.due_at
        if due and due <= timezone.now():
            self.add_error("later_time", _("That moment is over. Choose one that comes, or publish now."))
        elif due and due > timezone.now() + FURTHEST:
            self.add_error("later_day", _("That is more than a year away. Choose an earlier day."))


def later_initial(due_at: datetime) -> dict[str, Any]:
    """A planned moment as initial values of these fields."""
    there = due_at.astimezone(place_zone())
    return {"later_day": there.date(), "later_time": there.time().replace(second=0, microsecond=0)}
