"""What people choose about notices."""

from __future__ import annotations

from typing import Any

from django import forms

from dugnad.notices.kinds import WHATS, What


class ChoicesForm(forms.Form):
    """For each kind of news whether it comes by mail."""

    def __init__(self, *args: Any, chosen: dict[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whats = [what for what in WHATS.values() if what.chosen]
        for what in self.whats:
            field = forms.BooleanField(label=what.label, required=False, initial=chosen[what.name])
            self.fields[what.name] = field

    def rows(self) -> list[tuple[What, forms.BoundField]]:
        """The rows of the table: what, and its box."""
        return [(what, self[what.name]) for what in self.whats]
