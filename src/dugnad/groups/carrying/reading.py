"""One row of a file that somebody brought, read value by value: each is what it should be, or the file is refused by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from dugnad.groups.carrying.form import ArchiveRefused
from dugnad.kernel.text import clean_line, clean_text

MOST = 10**9


class Row:
    """A row and where it stands in the file."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self._data = data
        self.where = where

    def wrong(self, name: str) -> ArchiveRefused:
        """What to raise when a value cannot be used."""
        words = _("Something in the file is not what it should be ({where}, {name}). Nothing of it was taken in.")
        return ArchiveRefused(words.format(where=self.where, name=name))

    def line(self, name: str, most: int, *, empty: bool = True) -> str:
        """A line of at most `most` characters."""
        text = self._text(name, most)
        line = clean_line(text)
        if line != text or not (line or empty):
            raise self.wrong(name)
        return line

    def text(self, name: str, most: int) -> str:
        """A text with its line breaks."""
        text = self._text(name, most)
        if clean_text(text).strip() != text.strip():
            raise self.wrong(name)
        return text

    def _text(self, name: str, most: int) -> str:
        text = self._data.get(name, "")
        if not isinstance(text, str) or len(text) > most or "\x00" in text:
            raise self.wrong(name)
        return text

    def number(self, name: str, least: int = 0, most: int = MOST) -> int:
        """A whole number within bounds."""
        number = self._data.get(name, 0)
        if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
            raise self.wrong(name)
        return number

    def flag(self, name: str) -> bool:
        """Yes or no."""
        flag = self._data.get(name, False)
        if not isinstance(flag, bool):
            raise self.wrong(name)
        return flag

    def moment(self, name: str) -> datetime:
        """A moment that has been."""
        moment = self.moment_or_none(name)
        if moment is None:
            raise self.wrong(name)
        return moment

    def moment_or_none(self, name: str, *, ahead: bool = False) -> datetime | None:
        """A moment, or none; with `ahead` also one that is still to come."""
        said = self._data.get(name)
        if said is None:
            return None
        moment = self._moment(name, said)
        if moment.year < 1970 or (not ahead and moment > timezone.now()) or moment.year > 2500:
            raise self.wrong(name)
        return moment

    def _moment(self, name: str, said: Any) -> datetime:
        try:
            moment = parse_datetime(said) if isinstance(said, str) and len(said) < 40 else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self.wrong(name)
        return moment.astimezone(UTC)

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """One of the words that the house knows."""
        word = self._data.get(name, "")
        if not isinstance(word, str) or word not in allowed:
            raise self.wrong(name)
        return word

    def reference(self, name: str, known: Collection[Any]) -> int | None:
        """The number of something that the file has, or none."""
        number = self._data.get(name)
        if number is None:
            return None
        if not isinstance(number, int) or isinstance(number, bool) or number not in known:
            raise self.wrong(name)
        return number

    def words(self, name: str, most: int, longest: int) -> list[str]:
        """A list of lines."""
        words = self._data.get(name, [])
        if not isinstance(words, list) or len(words) > most:
            raise self.wrong(name)
        return [Row({name: word}, self.where).line(name, longest, empty=False) for word in words]

    def rows(self, name: str, most: int) -> list[Row]:
        """A list of rows within the row."""
        found = self._data.get(name, [])
        if not isinstance(found, list) or len(found) > most or not all(isinstance(one, dict) for one in found):
            raise self.wrong(name)
        return [Row(one, f"{self.where} {name}") for one in found]

    def inner(self, name: str) -> Row:
        """A row within the row."""
        found = self._data.get(name, {})
        if not isinstance(found, dict):
            raise self.wrong(name)
        return Row(found, f"{self.where} {name}")

    def raw(self, name: str) -> Any:
        """The value as it stands, for whoever looks at it closely."""
        return self._data.get(name)

    def names(self) -> list[str]:
        """The names that stand in it."""
        return list(self._data)
