"""What a page or a script sends of a form → a draft."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dugnad.kernel.given_back import is_secret
from dugnad.kernel.policies import Refused
from dugnad.kernel.text import MAX_SOURCE
from dugnad.people.drafts.actions import Typed
from dugnad.people.drafts.queries import is_place

LONGEST_PLACE = 120
LONGEST_URL = 300
MOST_FIELDS = 40
# What a form carries beside what people type.
CARRIED = frozenset({"place", "csrfmiddlewaretoken", "form_key", "kind", "from", "next", "image"})
# Fields that say nothing by themselves.
NO_WORDS = frozenset({"heading", "area", "language", "seen_edits"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A draft as it was sent: where it belongs, what is in it, and upon which version it was written."""

    place: str
    typed: Typed
    seen: int

    @property
    def is_empty(self) -> bool:
        """Is there nothing that somebody typed?"""
        told = [value for name, value in self.typed.fields.items() if name not in NO_WORDS]
        return not any(words.strip() for words in (self.typed.text, *told))


def sent_by_script(data: QueryDict) -> Sent | None:
    """What `drafts.js` sends; None when it is no draft. Raises `Refused` when it is too long to be kept."""
    try:
        fields = json.loads(data.get("fields") or "{}")
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        return None
    return _sent(data, data.get("url", ""), fields)


def sent_by_button(data: QueryDict) -> Sent | None:
    """What the button "Save as draft" sends: the whole form, and the address that it would have been sent to."""
    carried = {name: str(data[name]) for name in ("kind", "from") if data.get(name)}
    url = f"{data.get('place', '')}{f'?{urlencode(carried)}' if carried else ''}"
    names = [name for name in data if name not in CARRIED | {"text", "seen", "area"} and not is_secret(name)]
    return _sent(data, url, {name: str(data[name]) for name in names if str(data[name]).strip()})


def _sent(data: QueryDict, url: str, fields: dict[str, Any]) -> Sent | None:
    place, seen = data.get("place", ""), data.get("seen") or "0"
    if not (is_place(place) and is_place(url) and seen.isascii() and seen.isdigit() and len(seen) < 10):
        return None
    if len(place) > LONGEST_PLACE or len(url) > LONGEST_URL or len(fields) > MOST_FIELDS:
        return None
    typed = Typed(url, _clean(data.get("text", "")), {_clean(name): _clean(value) for name, value in fields.items()})
    if len(typed.text) > MAX_SOURCE or sum(len(name) + len(value) for name, value in typed.fields.items()) > MAX_SOURCE:
        words = _("The text is longer than {limit} characters. It is kept in this browser only: shorten or split it.")
        raise Refused(words.format(limit=MAX_SOURCE))
    return Sent(place, typed, int(seen))


def _clean(text: str) -> str:
    """As typed; only without what no database keeps, and with one sign for the end of a line."""
    return text.replace("\0", "").replace("\r\n", "\n").encode("utf-8", "replace").decode()
