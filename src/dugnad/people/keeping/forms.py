"""What somebody types to erase themselves → clean values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dugnad.kernel.house_model import fold
from dugnad.people.models import Person

LEAVE, REMOVE = "leave", "remove"


class EraseForm(forms.Form):
    """What becomes of the posts, and the name once more: nobody does this by a slip of the hand."""

    posts = forms.ChoiceField(
        label=_("What becomes of what you wrote?"),
        choices=[
            (LEAVE, _("It stays, under “a former member”. Conversations can still be followed.")),
            (REMOVE, _("It goes with me. In its place it says that a post was removed.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of what you wrote.")},
    )
    name = forms.CharField(
        label=_("The name others see, typed once more"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type the name that others see, so that it is certain that you mean it.")},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["name"].help_text = _("It is: {name}").format(name=person.name)

    def clean_name(self) -> str:
        typed = self.cleaned_data["name"]
        if fold(typed) != fold(self.person.name):
            raise forms.ValidationError(_("This is not the name that others see. Nothing was erased."))
        return str(typed)

    @property
    def leave_posts(self) -> bool:
        return bool(self.cleaned_data["posts"] == LEAVE)
