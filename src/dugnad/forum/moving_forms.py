"""What people type when they move, split or merge threads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from dugnad.forum.forms import LONGEST_TITLE, LineField
from dugnad.forum.models import Category

LONGEST_REASON = 500
_THREAD = re.compile(r"(?:^|/t/)(\d{1,17})(?:[/?#].*)?$")


class WhereForm(forms.Form):
    """Where a thread goes, and why. `reason_needed`: it is somebody else's. `readers_differ`: the page says who can read it
    there, and waits for a word that it was read.
    """

    category = forms.ChoiceField(
        label=_("Where it goes"),
        error_messages={"required": _("Choose a category."), "invalid_choice": _("Choose a category.")},
    )
    reason = LineField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        required=False,
        help_text=_("Who started the thread reads it, and it stands in the log of the stewards."),
        error_messages={"required": _("Say why in a sentence: the person who started the thread reads it.")},
    )
    other_readers = forms.BooleanField(label=_("I know who can read it there"), required=False)

    def __init__(
        self, *args: Any, places: Sequence[tuple[Category, str]] = (), reason_needed: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            choices = [("", _("Choose a category")), *((str(place.pk), name) for place, name in places)]
            cast(forms.ChoiceField, self.fields["category"]).choices = choices
        self.fields["reason"].required = reason_needed
        if not reason_needed:
            del self.fields["reason"]


class SplitForm(WhereForm):
    """The title of what becomes a thread of its own, where it goes, and why."""

    field_order = ("title", "category", "reason")

    title = LineField(
        label=_("Title of the new thread"),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("The new thread needs a title.")},
    )


class MergeForm(WhereForm):
    """Into which thread: its address, or its number."""

    category = None  # type: ignore[assignment]  # Django's way to leave out an inherited field

    into = LineField(
        label=_("Address of the thread that stays"),
        max_length=300,
        help_text=_("Open that thread and copy its address. Its number is enough."),
        error_messages={"required": _("Give the address of the thread that this one is merged into.")},
    )

    field_order = ("into", "reason")

    def clean_into(self) -> int:
        """The number of a thread, out of its address."""
        found = _THREAD.search(str(self.cleaned_data["into"]))
        if found is None:
            raise forms.ValidationError(_("This is no address of a thread here. It looks like /t/12."))
        return int(found[1])
