"""The lines of YAML that stand before a text between two lines of dashes: its title, its date and the rest."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from dugnad.forum.importers import Unreadable
from dugnad.kernel.text import clean_line, clean_text

LONGEST_TITLE: Final = 140
LONGEST_ADDRESS: Final = 2_000
MOST_LINKS: Final = 50
MAX_CHARACTERS: Final = 100_000

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:(?:[Tt]|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
_DATE_IN_NAME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?=[-_.])")
_LINKABLE = re.compile(r"(?:https?://[^/?#\s]|mailto:)\S+", re.IGNORECASE)
_THEME_FILE = re.compile(r"(?:\A|.*/)([^/]+?)(?:\.(?:md|markdown))?\Z")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands before a text. Values are strings, lists and dictionaries as they were written; nothing is guessed."""

    values: dict[str, Any] = field(default_factory=dict)

    def line(self, *names: str) -> str:
        """The first of these that says something, as one clean line without entities such as ``&shy;``."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, str) and (line := clean_line(_decoded(value))):
                return line
        return ""

    def paragraphs(self, *names: str) -> list[str]:
        """The first of these that says something, as paragraphs of one line each."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, str):
                parts = [clean_line(part) for part in re.split(r"\n\s*\n", clean_text(_decoded(value)))]
                if any(parts):
                    return [part for part in parts if part]
        return []

    def lines(self, name: str) -> list[str]:
        """A list of lines, also where one line stands instead of a list."""
        value = self.values.get(name)
        items = value if isinstance(value, list) else [value]
        return [line for item in items if isinstance(item, str) and (line := clean_line(_decoded(item)))]

    @property
    def title(self) -> str:
        """The title. `Unreadable` when there is none, or one that is too long for a thread."""
        title = self.line("title")
        if not title:
            raise Unreadable("it has no title")
        if len(title) > LONGEST_TITLE:
            raise Unreadable(f"its title has {len(title)} characters and can have at most {LONGEST_TITLE}")
        return title

    @property
    def themes(self) -> list[str]:
        """Its categories and tags; of one that is the name of a file, the name without folder and ending."""
        named = [*self.lines("categories"), *self.lines("category"), *self.lines("tags")]
        return list(dict.fromkeys(_THEME_FILE.sub(r"\1", name) for name in named))

    @property
    def links(self) -> list[dict[str, str]]:
        """Its links: title and address of each whose address leads to the web or is one for mail."""
        rows = self.values.get("links")
        found = [_link(row) for row in rows[:MOST_LINKS]] if isinstance(rows, list) else []
        return [link for link in found if link]

    @property
    def was_published(self) -> bool:
        """False where the text was kept back on its website."""
        return self.line("published").lower() != "false" and self.line("draft").lower() != "true"


def split(text: str) -> tuple[FrontMatter, str]:
    """The front matter and the body of a file. `Unreadable` when there is no front matter, or it is not YAML."""
    first, _newline, rest = text.partition("\n")
    if first.rstrip() == "+++":
        raise Unreadable("its front matter is TOML; only YAML between two lines of --- is read")
    if first.rstrip() != "---":
        raise Unreadable("it has no front matter: the first line is not ---")
    lines = rest.split("\n")
    end = next((at for at, line in enumerate(lines) if line.rstrip() in ("---", "...")), None)
    if end is None:
        raise Unreadable("its front matter has no end: a second line of --- is missing")
    return _parsed("\n".join(lines[:end])), "\n".join(lines[end + 1 :])


def _parsed(source: str) -> FrontMatter:
    if len(source) > MAX_CHARACTERS:
        raise Unreadable("its front matter is too long")
    try:
        # Only strings, lists and dictionaries: “no” stays a language, and no tag makes an object.
        values = yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        where = f" in line {mark.line + 2}" if mark else ""
        raise Unreadable(f"its front matter is not YAML: {wrong.problem or wrong.context}{where}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise Unreadable("its front matter is not YAML") from None
    if values in (None, ""):
        values = {}
    if not isinstance(values, dict):
        raise Unreadable("its front matter is not a list of names and values")
    return FrontMatter({str(name).strip().lower(): value for name, value in values.items()})


def date_of(front: FrontMatter, file_name: str, zone: ZoneInfo) -> datetime | None:
    """When the text was published: what its front matter says, else the date that its file name begins with, else None.

    A time without a zone is one of the place's clock. A day without a time is its noon, so that it is the same day
    wherever it is read.
    """
    written = front.line("date")
    in_name = _DATE_IN_NAME.match(file_name)
    if not written and in_name is None:
        return None
    return _moment(written or (in_name[1] if in_name else ""), zone)


def _moment(written: str, zone: ZoneInfo) -> datetime:
    found = _DATE.fullmatch(written.strip())
    if found is None:
        raise Unreadable(f"its date cannot be read: {written[:40]}")
    try:
        day = datetime(int(found["year"]), int(found["month"]), int(found["day"]), tzinfo=zone)
        if found["hour"] is None:
            return day.replace(hour=12)
        at = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
        moment = datetime.combine(day, at, tzinfo=_zone(found["zone"], zone))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(f"its date does not exist: {written[:40]}") from None


def _zone(written: str | None, zone: ZoneInfo) -> ZoneInfo | timezone:
    if not written:
        return zone
    if written[0] not in "+-":
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if written[0] == "-" else ahead)


def _link(row: Any) -> dict[str, str] | None:
    if not isinstance(row, dict):
        return None
    url, title = row.get("url"), row.get("title")
    url = clean_line(url) if isinstance(url, str) else ""
    if len(url) > LONGEST_ADDRESS or not _LINKABLE.fullmatch(url):
        return None
    name = clean_line(_decoded(title))[:200] if isinstance(title, str) else ""
    return {"title": name or url, "url": url}


def _decoded(text: str) -> str:
    """Entities as what they stand for. Only whole ones, with their semicolon: "R&D" stays."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)
