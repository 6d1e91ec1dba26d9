"""Makes a place of a backup, beside the one that is there: first in the form in which the backup was made, then brought to the
form of this version.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph
from django.db.models import JSONField, Model
from django.utils import timezone

from dugnad.kernel import search
from dugnad.kernel.outbox import Mail
from dugnad.kernel.stamps import Stamp
from dugnad.site.backup import turn
from dugnad.site.backup.check import Backup, Unusable
from dugnad.site.backup.form import Table, value_of
from dugnad.site.backup.place import RESTORED
from dugnad.site.backup.standing import count_on_from, is_sqlite, options, standing_in, tables_at

Say = Callable[[str], None]

AT_ONCE = 1000
STILL_SENT = timedelta(days=1)


def new_file() -> Path:
    """Where the database that is being built lies, on SQLite."""
    return turn.folder() / "new.sqlite3"


def new_schema(ours: str) -> str:
    """The schema in which the tables are built, on PostgreSQL."""
    return f"{ours}_restore"[:60]


def our_schema() -> str:
    """The schema that holds the place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


@contextlib.contextmanager
def beside() -> Iterator[None]:
    """While this holds, `default` is an empty database beside the place's own."""
    if is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_size")
            page = int(cursor.fetchone()[0])
        # Nothing of it is needed after a crash, so nothing waits for the disk before the end.
        quick = (
            f"PRAGMA page_size={page}; PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=OFF; PRAGMA cache_size=-64000;"
        )
        with standing_in(NAME=str(new_file()), OPTIONS=options(init_command=quick), CONN_MAX_AGE=None):
            yield
        return
    ours = our_schema()
    beside = new_schema(ours)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{beside}" CASCADE')
        cursor.execute(f'CREATE SCHEMA "{beside}"')
    # What is built reaches the disk with the one change of tables at the end, which waits for it.
    path = f"{options().get('options', '')} -c search_path={beside} -c synchronous_commit=off".strip()
    with standing_in(OPTIONS=options(options=path), CONN_MAX_AGE=None):
        yield


def build(backup: Backup, restore_id: str, *, say: Say) -> None:
    """Fill the database that is `default` now. Raises `Unusable` when what the backup says cannot be."""
    say("Making the tables as they were.")
    models = _tables_of(backup)
    with _unchecked():
        for model, table in models:
            _load(backup, model, table, say)
    _check_pointers()
    count_on_from([model for model, _table in models], backup.manifest.numbers)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing it to the form of this version.")
        call_command("migrate", interactive=False, verbosity=0)
    say("Making the search index.")
    for done in search.store_all_terms():
        if done % 50_000 == 0:
            say(f"Search index: {done:,} so far")
    _settle(restore_id)


def _tables_of(backup: Backup) -> list[tuple[type[Model], Table]]:
    """The empty tables, in the form in which the backup was made, each with what the backup says about it."""
    manifest = backup.manifest
    executor = MigrationExecutor(connection)
    executor.migrate(_last_of(manifest.migrations, executor.loader.graph))
    models = {model._meta.db_table: model for model in tables_at(manifest.migrations)}
    if set(models) != {table.name for table in manifest.tables}:
        raise Unusable("It is damaged: its tables are not those of the version that it names.")
    found = [(models[table.name], table) for table in manifest.tables]
    for model, table in found:
        if sorted(table.columns) != sorted(column.column for column in _columns(model)):
            raise Unusable(f"It is damaged: the columns of “{table.name}” are not those of the version that it names.")
    with connection.cursor() as cursor:
        for model, _table in reversed(found):
            cursor.execute(f"DELETE FROM {_quoted(model._meta.db_table)}")  # noqa: S608 - what migrations put there
    return found


def _last_of(migrations: dict[str, list[str]], graph: MigrationGraph) -> list[tuple[str, str]]:
    """Those of the migrations that no other of them builds on. Raises `Unusable` when one builds on what is not among them."""
    wanted = {(app, name) for app, names in migrations.items() for name in names}
    for node in wanted:
        if node not in graph.nodes or not {parent.key for parent in graph.node_map[node].parents} <= wanted:
            raise Unusable("It is damaged: the migrations that it names do not belong together.")
    return sorted(node for node in wanted if not {child.key for child in graph.node_map[node].children} & wanted)


def _columns(model: type[Model]) -> list[Any]:
    return [column for column in model._meta.local_concrete_fields if not getattr(column, "generated", False)]


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


