"""Opening the file of a group that somebody brought: everything in it is looked at as if an enemy had made it.

Nothing is ever unpacked to a path that the file names. Sizes are limited before anything is read, every entry must stand in the
manifest with its hash and size, and what is no entry of the form refuses the whole file.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from dugnad.groups.carrying import form
from dugnad.groups.carrying.form import ArchiveRefused
from dugnad.groups.carrying.reading import Row

CHUNK = 256 * 1024
BROKEN = (BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, struct.error, RuntimeError)


class Opened:
    """The verified file. `said` is its manifest."""

    def __init__(self, archive: ZipFile, said: dict[str, Any]) -> None:
        self._archive = archive
        self.said = said

    def row(self, name: str) -> Row:
        """The one JSON value of an entry."""
        rows = list(self.rows(name))
        if len(rows) != 1:
            raise damaged()
        return rows[0]

    def rows(self, name: str) -> Iterator[Row]:
        """The lines of an entry, each an object; none when the entry is not there."""
        if name not in self.said["entries"]:
            return
        with self._archive.open(name) as lines:
            for number, line in enumerate(_lines(lines), start=1):
                yield Row(_object(line), f"{name}:{number}")

    def content(self, name: str, most: int) -> bytes:
        """The bytes of a file in it. What has more than `most` bytes refuses."""
        entry = self.said["entries"].get(name)
        if entry is None or entry["size"] > most:
            raise damaged()
        return self._archive.read(name)


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The file, verified from its first byte to its last. Raises `ArchiveRefused` with a sentence that names what is wrong."""
    with path.open("rb") as file:
        try:
            archive = ZipFile(file)
            entries = _entries(archive)
            said = _manifest(archive, entries)
            _verify(archive, entries, said)
        except BROKEN as trouble:
            raise damaged() from trouble
        yield Opened(archive, said)


def damaged() -> ArchiveRefused:
    return ArchiveRefused(
        _("The file is damaged or was cut off. Fetch it once more from the place where the group was.")
    )


def _entries(archive: ZipFile) -> dict[str, ZipInfo]:
    infos = archive.infolist()
    if not infos or len(infos) > form.MOST_ENTRIES:
        raise _no_group()
    if form.MANIFEST not in {info.filename for info in infos}:
        raise _no_group()
    if sum(info.file_size for info in infos) > form.MOST_UNPACKED:
        raise ArchiveRefused(_("The file unfolds to more than a group can hold. Nothing of it was taken in."))
    for info in infos:
        _check_entry(info)
    found = {info.filename: info for info in infos}
    if len(found) != len(infos):
        raise _foreign()
    return found


def _check_entry(info: ZipInfo) -> None:
    if not form.ENTRY.fullmatch(info.filename) or info.orig_filename != info.filename:
        raise _foreign()
    is_plain = info.compress_type in (ZIP_STORED, ZIP_DEFLATED) and not info.flag_bits & 0x1
    kind = info.external_attr >> 28
    if not is_plain or kind not in (0, 0o10):
        raise _foreign()


def _no_group() -> ArchiveRefused:
    return ArchiveRefused(_("This is not the file of a group. Choose the one that its stewards downloaded."))


def _foreign() -> ArchiveRefused:
    return ArchiveRefused(_("There is something in the file that does not belong there. Nothing of it was taken in."))


def _manifest(archive: ZipFile, entries: dict[str, ZipInfo]) -> dict[str, Any]:
    if entries[form.MANIFEST].file_size > form.MOST_MANIFEST:
        raise _foreign()
    said = _object(archive.read(form.MANIFEST))
    if said.get("format") != form.FORMAT:
        raise _no_group()
    version = said.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _no_group()
    if version > form.VERSION:
        raise ArchiveRefused(_("The file was made by a newer version of Dugnad. Renew this place first."))
    if not isinstance(said.get("entries"), dict) or not isinstance(said.get("counts"), dict):
        raise _no_group()
    return said


def _verify(archive: ZipFile, entries: dict[str, ZipInfo], said: dict[str, Any]) -> None:
    if set(said["entries"]) != set(entries) - {form.MANIFEST}:
        raise _foreign()
    for name, told in said["entries"].items():
        if not isinstance(told, dict) or told.get("size") != entries[name].file_size:
            raise damaged()
        if not name.endswith(".bin") and entries[name].file_size > form.MOST_LINES:
            raise _foreign()
        if _digest(archive, name, entries[name].file_size) != told.get("sha256"):
            raise damaged()


def _digest(archive: ZipFile, name: str, size: int) -> str:
    digest, read = hashlib.sha256(), 0
    with archive.open(name) as source:
        while chunk := source.read(CHUNK):
            read += len(chunk)
            if read > size:
                raise damaged()
            digest.update(chunk)
    return digest.hexdigest()


def _lines(source: Any) -> Iterator[bytes]:
    while line := source.readline(form.LONGEST_LINE + 1):
        if len(line) > form.LONGEST_LINE:
            raise damaged()
        yield line


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8"), parse_constant=_no_number, parse_int=_number)
    except (ValueError, RecursionError) as trouble:
        raise damaged() from trouble
    if not isinstance(found, dict):
        raise damaged()
    return found


def _no_number(_word: str) -> None:
    raise ValueError("not a number")


def _number(digits: str) -> int:
    if not re.fullmatch(r"-?\d{1,18}", digits):
        raise ValueError("too long a number")
    return int(digits)
