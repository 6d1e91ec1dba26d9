"""The files of a folder: which there are, and the text of one, read with suspicion."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dugnad.forum.importers import Unreadable

SUFFIXES: Final = frozenset({".md", ".markdown", ".mkd", ".mdown"})
MAX_BYTES: Final = 1_000_000
_NOT_TEXTS = frozenset({"node_modules"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file (or what passes for one) below a folder. `name` is its path from there, with "/", in one form of Unicode."""

    root: Path
    path: Path

    @property
    def name(self) -> str:
        return unicodedata.normalize("NFC", self.path.relative_to(self.root).as_posix())

    @property
    def shown(self) -> str:
        """The name as it can be printed on a terminal: nothing in it moves the cursor or breaks the line."""
        return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in self.name)


def markdown_files(root: Path) -> list[SourceFile]:
    """Every Markdown file below `root`, by name; hidden ones and those of hidden folders are left out.

    Folders that cannot be opened, and links to folders, are in the list as well: reading them says what is wrong, so
    that nothing is left out in silence. No link to a folder is followed.
    """
    found: list[SourceFile] = []

    def closed(error: OSError) -> None:
        found.append(SourceFile(root, Path(error.filename)))

    for folder, folders, names in os.walk(root, onerror=closed):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_TEXTS)
        found += [SourceFile(root, here / name) for name in folders if (here / name).is_symlink()]
        found += [
            SourceFile(root, here / name)
            for name in names
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")
        ]
    return sorted(found, key=lambda file: file.name)


def read(file: SourceFile) -> str:
    r"""The text of the file, with ``\n`` as its only line end and without a byte order mark.

    Raises `Unreadable` for a link that leads out of the folder, anything that is not a regular file, more than a
    megabyte, and what is not UTF-8.
    """
    if not file.name.isascii() and not _is_text(file.name):
        raise Unreadable("the name of the file is not UTF-8")
    content = _bytes(real_path(file.root, file.path))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        raise Unreadable(f"it is not UTF-8: line {line} has the byte 0x{content[wrong.start]:02x}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def real_path(root: Path, path: Path) -> Path:
    """Where `path` really is; `Unreadable` when that is not below `root`, or nothing that can be read as a file."""
    try:
        real = path.resolve(strict=True)
        inside = real.is_relative_to(root.resolve(strict=True))
    except (OSError, RuntimeError, ValueError):
        raise Unreadable("it cannot be found: a link that leads nowhere") from None
    if not inside:
        raise Unreadable("it is a link that leads out of the folder")
    if real.is_dir() and path.is_symlink():
        raise Unreadable("it is a link to a folder; such links are not followed")
    if real.is_dir():
        raise Unreadable("the folder cannot be opened")
    if not real.is_file():
        raise Unreadable("it is not a regular file")
    return real


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as trouble:
        raise Unreadable(f"it cannot be opened: {trouble.strerror}") from None
    if len(content) > MAX_BYTES:
        raise Unreadable("it is larger than a megabyte; a post can have at most 50,000 characters")
    return content
