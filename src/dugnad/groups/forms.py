"""What people type about groups → clean values."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dugnad.groups.models import Group, Membership
from dugnad.kernel.audience import Viewer
from dugnad.kernel.house_model import fold, sort_key
from dugnad.kernel.languages import OWN_NAMES
from dugnad.kernel.text import clean_line, clean_text
from dugnad.people.models import Person
from dugnad.people.names import clean_name, says_something

MOST_THEMES = 8
LONGEST_THEME = 30


class PlainText(forms.CharField):
    """Text of several lines, without what does not belong in text."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        return super().clean(clean_text(value) if isinstance(value, str) else value)


class EditGroupForm(forms.Form):
    """What a group says about itself."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        error_messages={
            "required": gettext_lazy("A group needs a name."),
            "max_length": gettext_lazy("The name can have at most 80 characters. Shorten it."),
        },
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=[
            (Group.Kind.LOCAL, gettext_lazy("Local group: people in one place")),
            (Group.Kind.ORGANISATION, gettext_lazy("Organisation: an association with members")),
            (Group.Kind.NETWORK, gettext_lazy("Network: groups and organisations together")),
        ],
        widget=forms.RadioSelect,
        initial=Group.Kind.LOCAL,
    )
    about = PlainText(
        label=gettext_lazy("About the group"),
        help_text=gettext_lazy("What you do, for whom, and how somebody takes part. Links and lists work as in posts."),
        max_length=5000,
        required=False,
        error_messages={"max_length": gettext_lazy("The text can have at most 5,000 characters. Shorten it.")},
    )
    place_name = forms.CharField(
        label=gettext_lazy("Place"),
        help_text=gettext_lazy("A district, town or country."),
        max_length=80,
        required=False,
    )
    themes = forms.CharField(
        label=gettext_lazy("Themes"),
        help_text=gettext_lazy("Up to eight words with commas between them, such as housing, neighbours, repair."),
        max_length=MOST_THEMES * (LONGEST_THEME + 2),
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages you use"),
        choices=OWN_NAMES.items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    joining = forms.ChoiceField(
        label=gettext_lazy("How one joins"),
        choices=[
            (Group.Joining.OPEN, gettext_lazy("Open: everyone with an account can join")),
            (Group.Joining.REQUEST, gettext_lazy("On request: a steward answers")),
            (Group.Joining.INVITATION, gettext_lazy("By invitation: only who is invited")),
        ],
        widget=forms.RadioSelect,
        initial=Group.Joining.OPEN,
    )

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not says_something(name):
            raise forms.ValidationError(_("The name needs a letter or a number, so that people can say it."))
        return name

    def clean_place_name(self) -> str:
        return clean_name(self.cleaned_data["place_name"])

    def clean_themes(self) -> list[str]:
        themes: dict[str, str] = {}
        for word in self.cleaned_data["themes"].split(","):
            theme = clean_name(word)
            if theme:
                themes.setdefault(fold(theme), theme)
        if len(themes) > MOST_THEMES:
            raise forms.ValidationError(_("There can be at most eight themes. Take the most important ones."))
        long = next((theme for theme in themes.values() if len(theme) > LONGEST_THEME), None)
        if long:
            words = _("The theme “{theme}” is too long. Use one or two words, and commas between themes.")
            raise forms.ValidationError(words.format(theme=long))
        return list(themes.values())

    @classmethod
    def of(cls, group: Group, data: Any = None) -> EditGroupForm:
        """The form with what the group says now. A network stays a network, so its kind is not asked."""
        said = {name: getattr(group, name) for name in ("name", "kind", "about", "place_name", "languages", "joining")}
        form = cls(data, initial={**said, "themes": ", ".join(group.themes)})
        if group.is_network:
            del form.fields["kind"]
        else:
            form.fields["kind"].choices = form.fields["kind"].choices[:2]  # type: ignore[attr-defined]
        return form


class CreateGroupForm(EditGroupForm):
    """A new group: also whether others can see that it exists."""

    listing = forms.ChoiceField(
        label=gettext_lazy("Who can see that the group exists"),
        choices=[
            ("listed", gettext_lazy("Anyone, also search engines: name, place, themes and what you write about it")),
            ("hidden", gettext_lazy("Only its members. Others come in by invitation")),
        ],
        widget=forms.RadioSelect,
        initial="listed",
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["hidden"] = cleaned.pop("listing", "listed") == "hidden"
        return cleaned


class NoteForm(forms.Form):
    """A few words to the stewards, or from them."""

    note = PlainText(
        label=gettext_lazy("A few words"),
        max_length=1000,
        required=False,
        error_messages={"max_length": gettext_lazy("This can have at most 1,000 characters. Shorten it.")},
    )


class RemoveForm(forms.Form):
    """Why somebody is removed: they read it."""

    reason = PlainText(
        label=gettext_lazy("Reason"),
        max_length=500,
        error_messages={
            "required": gettext_lazy("Write the reason. The person reads it."),
            "max_length": gettext_lazy("The reason can have at most 500 characters. Shorten it."),
        },
    )


class LeaveForm(forms.Form):
    """Who looks after the group from now on: asked of its only steward."""

    successor = forms.ModelChoiceField(
        label=gettext_lazy("Who looks after the group from now on"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose a member"),
    )

    def __init__(self, *args: Any, group: Group, leaver: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Membership.objects.filter(group=group).exclude(person=leaver).values("person_id")
        people = Person.objects.filter(pk__in=others, erased_at=None).order_by("name_key", "pk")
        self.fields["successor"].queryset = people  # type: ignore[attr-defined]


class InviteLinkForm(forms.Form):
    """A link that lets people into the place and the group."""

    uses = forms.IntegerField(
        label=gettext_lazy("How many people can use the link"), min_value=1, max_value=200, initial=1
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long the link works"),
        coerce=int,
        choices=[
            (1, gettext_lazy("1 day")),
            (7, gettext_lazy("1 week")),
            (14, gettext_lazy("2 weeks")),
            (60, gettext_lazy("60 days")),
        ],
        initial=14,
    )
    greeting = forms.CharField(
        label=gettext_lazy("A greeting"),
        help_text=gettext_lazy("Whoever opens the link reads it."),
        max_length=300,
        required=False,
    )


class InvitePersonForm(forms.Form):
    """A member of the place, by handle or name."""

    who = forms.CharField(
        label=gettext_lazy("Who"),
        help_text=gettext_lazy("The name others see, or the handle such as @amina."),
        max_length=80,
        error_messages={"required": gettext_lazy("Write a name or a handle.")},
    )
    greeting = forms.CharField(
        label=gettext_lazy("A greeting"),
        help_text=gettext_lazy("Only the invited person reads it."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_who(self) -> Person:
        typed = clean_name(self.cleaned_data["who"])
        living = Person.objects.filter(erased_at=None, is_active=True)
        by_handle = living.filter(handle=typed.removeprefix("@").lower()).first()
        if by_handle is not None:
            return by_handle
        named = list(living.filter(name_key=sort_key(typed)).order_by("handle")[:6])
        if len(named) == 1:
            return named[0]
        if not named:
            raise forms.ValidationError(
                _("Nobody here has this name or handle. Send an invitation link to people without an account.")
            )
        words = _("Several people are called {name}. Write the handle: {handles}.")
        handles = ", ".join(f"@{person.handle}" for person in named)
        raise forms.ValidationError(words.format(name=typed, handles=handles))


class AskNetworkForm(forms.Form):
    """The network that a group asks to belong to."""

    network = forms.ModelChoiceField(
        label=gettext_lazy("Network"),
        queryset=Group.objects.none(),
        empty_label=gettext_lazy("Choose a network"),
        error_messages={
            "required": gettext_lazy("Choose a network."),
            "invalid_choice": gettext_lazy("This network is not there any more. Choose another."),
        },
    )

    def __init__(self, *args: Any, networks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = networks  # type: ignore[attr-defined]


class EnterForm(forms.Form):
    """Why a steward of the place enters, and for how long."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you enter?"),
        help_text=gettext_lazy("Every member of the group reads this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why. The people in the group have a right to know.")},
    )
    length = forms.ChoiceField(
        label=gettext_lazy("For how long?"),
        choices=[
            ("hour", gettext_lazy("An hour")),
            ("day", gettext_lazy("A day")),
            ("week", gettext_lazy("A week")),
        ],
        widget=forms.RadioSelect,
        initial="hour",
        error_messages={"required": gettext_lazy("Choose how long you stay.")},
    )

    def clean_reason(self) -> str:
        reason = clean_text(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError(self.fields["reason"].error_messages["required"])
        return reason


class FindGroupForm(forms.Form):
    """The address of a group, whole or only its end."""

    address = forms.CharField(
        label=gettext_lazy("The address of the group"),
        help_text=gettext_lazy("As it was given to you, such as /g/night-owls-3f09a1c2de."),
        max_length=300,
        error_messages={"required": gettext_lazy("Write the address of the group.")},
    )

    def clean_address(self) -> str:
        """The part of the address that names the group."""
        typed = clean_line(self.cleaned_data["address"]).split("?")[0].split("#")[0]
        behind = typed.partition("/g/")[2] or typed
        return behind.strip("/").split("/")[0]
