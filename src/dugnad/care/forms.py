"""What people type about care → clean values."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dugnad.care.models import StewardDeed
from dugnad.kernel.clock import place_zone, today
from dugnad.kernel.text import clean_text

Kind = StewardDeed.Kind
LEAVE = "leave"
LONGEST_PAUSE = timedelta(days=366)


class Words(forms.CharField):
    """A few sentences, without what does not belong in text."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def clean(self, value: Any) -> Any:
        return super().clean(clean_text(value) if isinstance(value, str) else value)


def _rules(agreements: list[str]) -> list[tuple[str, Any]]:
    return [*((rule, rule) for rule in agreements), ("", gettext_lazy("Something else"))]


class ReportForm(forms.Form):
    """What is wrong with a post: which ground rule it is about, and words."""

    agreement = forms.ChoiceField(label=gettext_lazy("What is it about?"), widget=forms.RadioSelect, required=False)
    note = Words(
        label=gettext_lazy("What should the stewards know?"),
        max_length=1000,
        required=False,
        error_messages={"max_length": gettext_lazy("This can have at most 1,000 characters. Shorten it.")},
    )

    def __init__(self, *args: Any, agreements: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].choices = _rules(agreements)  # type: ignore[attr-defined]
        for name in ("agreement", "note"):
            # One of the two is needed: the word "optional" at each would say something else.
            vars(self.fields[name])["unmarked"] = True
        if not agreements:
            del self.fields["agreement"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("agreement") and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say in a sentence what is wrong with it."))
        return cleaned


class DeedForm(forms.Form):
    """What a steward decides about a post or its writer. `kinds` are what they can do now, each with what it does."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you do?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you do.")},
    )
    days = forms.ChoiceField(
        label=gettext_lazy("How long the pause lasts"),
        choices=[
            ("1", gettext_lazy("1 day")),
            ("3", gettext_lazy("3 days")),
            ("7", gettext_lazy("1 week")),
            ("30", gettext_lazy("1 month")),
            ("date", gettext_lazy("Until the end of this day:")),
        ],
        initial="3",
        required=False,
    )
    until = forms.DateField(
        label=gettext_lazy("Day on which the pause ends"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as year-month-day, such as 2031-05-24.")},
    )
    agreement = forms.ChoiceField(label=gettext_lazy("Which ground rule is it about?"), required=False)
    reason = Words(
        label=gettext_lazy("Your reason"),
        max_length=500,
        help_text=gettext_lazy(
            "The person reads it, and it stands in the log that the room reads. Do not name who reported."
        ),
        error_messages={
            "required": gettext_lazy("Write the reason in a sentence. The person reads it."),
            "max_length": gettext_lazy("The reason can have at most 500 characters. Shorten it."),
        },
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, Any, Any]], agreements: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (name, format_html('<b>{}</b><br><span class="meta">{}</span>', words, does)) for name, words, does in kinds
        ]
        self.fields["agreement"].choices = _rules(agreements)[::-1]  # type: ignore[attr-defined]
        self.fields["agreement"].unmarked = True  # type: ignore[attr-defined]
        if not agreements:
            del self.fields["agreement"]
        self.fields["days"].unmarked = self.fields["until"].unmarked = True  # type: ignore[attr-defined]
        if Kind.PAUSE not in [name for name, _words, _does in kinds]:
            del self.fields["days"], self.fields["until"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["ends_at"] = None
        if cleaned.get("kind") == Kind.PAUSE and "until" not in self.errors:
            self._clean_pause(cleaned)
        return cleaned

    def _clean_pause(self, cleaned: dict[str, Any]) -> None:
        """The moment at which the pause ends: so many days from now, or the end of a day by the place's clock."""
        days, until, now = cleaned.get("days") or "3", cleaned.get("until"), timezone.now()
        if days != "date":
            cleaned["ends_at"] = now + timedelta(days=int(days))
        elif until is None:
            self.add_error("until", _("Choose the day on which the pause ends."))
        elif not today() <= until <= today() + LONGEST_PAUSE:
            self.add_error("until", _("Choose a day within a year from today."))
        else:
            cleaned["ends_at"] = datetime.combine(until, time(23, 59), tzinfo=place_zone())


class UndoForm(forms.Form):
    """Why something is taken back."""

    why = Words(
        label=gettext_lazy("Why you take it back"),
        max_length=500,
        rows=2,
        help_text=gettext_lazy("The person reads it, and it stands in the log."),
        error_messages={
            "required": gettext_lazy("Write in a sentence why you take it back."),
            "max_length": gettext_lazy("This can have at most 500 characters. Shorten it."),
        },
    )


class AppealForm(forms.Form):
    """Why somebody should look again."""

    text = Words(
        label=gettext_lazy("Why should somebody look again?"),
        max_length=1000,
        help_text=gettext_lazy("Say what was overlooked. Whoever answers reads it; it does not stand in the log."),
        error_messages={
            "required": gettext_lazy("Write in a few sentences why somebody should look again."),
            "max_length": gettext_lazy("This can have at most 1,000 characters. Shorten it."),
        },
    )


class AnswerForm(forms.Form):
    """The answer to an appeal, with words."""

    answer = Words(
        label=gettext_lazy("Your answer in words"),
        max_length=1000,
        help_text=gettext_lazy("The person and the steward who did it read it, and it stands in the log."),
        error_messages={
            "required": gettext_lazy("Write your reasons in a sentence or two. Both sides read them."),
            "max_length": gettext_lazy("This can have at most 1,000 characters. Shorten it."),
        },
    )
