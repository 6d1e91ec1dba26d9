"""Giving back what somebody typed when the page behind a form cannot take it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

LONGEST_KEPT = 60_000
LONG_WORD = 40
_SECRET = ("password", "code", "csrf", "token", "secret", "credential", "key")
# One word is a text in these fields; in others it may be what the form itself carries along.
_TITLES = frozenset({"title", "name", "text", "about", "note", "outcome", "reason", "words", "greeting", "description"})


@dataclass(frozen=True, slots=True)
class GivenBack:
    """One field of a form as it was typed."""

    name: str
    text: str

    @property
    def rows(self) -> int:
        """The height of the field that shows it, in lines."""
        return 8 if len(self.text) > 140 or "\n" in self.text else 2


def is_secret(name: str) -> bool:
    """A field whose value is never written into a page again."""
    return any(word in name.casefold() for word in _SECRET)


def typed_in(request: HttpRequest) -> list[GivenBack]:
    """What somebody typed into the form that came with this request, told from what a form carries along: several words, a
    long one, or a title. Empty when there is none, or when the body cannot be read.
    """
    if request.method != "POST":
        return []
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except Exception:  # noqa: BLE001 - a body that cannot be read has nothing to give back
        return []
    return [GivenBack(name, text[:LONGEST_KEPT]) for name, text in fields if _is_text(name, text.strip())]


def _is_text(name: str, text: str) -> bool:
    if not text or is_secret(name):
        return False
    return name in _TITLES or name.startswith("fact_") or len(text.split()) > 1 or len(text) > LONG_WORD
