"""Processes that start at the same moment get the place ready one after the other; the second finds everything done."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

_SCHEMA = 0x0D06_7AD0


@contextmanager
def one_in_folder(folder: Path) -> Iterator[None]:
    """Nobody else who shares the folder is inside such a block meanwhile. The system ends the turn of a process that dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "starting.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def one_in_database() -> Iterator[None]:
    """Nobody else who shares the PostgreSQL is inside such a block meanwhile. SQLite has one machine, and needs no such turn."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_SCHEMA])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_SCHEMA])
