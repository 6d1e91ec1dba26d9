"""Keeping a draft and forgetting it. Nobody is told, and nothing is recorded: it is nobody's business."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from dugnad.kernel.live.bus import announce_person
from dugnad.kernel.policies import require
from dugnad.people.drafts.policies import can_forget_draft, can_save_draft
from dugnad.people.models import Draft, Person

# Numbers of versions begin with the seconds since then: a draft that was forgotten and begun anew never has a number that
# another device has seen.
FIRST_SECOND = 1_700_000_000


class DraftChanged(Exception):  # noqa: N818 - not an error: two devices wrote at once
    """The draft is not the one that this device saw. `draft` is as it stands now, None when it is gone; nothing was changed."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__("another device was here")
        self.draft = draft


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form: the main text, and the other fields by their names."""

    url: str
    text: str
    fields: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def save_draft(place: str, typed: Typed, *, seen: int, by: Person) -> Draft:
    """Keep what is typed in the form at `place`. `seen` is the version that it was written upon, 0 for none.

    When another version is there, or none any more, nothing is changed and `DraftChanged` carries what there is; a draft
    that says the same already is answered as it is. Open pages of the person are told after the commit.
    """
    by = Person.objects.select_for_update().get(pk=by.pk)
    require(can_save_draft(by, place))
    draft = Draft.objects.filter(person=by, place=place).first()
    if draft is not None and draft.text == typed.text and draft.fields == typed.fields:
        return draft
    if (draft.version if draft else 0) != seen:
        raise DraftChanged(draft)
    now = timezone.now()
    if draft is None:
        draft = Draft(person=by, place=place, version=int(now.timestamp()) - FIRST_SECOND)
    draft.url, draft.text, draft.fields = typed.url, typed.text, typed.fields
    draft.version, draft.saved_at = draft.version + 1, now
    draft.save()
    _tell_open_pages(draft, draft.version)
    return draft


@transaction.atomic
def forget_draft(draft: Draft, *, by: Person, seen: int | None = None) -> None:
    """The draft is gone on every device. With `seen`, only while it is that version: otherwise `DraftChanged`."""
    locked = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None:
        return
    require(can_forget_draft(by, locked))
    if seen is not None and seen != locked.version:
        raise DraftChanged(locked)
    _tell_open_pages(locked, 0)
    locked.delete()


def _tell_open_pages(draft: Draft, version: int) -> None:
    announce_person(draft.person_id, {"type": "draft", "place": draft.place, "version": version})
