"""What somebody chooses to bring a group here."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class BringForm(forms.Form):
    """The file that the stewards of the group downloaded elsewhere."""

    file = forms.FileField(
        label=_("The file of the group"),
        help_text=_("Its stewards download it under “Take the group along” in the place where the group is now."),
        error_messages={"required": _("Choose the file of the group.")},
    )
