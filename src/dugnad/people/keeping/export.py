"""Everything about a person in one file: a zip with a JSON file for each part, the files they uploaded, and a README.

Each hall hands in its parts (`registry.exporters`). Rows that come from an iterator are written one by one, so that the
size of the file says nothing about the memory it takes.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.kernel import registry
from dugnad.kernel.clock import today
from dugnad.kernel.formats import day_month_year
from dugnad.kernel.place import the_place
from dugnad.people.models import Person

JSON = DjangoJSONEncoder(ensure_ascii=False, indent=1)


@dataclass(frozen=True, slots=True)
class Part:
    """What one hall keeps: the name of its JSON file, rows, files by their path in the zip, what it is in words."""

    name: str
    data: Any
    files: Iterable[tuple[str, str]]
    words: str


def write_export(person: Person, target: Path) -> None:
    """Write the file at `target`, for the house alone to read. It appears when it is whole."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = unfinished_of(target)
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with translation.override(person.language), os.fdopen(descriptor, "wb") as file, ZipFile(file, "w") as archive:
        lines = [_write_part(archive, part) for part in parts_of(person)]
        archive.writestr(_entry("README.txt"), _readme(person, lines))
    unfinished.replace(target)


def unfinished_of(target: Path) -> Path:
    """Where the file is while it is being written."""
    return target.with_suffix(".part")


def parts_of(person: Person) -> Iterator[Part]:
    """What each hall hands in, asked one after the other. The words may be missing."""
    for hand_in in registry.exporters:
        name, data, files, *words = hand_in(person)
        pairs = files.items() if isinstance(files, Mapping) else files
        yield Part(name, data, pairs, str(words[0]) if words else "")


def _write_part(archive: ZipFile, part: Part) -> str:
    """Writes the part and answers its line for the README."""
    name = _safe(f"{part.name}.json")
    with archive.open(_entry(name), "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8") as out:
        rows = _write_json(out, part.data)
    missing = _write_files(archive, part.files)
    line = name
    if rows is not None:
        line = ngettext("{name} ({n} entry)", "{name} ({n} entries)", rows).format(name=name, n=rows)
    lines = [line, *([f"  {part.words}"] if part.words else [])]
    if missing:
        gone = ngettext("{n} file was no longer there.", "{n} files were no longer there.", missing)
        lines.append("  " + gone.format(n=missing))
    return "\n".join(lines)


def _write_json(out: Any, data: Any) -> int | None:
    """JSON of `data`; how many rows, when it is a list or an iterator."""
    if isinstance(data, Mapping | str | int | float | None):
        out.writelines(JSON.iterencode(data))
        return None
    rows = 0
    out.write("[")
    for row in data:
        out.write(",\n" if rows else "\n")
        out.write(JSON.encode(row))
        rows += 1
    out.write("\n]\n")
    return rows


def _write_files(archive: ZipFile, files: Iterable[tuple[str, str]]) -> int:
    """Copies the files into the zip; answers how many were not there."""
    missing = 0
    for name, path in files:
        entry = _entry(_safe(name), ZIP_STORED)
        try:
            with Path(path).open("rb") as source, archive.open(entry, "w", force_zip64=True) as out:
                while chunk := source.read(256 * 1024):
                    out.write(chunk)
        except FileNotFoundError:
            missing += 1
    return missing


def _entry(name: str, how: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name, timezone.localtime().timetuple()[:6])
    entry.compress_type = how
    entry.external_attr = 0o600 << 16
    return entry


def _safe(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise ValueError(f"{name!r} would climb out of the folder that somebody unpacks the file in")
    return name


def _readme(person: Person, lines: list[str]) -> str:
    head = [
        _("Everything that {place} keeps about {name}").format(place=the_place().name, name=person.name),
        _("Made on {date}.").format(date=day_month_year(today(), person.language)),
        _("Each .json file is plain text that any text editor opens. Other programs can read it too."),
    ]
    return "\n\n".join([*head, *lines]) + "\n"
