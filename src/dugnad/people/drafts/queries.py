"""A person's own drafts. Nobody else can ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from dugnad.kernel.text import excerpt
from dugnad.people.models import Draft, Person

EXCERPT = 180
# What stands among the fields of a draft and is no field of the form.
ASIDE = ("heading", "area")


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft in the list: where it belongs, how it begins, and all of it."""

    draft: Draft
    heading: str
    words: str
    texts: list[str]
    url: str


def drafts_of(person: Person) -> list[Kept]:
    """The person's drafts, newest first."""
    return [_kept(draft) for draft in Draft.objects.filter(person=person).order_by("-saved_at", "-pk")]


def _kept(draft: Draft) -> Kept:
    others = [str(value) for name, value in draft.fields.items() if name not in ASIDE and " " in str(value)]
    texts = [text for text in (draft.text, *others) if text.strip()]
    mark = "&" if "?" in draft.url else "?"
    return Kept(
        draft,
        heading=str(draft.fields.get("title") or draft.fields.get("heading") or draft.place),
        words=excerpt(texts[0], EXCERPT) if texts else "",
        texts=texts,
        url=f"{draft.url or draft.place}{mark}draft={draft.pk}",
    )


def draft_at(person: Person, place: str) -> Draft | None:
    """The person's draft of the form at this address."""
    return Draft.objects.filter(person=person, place=place).first()


def draft_by_id(person: Person, pk: int) -> Draft | None:
    """One of the person's own drafts."""
    return Draft.objects.filter(person=person, pk=pk).first()


def with_draft(request: HttpRequest, initial: dict[str, Any]) -> dict[str, Any]:
    """`initial` of the form at this address, with the draft that the address names (`?draft=`), if it is of this form."""
    number = request.GET.get("draft", "")
    if request.person is None or not (number.isascii() and number.isdigit() and len(number) < 18):
        return initial
    draft = draft_by_id(request.person, int(number))
    return initial | values_of(draft) if draft is not None and draft.place == request.path else initial


def values_of(draft: Draft) -> dict[str, str]:
    """The fields of the form as they were typed."""
    fields = {name: str(value) for name, value in draft.fields.items() if name not in ASIDE}
    return fields | {str(draft.fields.get("area") or "text"): draft.text}


def is_place(address: str) -> bool:
    """An address in this house, as a form is sent to."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
