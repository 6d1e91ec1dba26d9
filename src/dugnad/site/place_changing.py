"""What every deed on the place needs: the lock, whether somebody else changed the part meanwhile, the line of the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dugnad.kernel.audience import MEMBERS, audience_of
from dugnad.kernel.happenings import Happening, record
from dugnad.kernel.place import Place
from dugnad.kernel.policies import Refused, require
from dugnad.people.models import Person
from dugnad.site.place_policies import can_settle_place

# Which columns belong to a part of the settings.
COLUMNS = {
    "name": ("name", "tagline"),
    "look": ("ink", "banner", "mark", "theme"),
    "languages": ("languages", "time_zone"),
    "responsible": ("responsible", "contact"),
    "agreements": ("agreements",),
    "privacy": ("privacy",),
    "coming-in": ("sign_up",),
    "retention": ("retention",),
    "mail": ("mail", "mail_password"),
    "backups": ("backups_kept",),
}
# Of these the log says only that they were changed: texts stand on their own pages, and passwords on none.
UNTOLD = frozenset({"agreements", "privacy", "mail_password"})
TOLD_OF_MAIL = ("name", "address", "reply_to")


class ChangedMeanwhile(Refused):
    """The part was changed since the page was made. `person_id` is who did it, when that is still known."""

    def __init__(self, person_id: int | None) -> None:
        self.person_id = person_id
        super().__init__(
            _("Somebody else changed this while you were writing. Look at what stands now, and save again.")
        )


def locked_place(by: Person, part: str = "", seen: int | None = None) -> Place:
    """The place, for `by` alone to change until the deed is done. With `seen` the version of the part that the page showed:
    raises `ChangedMeanwhile` when it is another one by now.
    """
    require(can_settle_place(by))
    place = Place.objects.select_for_update().filter(pk=1).first() or Place(pk=1)
    if seen is not None and place.versions.get(part, 0) != seen:
        raise ChangedMeanwhile(_last_changed_by(part))
    return place


def settled(place: Place, verb: str, by: Person, part: str, note: str = "") -> Place:
    """Save what was changed in the part and write one line about it. Saving the same again writes no line once the place is
    open.
    """
    before = Place.objects.filter(pk=1).first() or Place()
    changed = [column for column in COLUMNS[part] if getattr(before, column) != getattr(place, column)]
    if changed or place.opened_at is None:
        place.versions = {**place.versions, part: place.versions.get(part, 0) + 1}
        told = _told(before, place, changed)
        record(verb, place, by=by, audience=audience_of(MEMBERS), part=part, changed=told, note=note)
    place.save()
    return place


def merged(before: dict[str, str], texts: dict[str, str], codes: tuple[str, ...]) -> dict[str, str]:
    """`before` with `texts` put in, in the order of `codes`; an empty text takes the language out."""
    both = {**before, **texts}
    return {code: both[code] for code in codes if both.get(code)}


def _told(before: Place, place: Place, columns: list[str]) -> list[list[Any]]:
    """[column, what it was, what it is] of each change; nothing but the column where that is not told."""
    told: list[list[Any]] = []
    for column in columns:
        old, new = getattr(before, column), getattr(place, column)
        if column in UNTOLD:
            told.append([column, None, None])
        elif column == "mail":
            told += [
                [f"mail {key}", old.get(key, ""), new.get(key, "")] for key in TOLD_OF_MAIL if _other(old, new, key)
            ]
            if any(_other(old, new, key) for key in ("host", "port", "security", "user")):
                told.append(["mail server", None, None])
        elif isinstance(old, dict):
            told += [[f"{column} {key}", old.get(key), new.get(key)] for key in {**old, **new} if _other(old, new, key)]
        else:
            told.append([column, old, new])
    return told


def _other(old: dict[str, Any], new: dict[str, Any], key: str) -> bool:
    return old.get(key) != new.get(key)


def _last_changed_by(part: str) -> int | None:
    last = Happening.objects.filter(thing="place:1", payload__part=part).order_by("-pk").first()
    number = last.actor.partition(":")[2] if last else ""
    return int(number) if number.isdigit() else None
