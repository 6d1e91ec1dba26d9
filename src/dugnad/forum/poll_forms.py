"""Asking in a poll: what people type → a question that can be put, or a sentence that says what to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.forum.forms import BodyField, LineField
from dugnad.forum.models import Poll
from dugnad.forum.polls import FEWEST_OPTIONS, LONGEST_OPTION, LONGEST_QUESTION, MOST_DOTS, MOST_OPTIONS, Asked
from dugnad.kernel.clock import place_zone

FORMAT = "%Y-%m-%dT%H:%M"
LONGEST_OPEN = timedelta(days=366)


class MomentField(forms.Field):
    """A day and a time by the place's clock; empty is None."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT)

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            return datetime.strptime(str(value).strip()[:16].replace(" ", "T"), FORMAT).replace(tzinfo=place_zone())
        except ValueError:
            raise forms.ValidationError(_("Write the day and the time as 2026-12-31 18:00.")) from None

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(place_zone()).strftime(FORMAT) if isinstance(value, datetime) else value


class PollForm(forms.Form):
    """A question with its options. With `required` false all of it may be left empty, and nothing is asked."""

    question = LineField(
        label=_("Question"),
        max_length=LONGEST_QUESTION,
        required=False,
        error_messages={"max_length": _("The question can have at most 200 characters. Put the rest into the text.")},
    )
    options = BodyField(label=_("Options"), rows=4, required=False, help_text=_("One on each line, from two to ten."))
    way = forms.ChoiceField(
        label=_("How people choose"),
        choices=[
            (Poll.Way.SINGLE, _("One option each")),
            (Poll.Way.SEVERAL, _("Several options each")),
            (Poll.Way.DOT, _("Dots: each person has some to spread, also several on one option")),
        ],
        widget=forms.RadioSelect,
        initial=Poll.Way.SINGLE,
        required=False,
    )
    dots = forms.IntegerField(
        label=_("Dots for each person"),
        min_value=1,
        max_value=MOST_DOTS,
        initial=3,
        required=False,
        help_text=_("Only where people spread dots."),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Write a whole number from 1 to 10.")),
    )
    hidden = forms.BooleanField(
        label=_("Nobody sees the result before it is closed"),
        required=False,
        help_text=_("Not even you. Who voted for what is never shown to anybody."),
    )
    closes_at = MomentField(
        label=_("Open until"),
        required=False,
        help_text=_("By the clock of this place. Left empty, you close it yourself."),
    )

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed = required
        for name in ("question", "options", "dots"):
            # A poll has all of them: the word "optional" at each would say something else.
            vars(self.fields[name])["unmarked"] = True

    def clean_options(self) -> tuple[str, ...]:
        """The lines that have something on them, each once."""
        lines = tuple(line.strip(" -*•\t") for line in self.cleaned_data["options"].splitlines())
        options = tuple(dict.fromkeys(line for line in lines if line))
        if len(options) > MOST_OPTIONS:
            raise forms.ValidationError(
                _("There are {count} options and there can be at most {limit}. Put some together.").format(
                    count=len(options), limit=MOST_OPTIONS
                )
            )
        if any(len(line) > LONGEST_OPTION for line in options):
            raise forms.ValidationError(
                _("An option can have at most {limit} characters. Put the rest into the text.").format(
                    limit=LONGEST_OPTION
                )
            )
        return options

    def clean_closes_at(self) -> datetime | None:
        """A moment that is still to come, within a year."""
        moment: datetime | None = self.cleaned_data["closes_at"]
        now = timezone.now()
        if moment and not now < moment <= now + LONGEST_OPEN:
            raise forms.ValidationError(_("Choose a moment that is still to come, within a year."))
        return moment

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        options = values.get("options", ())
        if self.needed or values.get("question") or options:
            if not values.get("question") and "question" not in self.errors:
                self.add_error("question", _("Write the question that people answer."))
            if len(options) < FEWEST_OPTIONS and "options" not in self.errors:
                self.add_error("options", _("Write at least two options, each on a line of its own."))
        return values

    def asked(self) -> Asked | None:
        """The question as it was typed; None when there is none. Call it on a valid form."""
        values = self.cleaned_data
        if not values["question"]:
            return None
        return Asked(
            values["question"],
            values["options"],
            values["way"] or Poll.Way.SINGLE,
            values["dots"] or 3,
            values["hidden"],
            values["closes_at"],
        )


def poll_initial(poll: Poll) -> dict[str, Any]:
    """A poll as initial values of its form."""
    return {
        "question": poll.question,
        "options": "\n".join(poll.options.order_by("position").values_list("text", flat=True)),
        "way": poll.way,
        "dots": poll.dots,
        "hidden": poll.hidden_until_closed,
        "closes_at": poll.closes_at,
    }
