"""Looks through the whole of a file before anything is done with it. What is no backup, or not one for this place and version,
is refused with a sentence; nothing is written anywhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.migrations.loader import MigrationLoader

from dugnad import __version__
from dugnad.site.backup.form import (
    CLOSING,
    DIGEST_LENGTH,
    FILES,
    FORMAT,
    KIND,
    LONGEST_DESCRIPTION,
    LONGEST_LINE,
    MANIFEST,
    TABLE,
    TOKEN,
    Closing,
    Manifest,
    Part,
    Table,
    file_part,
)

CHUNK = 1024 * 1024
SMALL = 10 * 1024 * 1024
MOST_TIMES = 500
KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Unusable(Exception):  # noqa: N818 - an answer to whoever wanted to use the file
    """Why a file cannot be restored: a sentence that begins with what is wrong."""


DAMAGED = "It is damaged: {what}. Use another copy, or an older backup."


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that was looked through and is whole."""

    path: Path
    manifest: Manifest
    closing: Closing

    @property
    def bytes(self) -> int:
        """What it holds when it is unpacked."""
        return sum(part.bytes for part in self.closing.parts) + self.closing.file_bytes

    @property
    def made(self) -> str:
        """When it was made, for a sentence."""
        return self.manifest.made_at[:16].replace("T", " ") + " UTC"

    def lines(self, part: str) -> Iterator[Any]:
        """The lines of a part, read one by one."""
        with zipfile.ZipFile(self.path) as archive, archive.open(part) as file:
            while line := file.readline(LONGEST_LINE):
                yield json.loads(line)

    def files(self) -> Iterator[tuple[str, int, str]]:
        """Name, bytes and SHA-256 of each uploaded file."""
        yield from self.lines(FILES)


def check(path: Path, *, room: int) -> Backup:
    """Answers the backup in this file when every byte of it is what was written, or raises `Unusable`. `room` is how many
    bytes there are for what it unpacks to.
    """
    try:
        _check_seal(path)
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            _check_names(infos)
            _check_sizes(infos, path.stat().st_size, room)
            manifest = _manifest(_description(archive, MANIFEST))
            closing = _closing(_description(archive, CLOSING))
            _check_order(infos, manifest, closing)
            for part in closing.parts:
                _check_part(archive, part)
        backup = Backup(path, manifest, closing)
        _check_files(backup)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as trouble:
        raise Unusable(DAMAGED.format(what="the archive cannot be read")) from trouble
    except OSError as trouble:
        raise Unusable(f"It cannot be read: {trouble.strerror or type(trouble).__name__}.") from trouble
    _check_version(manifest)
    return backup


def _check_seal(path: Path) -> None:
    if not path.exists():
        raise Unusable("There is no such file.")
    if not path.is_file():
        raise Unusable("That is not a file.")
    size = path.stat().st_size
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if size and file.read(4) != b"PK\x03\x04"[:size]:
            raise Unusable("It is not a backup that Dugnad made.")
        if size <= DIGEST_LENGTH:
            raise Unusable("It is cut off: its end is missing. Use another copy, or an older backup.")
        file.seek(-DIGEST_LENGTH, os.SEEK_END)
        said = file.read(DIGEST_LENGTH)
        file.seek(0)
        left = size - DIGEST_LENGTH
        while left:
            chunk = file.read(min(CHUNK, left))
            if not chunk:
                break
            digest.update(chunk)
            left -= len(chunk)
    if any(byte not in b"0123456789abcdef" for byte in said):
        raise Unusable("It is cut off, or not a backup that Dugnad made: its end is missing.")
    if digest.hexdigest().encode() != said:
        raise Unusable(DAMAGED.format(what="its bytes are not those that were written"))


def _check_names(infos: list[zipfile.ZipInfo]) -> None:
    seen = set()
    for info in infos:
        name = info.orig_filename
        if name in seen:
            raise Unusable(f"It holds “{_short(name)}” twice, which no backup does.")
        seen.add(name)
        if not _is_ours(name):
            raise Unusable(f"It holds a part called “{_short(name)}”, which no backup has.")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise Unusable(f"“{_short(name)}” in it is no plain file, which no backup has.")
        if info.flag_bits & 0x1 or info.compress_type not in KINDS:
            raise Unusable(f"“{_short(name)}” in it is packed in a way that no backup is.")


def _is_ours(name: str) -> bool:
    folder, _slash, rest = name.rpartition("/")
    if not folder:
        return name in (MANIFEST, FILES, CLOSING)
    if folder == "tables":
        return rest.endswith(".jsonl") and bool(TABLE.fullmatch(rest.removesuffix(".jsonl")))
    return folder == "files" and bool(TOKEN.fullmatch(rest))


