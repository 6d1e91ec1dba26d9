"""What every row of the house has in common."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class HouseModel(models.Model):
    """A row that knows when it was made."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


def fold(name: str) -> str:
    """A key for comparing names: case folded and white space collapsed. SQLite's own folding stops at ASCII."""
    return " ".join(name.casefold().split())


# Order of the Nordic letters that come last, per alphabet; the rest sorts as its base letter.
_LAST = {"å": "zz3", "ä": "zz4", "æ": "zz4", "ö": "zz5", "ø": "zz5", "þ": "zz6"}


def sort_key(name: str) -> str:
    """A key that sorts names as Nordic alphabets do (… z å æ/ä ø/ö) and other accents as their base letter."""
    import unicodedata

    out = []
    for letter in fold(name):
        out.append(_LAST.get(letter) or unicodedata.normalize("NFD", letter)[0])
    return "".join(out)[:200]
