"""Makes a backup: everything of one moment, in one file, in constant memory, while others write."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from dugnad import __version__
from dugnad.site.backup.form import (
    CLOSING,
    DIGEST_LENGTH,
    FILES,
    MANIFEST,
    Closing,
    Manifest,
    Part,
    Table,
    file_part,
    line_of,
)
from dugnad.site.backup.held import Held, files_held
from dugnad.site.backup.place import place_id, place_name
from dugnad.site.backup.standing import applied, numbers, one_moment, tables_at

Say = Callable[[str], None]

PART_SUFFIX = ".part"
AT_ONCE = 1000
CHUNK = 1024 * 1024
MOST_TRIES = 3
SAY_SECONDS = 10.0


def write_backup(path: Path, *, say: Say = lambda _line: None) -> Closing:
    """Write the whole place as it is at one moment to `path`, readable by its owner only; answers what is in it.

    Nobody who writes in the place waits. The file is made beside under another name and is on the disk when it takes this one;
    when anything breaks, none is left. Raises OSError.
    """
    identity = place_id()
    made = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART_SUFFIX}")
    try:
        with os.fdopen(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "wb") as file:
            stream = _Sealed(file)
            with files_held() as held, _moment_with_files(held) as missing:
                closing = _write(stream, identity, held, missing, say)
            stream.seal()
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
        _sync_folder(path.parent)
    finally:
        made.unlink(missing_ok=True)
    return closing


@contextlib.contextmanager
def _moment_with_files(held: Held) -> Iterator[set[str]]:
    """A moment at which every row of a file has its bytes held. What has none after three moments never had; it is answered."""
    for turn in range(MOST_TRIES):
        held.look()
        with one_moment():
            held.look()
            missing = {token for (token,) in _stored() if token not in held}
            if not missing or turn == MOST_TRIES - 1:
                yield missing
                return


def _stored() -> Iterator[tuple[str]]:
    """The names of the files that rows know, at this moment."""
    model = next(model for model in tables_at(applied()) if model._meta.db_table == "kernel_storedfile")
    return _rows(model, ["token"])


def _write(stream: _Sealed, identity: str, held: Held, missing: set[str], say: Say) -> Closing:
    migrations = applied()
    models = tables_at(migrations)
    tables = [Table(model._meta.db_table, [column.column for column in _columns(model)]) for model in models]
    manifest = Manifest(
        dugnad=__version__,
        made_at=timezone.now().isoformat(),
        engine=connection.vendor,
        place_id=identity,
        place_name=place_name(),
        migrations=migrations,
        tables=tables,
        numbers=numbers(models),
    )
    with zipfile.ZipFile(cast(IO[bytes], stream), "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        parts = [_add(archive, MANIFEST, [manifest.to_json()])]
        for model, table in zip(models, tables, strict=True):
            lines = _lines(model, _Progress(table.name, say))
            parts.append(_add(archive, table.part, lines))
        stored: list[tuple[str, int, str]] = []
        for (token,) in _stored():
            if token not in missing:
                part = _add(archive, file_part(token), _chunks(held.path(token)), zipfile.ZIP_STORED)
                stored.append((token, part.bytes, part.sha256))
        parts.append(_add(archive, FILES, map(line_of, stored)))
        closing = Closing(parts, len(stored), sum(size for _token, size, _digest in stored), sorted(missing))
        _add(archive, CLOSING, [closing.to_json()])
        archive.comment = b"0" * DIGEST_LENGTH
    return closing


def _columns(model: type[Model]) -> list[Any]:
    return [column for column in model._meta.local_concrete_fields if not getattr(column, "generated", False)]


def _rows(model: type[Model], names: list[str]) -> Iterator[Any]:
    rows: QuerySet[Any] = _of_the_place(model).order_by("pk").values_list(*names)
    return rows.iterator(chunk_size=AT_ONCE)


def _of_the_place(model: type[Model]) -> QuerySet[Any]:
    """Without what belongs to the processes that serve it just now."""
    rows: QuerySet[Any] = model._base_manager.all()
    if model._meta.db_table == "kernel_stamp":
        rows = rows.exclude(name__startswith="lease:").exclude(name__startswith="worker:")
    return rows


def _lines(model: type[Model], progress: _Progress) -> Iterator[bytes]:
    for row in _rows(model, [column.attname for column in _columns(model)]):
        progress.one_more()
        yield line_of(row)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _add(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes], kind: int = zipfile.ZIP_DEFLATED) -> Part:
    info = zipfile.ZipInfo(name)
    info.compress_type = kind
    info.external_attr = 0o600 << 16
    size = lines = 0
    digest = hashlib.sha256()
    with archive.open(info, "w", force_zip64=True) as part:
        for chunk in chunks:
            part.write(chunk)
            digest.update(chunk)
            size, lines = size + len(chunk), lines + 1
    return Part(name, size, lines, digest.hexdigest())


class _Sealed:
    """A file that is only written forwards; `seal()` puts the digest of everything but its last bytes into these."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._last = b""

    def write(self, data: bytes) -> int:
        self._file.write(data)
        seen = self._last + bytes(data)
        self._digest.update(seen[:-DIGEST_LENGTH])
        self._last = seen[-DIGEST_LENGTH:]
        return len(data)

    def close(self) -> None:
        """Left to whoever opened the file."""

    def flush(self) -> None:
        self._file.flush()

    def seal(self) -> None:
        self._file.seek(-DIGEST_LENGTH, os.SEEK_END)
        self._file.write(self._digest.hexdigest().encode())


class _Progress:
    """Says every ten seconds how far a large table is."""

    def __init__(self, name: str, say: Say) -> None:
        self._name, self._say = name, say
        self._count = 0
        self._next = time.monotonic() + SAY_SECONDS

    def one_more(self) -> None:
        self._count += 1
        if self._count % AT_ONCE == 0 and time.monotonic() >= self._next:
            self._next = time.monotonic() + SAY_SECONDS
            self._say(f"{self._name}: {self._count:,} rows so far")


def room_for_backup(folder: Path) -> bool:
    """Whether the disk has twice the room of the largest backup that is there, or of the files; before the first one, of the
    files and the database.
    """
    base = Path(settings.FILES_DIR)
    files = sum(path.stat().st_size for path in base.glob("??/*")) if base.exists() else 0
    largest = max((path.stat().st_size for path in folder.glob("*.dugnad")), default=files + database_bytes())
    return shutil.disk_usage(folder).free > 2 * max(files, largest)


def database_bytes() -> int:
    """How large the database is on its disk."""
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        return sum(path.stat().st_size for path in name.parent.glob(f"{name.name}*")) if name.exists() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
