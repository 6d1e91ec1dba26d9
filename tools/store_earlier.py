"""Keep a place that this version made, for the versions that come after it to prove that they lose nothing.

    .venv/bin/python tools/store_earlier.py DATA_FOLDER NAME

writes tests/earlier/NAME.tar.xz: the SQLite database of a stopped place, made compact, and its uploaded files.
"""

from __future__ import annotations

import io
import sqlite3
import sys
import tarfile
import tempfile
from pathlib import Path

STORE = Path(__file__).resolve().parent.parent / "tests/earlier"
LARGEST = 300_000


def main(words: list[str]) -> int:
    if len(words) != 2 or not (Path(words[0]) / "dugnad.sqlite3").exists():
        sys.stderr.write(f"{__doc__}\n")
        return 2
    data, kept = Path(words[0]), STORE / f"{words[1]}.tar.xz"
    with tempfile.TemporaryDirectory() as folder, tarfile.open(kept, "w:xz", preset=9) as archive:
        compact = Path(folder) / "dugnad.sqlite3"
        with sqlite3.connect(data / "dugnad.sqlite3") as database:
            database.execute("VACUUM INTO ?", [str(compact)])
        _add(archive, "dugnad.sqlite3", compact)
        for path in sorted((data / "files").glob("??/*")):
            _add(archive, str(path.relative_to(data)), path)
    size = kept.stat().st_size
    sys.stdout.write(f"{kept}: {size:,} bytes\n")
    if size > LARGEST:
        sys.stderr.write(f"That is more than {LARGEST:,}: take fewer rows of what is there in hundreds.\n")
    return 0 if size <= LARGEST else 1


def _add(archive: tarfile.TarFile, name: str, path: Path) -> None:
    content = path.read_bytes()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