def _check_sizes(infos: list[zipfile.ZipInfo], size: int, room: int) -> None:
    if sum(info.compress_size for info in infos) > size:
        raise Unusable("Its parts lie over each other, which no backup's do.")
    for info in infos:
        if info.file_size > SMALL and info.file_size > MOST_TIMES * max(1, info.compress_size):
            raise Unusable(
                f"“{_short(info.filename)}” unpacks to more than {MOST_TIMES} times its size: that is no backup."
            )
        if info.filename in (MANIFEST, CLOSING) and info.file_size > LONGEST_DESCRIPTION:
            raise Unusable(f"“{info.filename}” in it is far too long.")
    wanted = sum(info.file_size for info in infos)
    if wanted > room:
        raise Unusable(
            f"It unpacks to {_megabytes(wanted)} MB, and there is room for {_megabytes(room)}. Make room on the disk first."
        )


def _description(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    try:
        with archive.open(name) as file:
            found = json.loads(file.read(LONGEST_DESCRIPTION + 1))
    except KeyError:
        raise Unusable(f"It is not a backup that Dugnad made: it has no “{name}”.") from None
    except (ValueError, RecursionError) as trouble:
        raise Unusable(DAMAGED.format(what=f"“{name}” cannot be read")) from trouble
    if not isinstance(found, dict):
        raise Unusable(DAMAGED.format(what=f"“{name}” is something else"))
    return found


def _manifest(said: dict[str, Any]) -> Manifest:
    if said.get("kind") != KIND:
        raise Unusable("It is not a backup that Dugnad made.")
    if isinstance(said.get("format"), int) and said["format"] > FORMAT:
        raise Unusable(
            f"It was made by a newer version (Dugnad {_short(str(said.get('dugnad')))}); this is {__version__}. "
            "Install that version or a later one here first."
        )
    try:
        tables = [Table(_text(one["name"]), [_text(column) for column in one["columns"]]) for one in said["tables"]]
        migrations = {_text(app): [_text(name) for name in names] for app, names in said["migrations"].items()}
        numbers = {_text(name): int(number) for name, number in said["numbers"].items()}
        names = ("dugnad", "made_at", "engine", "place_id", "place_name")
        version, made_at, engine, place_id, place_name = (_text(said[name]) for name in names)
    except (KeyError, TypeError, ValueError, AttributeError) as trouble:
        raise Unusable(DAMAGED.format(what=f"“{MANIFEST}” lacks something")) from trouble
    return Manifest(version, made_at, engine, place_id, place_name, migrations, tables, numbers)


def _closing(said: dict[str, Any]) -> Closing:
    try:
        parts = [
            Part(_text(one["name"]), int(one["bytes"]), int(one["lines"]), _text(one["sha256"]))
            for one in said["parts"]
        ]
        lacking = [_text(token) for token in said["without_bytes"]]
        return Closing(parts, int(said["files"]), int(said["file_bytes"]), lacking)
    except (KeyError, TypeError, ValueError) as trouble:
        raise Unusable(DAMAGED.format(what=f"“{CLOSING}” lacks something")) from trouble


def _check_order(infos: list[zipfile.ZipInfo], manifest: Manifest, closing: Closing) -> None:
    names = [info.filename for info in infos]
    expected = [MANIFEST, *(table.part for table in manifest.tables)]
    files = names[len(expected) : -2]
    if [*expected, *files, FILES, CLOSING] != names or not all(name.startswith("files/") for name in files):
        raise Unusable(DAMAGED.format(what="its parts are not those that it names"))
    if [part.name for part in closing.parts] != [*expected, FILES] or len(files) != closing.files:
        raise Unusable(DAMAGED.format(what="its last part names others than there are"))


def _check_part(archive: zipfile.ZipFile, part: Part) -> None:
    digest, size, lines = hashlib.sha256(), 0, 0
    with archive.open(part.name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size, lines = size + len(chunk), lines + chunk.count(b"\n")
    counted = lines if part.name != MANIFEST else part.lines
    if (size, counted, digest.hexdigest()) != (part.bytes, part.lines, part.sha256):
        raise Unusable(DAMAGED.format(what=f"“{part.name}” is not what was written"))


def _check_files(backup: Backup) -> None:
    with zipfile.ZipFile(backup.path) as archive:
        there = {info.filename for info in archive.infolist() if info.filename.startswith("files/")}
        total = 0
        try:
            for token, size, digest in backup.files():
                name = file_part(_text(token))
                there.discard(name)
                total += int(size)
                if _digest_of(archive, name) != (size, digest):
                    raise Unusable(DAMAGED.format(what=f"“{name}” is not what was written"))
        except (KeyError, TypeError, ValueError, RecursionError) as trouble:
            raise Unusable(DAMAGED.format(what=f"“{FILES}” names what is not there")) from trouble
    if there or total != backup.closing.file_bytes:
        raise Unusable(DAMAGED.format(what=f"“{FILES}” leaves files out"))


def _digest_of(archive: zipfile.ZipFile, name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def _check_version(manifest: Manifest) -> None:
    known = MigrationLoader(None).disk_migrations
    for app, names in manifest.migrations.items():
        for name in names:
            if (app, name) not in known:
                raise Unusable(
                    f"It was made by a newer version (Dugnad {_short(manifest.dugnad)}, {_short(app)} {_short(name)}); "
                    f"this is {__version__}. Install that version or a later one here first."
                )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _short(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _megabytes(size: int) -> str:
    return f"{max(1, size // 1_000_000):,}"
