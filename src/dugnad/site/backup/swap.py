"""The moment in which the place that was built beside takes the place's stead. Each database does it as one transaction of its
own: whoever dies in the middle of it leaves the place as it was.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction

from dugnad.site.backup.build import new_file, new_schema, our_schema
from dugnad.site.backup.standing import is_sqlite
from dugnad.site.backup.turn import Busy

Say = Callable[[str], None]

PAGES_AT_ONCE = 25_000


def put_in_place(*, say: Say) -> None:
    """The place is what was built, from now on and after a power cut too. Raises `Busy` when somebody uses the database."""
    say("Putting it in place.")
    if is_sqlite():
        path = Path(connection.settings_dict["NAME"])
        connections.close_all()
        _copy_over(path, say)
    else:
        _change_tables()
        connections.close_all()


def _copy_over(path: Path, say: Say) -> None:
    """Write all pages of the new database over those of the old one, as one transaction of the old one: nobody who has it
    open keeps a file that is no longer the place's.
    """
    source = sqlite3.connect(new_file())
    target = sqlite3.connect(path, timeout=30)
    try:
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=FULL")
        said = [0]

        def progress(_status: int, remaining: int, total: int) -> None:
            percent = 100 - 100 * remaining // max(1, total)
            if percent >= said[0] + 20:
                said[0] = percent
                say(f"{percent} % is in place.")

        source.backup(target, pages=PAGES_AT_ONCE, progress=progress)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as trouble:
        if "full" in str(trouble):
            raise OSError(28, os.strerror(28)) from trouble
        raise Busy(f"The database could not be replaced ({trouble}). Stop what uses it and restore again.") from trouble
    finally:
        source.close()
        target.close()
    path.chmod(0o600)


def _change_tables() -> None:
    ours = our_schema()
    beside = new_schema(ours)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '30s'")
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [beside])
            new = {name for (name,) in cursor.fetchall()}
            known = new | {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [ours])
            old = sorted(known.intersection(name for (name,) in cursor.fetchall()))
            if old:
                cursor.execute("DROP TABLE " + ", ".join(f'"{ours}"."{name}"' for name in old))
            for name in sorted(new):
                cursor.execute(f'ALTER TABLE "{beside}"."{name}" SET SCHEMA "{ours}"')
            cursor.execute(f'DROP SCHEMA "{beside}" CASCADE')
    except DatabaseError as trouble:
        kind = type(trouble.__cause__ or trouble).__name__
        raise Busy(
            f"The tables could not be replaced ({kind}). Stop what uses the database and restore again."
        ) from trouble


def drop_new_schema() -> None:
    """Remove the tables of a restore that was broken off, on PostgreSQL."""
    if not is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA IF EXISTS "{new_schema(our_schema())}" CASCADE')