@contextlib.contextmanager
def _unchecked() -> Iterator[None]:
    """Rows may come in any order; who points to whom is looked at when all are there."""
    if is_sqlite():
        connection.disable_constraint_checking()
        yield
        connection.enable_constraint_checking()
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
        found = cursor.fetchall()
        for table, name, _definition in found:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        try:
            for table, name, definition in found:
                cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        except DatabaseError as trouble:
            raise Unusable("It is damaged: rows in it point to rows that are not there.") from trouble


def _check_pointers() -> None:
    if not is_sqlite():
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        lost = cursor.fetchone()
    if lost:
        raise Unusable(f"It is damaged: rows of “{lost[0]}” in it point to rows that are not there.")


def _load(backup: Backup, model: type[Model], table: Table, say: Say) -> None:
    by_name = {column.column: column for column in _columns(model)}
    columns = [by_name[name] for name in table.columns]
    number = 0
    waiting: list[list[Any]] = []
    try:
        for row in backup.lines(table.part):
            number += 1
            waiting.append(_row(columns, row))
            if len(waiting) == AT_ONCE:
                _insert(table, waiting)
                waiting = []
                if number % 100_000 == 0:
                    say(f"{table.name}: {number:,} rows so far")
        _insert(table, waiting)
    except (ValueError, TypeError, ValidationError, RecursionError, DatabaseError) as trouble:
        kind = type(trouble.__cause__ or trouble).__name__
        raise Unusable(
            f"It is damaged: rows {max(1, number - AT_ONCE)} to {number} of “{table.name}” cannot be used ({kind})."
        ) from trouble


def _row(columns: list[Any], said: Any) -> list[Any]:
    if not isinstance(said, list) or len(said) != len(columns):
        raise ValueError("not a row of this table")
    return [_prepared(column, value) for column, value in zip(columns, said, strict=True)]


def _prepared(column: Any, said: Any) -> Any:
    if said is None and isinstance(column, JSONField) and not column.null:
        return connection.ops.adapt_json_value(None, column.encoder)
    return column.get_db_prep_save(value_of(column, said), connection)


def _insert(table: Table, rows: list[list[Any]]) -> None:
    if not rows:
        return
    names = ", ".join(map(_quoted, table.columns))
    with transaction.atomic(), connection.cursor() as cursor:
        if is_sqlite():
            marks = ", ".join(["%s"] * len(table.columns))
            cursor.executemany(f"INSERT INTO {_quoted(table.name)} ({names}) VALUES ({marks})", rows)  # noqa: S608
            return
        with cursor.copy(f"COPY {_quoted(table.name)} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _settle(restore_id: str) -> None:
    """What must not go on as it was when the backup was made: mail that was waiting for longer than a day is not sent."""
    now = timezone.now()
    old = Mail.objects.filter(sent_at=None, given_up_at=None, created_at__lt=now - STILL_SENT)
    old.update(given_up_at=now, trouble="restored from a backup")
    Stamp.objects.update_or_create(name=RESTORED, defaults={"holder": restore_id, "at": now})


def add_files(backup: Backup, *, say: Say) -> list[Path]:
    """Put the uploaded files where files are; answers those that were not there. A name stands for the same bytes for ever, so
    nothing of the place that is there changes by it.
    """
    base = Path(settings.FILES_DIR)
    added: list[Path] = []
    say(f"Putting {backup.closing.files:,} files in place.")
    try:
        with zipfile.ZipFile(backup.path) as archive:
            for token, size, _digest in backup.files():
                path = base / token[:2] / token
                if path.exists() and path.stat().st_size == size:
                    continue
                is_new = not path.exists()
                path.parent.mkdir(parents=True, exist_ok=True)
                coming = path.with_name(f".{token}.part")
                with archive.open(f"files/{token}") as part, coming.open("wb") as file:
                    shutil.copyfileobj(part, file, 1024 * 1024)
                coming.replace(path)
                added += [path] if is_new else []
    except BaseException:
        take_away(added)
        raise
    return added


def take_away(added: list[Path]) -> None:
    """Remove files that a restore added and that nothing needs, since it was not carried out."""
    for path in added:
        path.unlink(missing_ok=True)


def describe(backup: Backup, restore_id: str) -> None:
    """Leave word in the folder of the restore, for whoever finds it broken off."""
    (turn.folder() / "about.json").write_text(json.dumps({"id": restore_id, "made": backup.made}))
