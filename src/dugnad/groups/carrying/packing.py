"""Writing the file of a group, entry by entry, with the hash of each."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from dugnad.groups.carrying.form import MANIFEST, encoded

# Every entry has the same date, so that the same group makes the same entries.
WHEN = (2020, 1, 1, 0, 0, 0)
CHUNK = 256 * 1024


class Packing:
    """An open file to which parts are added. `facts` is said in the manifest."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.entries: dict[str, dict[str, Any]] = {}
        self.counts: dict[str, int] = {}

    def add(self, name: str, row: Any) -> None:
        """One JSON value as an entry."""
        self._write(name, [f"{encoded(row)}\n".encode()], ZIP_DEFLATED)

    def add_rows(self, name: str, rows: Iterable[Any], what: str = "") -> int:
        """An entry with a line for each row; answers how many there were, and counts them as `what`."""
        count = 0

        def lines() -> Iterator[bytes]:
            nonlocal count
            for row in rows:
                count += 1
                yield f"{encoded(row)}\n".encode()

        self._write(name, lines(), ZIP_DEFLATED)
        if what:
            self.counts[what] = count
        return count

    def add_file(self, name: str, path: Path) -> None:
        """The bytes of a file. Raises `FileNotFoundError` before anything is written."""
        with path.open("rb") as source:
            self._write(name, iter(lambda: source.read(CHUNK), b""), ZIP_STORED)

    def _write(self, name: str, chunks: Iterable[bytes], how: int) -> None:
        digest, size = hashlib.sha256(), 0
        with self._archive.open(_entry(name, how), "w", force_zip64=True) as out:
            for chunk in chunks:
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.entries[name] = {"sha256": digest.hexdigest(), "size": size}

    def close(self, said: dict[str, Any]) -> None:
        """Write the manifest: what the file says about itself, and every entry with its hash."""
        manifest = {**said, "counts": self.counts, "entries": self.entries}
        self._archive.writestr(_entry(MANIFEST, ZIP_DEFLATED), f"{encoded(manifest)}\n")


def _entry(name: str, how: int) -> ZipInfo:
    entry = ZipInfo(name, WHEN)
    entry.compress_type = how
    entry.external_attr = 0o600 << 16
    return entry


@contextmanager
def packing(target: Path) -> Iterator[Packing]:
    """Write the file at `target`, for the house alone to read. It appears when it is whole, or not at all."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file, ZipFile(file, "w") as archive:
            yield Packing(archive)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
