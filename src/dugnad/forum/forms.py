"""What people type in the forum → clean values, or a sentence that says what to do."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from dugnad.forum.kinds import KINDS, Field, Kind
from dugnad.forum.later import LaterFields
from dugnad.forum.models import Category
from dugnad.forum.policies import place_languages
from dugnad.forum.uploads import ACCEPTED, is_picture
from dugnad.kernel.formats import LANGUAGE_NAMES
from dugnad.kernel.text import MAX_SOURCE, clean_line, clean_text

LONGEST_TITLE = 140
LONGEST_REASON = 200
LONGEST_OUTCOME = 2000
MOST_UPLOADS = 10


class LineField(forms.CharField):
    """One line: control characters dropped, white space collapsed, spelled in NFC."""

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "")


class BodyField(forms.CharField):
    """A text of several lines; `MAX_SOURCE` characters at most, told with the number there are."""

    widget = forms.Textarea
    unmarked = False

    def __init__(self, *, longest: int = MAX_SOURCE, rows: int = 8, **kwargs: Any) -> None:
        self.longest = longest
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.longest:
            words = _(
                "The text has {length} characters and can have at most {limit}. It is kept here: shorten or split it."
            )
            raise forms.ValidationError(words.format(length=len(value), limit=self.longest))


class UploadsInput(forms.ClearableFileInput):
    """The button for files, which takes several at once."""

    allow_multiple_selected = True


class UploadsField(forms.FileField):
    """Files that are added to a text, as a list. What is in them is looked into when they are kept (`uploads.keep_upload`)."""

    widget = UploadsInput(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = data if isinstance(data, (list, tuple)) else [data] if data else []
        if len(sent) > MOST_UPLOADS:
            raise forms.ValidationError(
                _("At most {limit} files can be added at once. Add the others afterwards.").format(limit=MOST_UPLOADS)
            )
        if any(not one.size for one in sent):
            raise forms.ValidationError(_("The file is empty. Choose another one."))
        return list(sent)


def new_form_key() -> str:
    """Names one form on one page, so that sending it twice is one deed."""
    return secrets.token_urlsafe(12)


def language_choices() -> list[tuple[str, str]]:
    """The languages of the place by their own names."""
    return [(code, LANGUAGE_NAMES[code]) for code in place_languages() if code in LANGUAGE_NAMES]


class PostForm(LaterFields, forms.Form):
    """A reply, or the text of any post."""

    text = BodyField(
        label=_("Text"),
        error_messages={"required": _("There is no text yet. Write something, then publish.")},
    )
    language = forms.ChoiceField(label=_("Written in"), choices=language_choices, required=False)
    upload = UploadsField(
        label=_("Pictures and files"),
        required=False,
        help_text=_(
            "Pictures, PDF, office documents, plain text, tables (CSV) and calendar files. Several at once if you like."
        ),
    )
    upload_description = LineField(
        label=_("What the picture shows"),
        required=False,
        max_length=500,
        help_text=_("For those who do not see it. One sentence is enough. Files that are no pictures need none."),
    )
    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = new_form_key()
        self.fields["text"].widget.attrs["data-editor"] = ""
        text = self.fields["text"]
        if self.files.get("upload") and isinstance(text, BodyField):
            # The file comes into the text before it is published; the label does not change for it.
            text.required, text.unmarked = False, True

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        pictures = sum(is_picture(one) for one in values.get("upload") or ())
        if pictures > 1:
            self.add_error("upload", _("Add pictures one at a time, so that each has its own description."))
        elif pictures and not values.get("upload_description"):
            self.add_error(
                "upload_description", _("Say in a sentence what the picture shows. Then add the picture once more.")
            )
        return values


class EditPostForm(PostForm):
    """Changing a post: with the number of edits that the writer saw, and why, if they want to say."""

    seen_edits = forms.IntegerField(widget=forms.HiddenInput)
    reason = LineField(label=_("Why you change it"), required=False, max_length=LONGEST_REASON)


class RestoreForm(forms.Form):
    """Putting an earlier text back: with the number of edits that was seen, and why."""

    seen_edits = forms.IntegerField(widget=forms.HiddenInput)
    reason = LineField(label=_("Why you change it"), required=False, max_length=LONGEST_REASON)


def _form_field(fact: Field) -> forms.Field:
    common: dict[str, Any] = {"label": fact.label, "help_text": fact.hint, "required": fact.required}
    if fact.required:
        common["error_messages"] = {"required": _("This is needed, so that others understand. A sentence is enough.")}
    if fact.shape == "text":
        return BodyField(longest=fact.longest, rows=4, **common)
    if fact.shape == "date":
        wrong = _("Write the day as 2026-12-31.")
        common["error_messages"] = {**common.get("error_messages", {}), "invalid": wrong}
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)
    if fact.shape == "number":
        wrong = _("Write a whole number, such as 3.")
        common["error_messages"] = {**common.get("error_messages", {}), "invalid": wrong}
        return forms.IntegerField(min_value=1, max_value=10_000, **common)
    if fact.shape == "choice":
        return forms.ChoiceField(choices=[("", _("Not said")), *fact.choices], **common)
    return LineField(max_length=fact.longest, **common)


class FactsForm(forms.Form):
    """Title, language and the facts of a kind; the fields come from the table of kinds."""

    title = LineField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        help_text=_("What a neighbour would ask or tell across the yard."),
        error_messages={
            "required": _("A title is needed, so that others find it."),
            "max_length": _("The title can have at most 140 characters. Put the rest into the text."),
        },
    )
    language = forms.ChoiceField(label=_("Written in"), choices=language_choices, required=False)

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for fact in kind.fields:
            self.fields[f"fact_{fact.name}"] = _form_field(fact)

    def facts(self) -> dict[str, Any]:
        """The facts as they are kept: plain JSON values, empty ones left out."""
        kept = {fact.name: self.cleaned_data.get(f"fact_{fact.name}") for fact in self.kind.fields}
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in kept.items() if value
        }

    def fact_fields(self) -> list[forms.BoundField]:
        return [self[f"fact_{fact.name}"] for fact in self.kind.fields]


class NewThreadForm(FactsForm, PostForm):
    """Title, facts and opening post of a new thread."""

    field_order = ("title", "text")

    living = forms.BooleanField(
        label=_("Living document: all who may write here can change this text"),
        required=False,
        help_text=_(
            "For a list, a plan or notes that several people keep. Every change is kept, and can be taken back."
        ),
    )

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(kind, *args, **kwargs)
        self.fields["text"].label = kind.text_label
        if kind.name == "experience":
            self.fields["text"].required = False

    def clean_text(self) -> str:
        """An experience is told in its facts; its text may be empty."""
        return str(self.cleaned_data["text"])


def facts_initial(fields: dict[str, Any]) -> dict[str, Any]:
    """Kept facts as initial values of a `FactsForm`."""
    return {f"fact_{name}": value for name, value in fields.items()}


class OutcomeForm(forms.Form):
    """Closing a thread: what it led to, in words."""

    outcome = BodyField(
        label=_("What did it lead to?"),
        longest=LONGEST_OUTCOME,
        rows=4,
        help_text=_("A sentence or two for those who come later. “Nothing, and this is why” is an outcome too."),
        error_messages={
            "required": _("Say in a sentence what it led to, so that those who come later need not read it all.")
        },
    )


class StateForm(forms.Form):
    """Where a thread stands now; for a need that is met also by whom."""

    state = forms.ChoiceField(label=_("Where it stands"))
    met_by = forms.ChoiceField(
        label=_("Thanks to"),
        required=False,
        help_text=_("One of those who wrote in the thread."),
        error_messages={"invalid_choice": _("Choose one of those who wrote in the thread.")},
    )
    note = LineField(label=_("A word about it"), required=False, max_length=300)

    def __init__(self, kind: Kind, *args: Any, helpers: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["state"]).choices = [
            (state.name, state.label) for state in kind.states if not state.needs_post
        ]
        cast(forms.ChoiceField, self.fields["met_by"]).choices = [("", _("Nobody in particular")), *helpers]
        if not any(state.asks_who for state in kind.states):
            del self.fields["met_by"]


class CategoryForm(forms.Form):
    """Name, purpose and who reads and writes in a category."""

    name = LineField(label=_("Name"), max_length=60, error_messages={"required": _("The category needs a name.")})
    purpose = LineField(
        label=_("Purpose"),
        max_length=240,
        required=False,
        help_text=_("One line that says what belongs here."),
    )
    reach = forms.ChoiceField(
        label=_("Who reads it"),
        choices=[("public", _("Anyone, also search engines")), ("members", _("Everyone with an account here"))],
        widget=forms.RadioSelect,
        initial="members",
    )
    writers = forms.ChoiceField(
        label=_("Who writes in it"),
        choices=[
            (Category.Writers.MEMBERS, _("Everyone with an account here")),
            (Category.Writers.STEWARDS, _("Only stewards")),
        ],
        widget=forms.RadioSelect,
        initial=Category.Writers.MEMBERS,
    )

    def __init__(self, *args: Any, for_group: bool = False, changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_group:
            cast(forms.ChoiceField, self.fields["reach"]).choices = [
                ("group", _("The members of the group")),
                ("members", _("Everyone with an account here")),
                ("public", _("Anyone, also search engines")),
            ]
            self.fields["reach"].initial = "group"
            cast(forms.ChoiceField, self.fields["writers"]).choices = [
                (Category.Writers.GROUP, _("The members of the group")),
                (Category.Writers.STEWARDS, _("Only stewards")),
            ]
            self.fields["writers"].initial = Category.Writers.GROUP
        if changing:
            del self.fields["reach"]


def kind_named(name: str | None) -> Kind:
    """The kind with this name; a talk when there is none."""
    return KINDS.get(name or "", KINDS["talk"])
