"""Databases that stand in for the place's own while something is read from or built in them, and what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.db.utils import load_backend

LEFT_OUT = frozenset({"django_session", "django_migrations"})


def is_sqlite() -> bool:
    return bool(connection.vendor == "sqlite")


@contextmanager
def standing_in(**changes: Any) -> Iterator[BaseDatabaseWrapper]:
    """While this holds, `default` is another connection, whose settings differ in `changes`. For this thread only."""
    before = connections["default"]
    wanted = {**before.settings_dict, **changes}
    other: BaseDatabaseWrapper = load_backend(wanted["ENGINE"]).DatabaseWrapper(wanted, "default")
    connections["default"] = other
    try:
        yield other
    finally:
        connections["default"] = before
        other.close()


def options(**more: Any) -> dict[str, Any]:
    """The options of the place's own connection with some changed."""
    return {**connections["default"].settings_dict["OPTIONS"], **more}


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything that is asked while this holds is answered as of one moment, and nobody who writes has to wait for it."""
    if is_sqlite():
        with standing_in(OPTIONS=options(transaction_mode="DEFERRED"), CONN_MAX_AGE=0) as snapshot:
            with snapshot.cursor() as cursor:
                cursor.execute("PRAGMA query_only=ON")
                cursor.execute("BEGIN")
                cursor.execute("SELECT count(*) FROM sqlite_master")  # the moment is that of the first look
            try:
                yield
            finally:
                with snapshot.cursor() as cursor:
                    cursor.execute("ROLLBACK")
        return
    from django.db.transaction import atomic
    from psycopg import IsolationLevel

    with (
        standing_in(OPTIONS=options(isolation_level=IsolationLevel.REPEATABLE_READ), CONN_MAX_AGE=0) as snapshot,
        atomic(),
    ):
        with snapshot.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute("SELECT 1")
        yield


def applied() -> dict[str, list[str]]:
    """The migrations that the database has, by app."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def tables_at(migrations: dict[str, list[str]]) -> list[type[Model]]:
    """The models of every table as they are when exactly these migrations are applied, what is pointed to first where that
    can be.
    """
    return list(_tables_at(tuple((app, name) for app, names in migrations.items() for name in names)))


@lru_cache(maxsize=2)
def _tables_at(migrations: tuple[tuple[str, str], ...]) -> list[type[Model]]:
    graph = MigrationLoader(None).graph
    state = graph.make_state(nodes=[node for node in migrations if node in graph.nodes], at_end=True)
    known = state.apps.get_models(include_auto_created=True)
    models = [model for model in known if model._meta.managed and not model._meta.proxy and not model._meta.swapped]
    return _pointed_to_first([model for model in models if model._meta.db_table not in LEFT_OUT])


def _pointed_to_first(models: list[type[Model]]) -> list[type[Model]]:
    order: list[type[Model]] = []
    waiting = sorted(models, key=lambda model: model._meta.db_table)
    while waiting:
        names = {model._meta.db_table for model in waiting}
        free = [model for model in waiting if not (_points_to(model) & names)] or waiting[:1]
        order += free
        waiting = [model for model in waiting if model not in free]
    return order


def _points_to(model: type[Model]) -> set[str]:
    found = {
        column.related_model._meta.db_table
        for column in model._meta.local_concrete_fields
        if column.is_relation and not isinstance(column.related_model, str) and column.related_model is not None
    }
    return found - {model._meta.db_table}


def numbers(models: list[type[Model]]) -> dict[str, int]:
    """The last id that each table gave out, where it counts them."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            return {name: seq for name, seq in cursor.fetchall() if isinstance(seq, int)}
        for table, column in _counted(models):
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
            name = cursor.fetchone()[0]
            if name:
                cursor.execute(f"SELECT last_value, is_called FROM {name}")  # noqa: S608 - the server's own name for it
                last, given = cursor.fetchone()
                found[table] = last if given else last - 1
    return found


def _counted(models: list[type[Model]]) -> list[tuple[str, str]]:
    return [
        (model._meta.db_table, str(column.column))
        for model in models
        for column in model._meta.local_concrete_fields
        if "Auto" in column.get_internal_type()
    ]


def count_on_from(models: list[type[Model]], given: dict[str, int]) -> None:
    """Go on counting where the backup was, and never below the highest id that is there."""
    with connection.cursor() as cursor:
        for table, column in _counted(models):
            quoted = connection.ops.quote_name
            cursor.execute(f"SELECT max({quoted(column)}) FROM {quoted(table)}")  # noqa: S608 - names of our own models
            last = max(cursor.fetchone()[0] or 0, given.get(table, 0))
            if not last:
                continue
            if is_sqlite():
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence(name, seq) VALUES (%s, %s)", [table, last])
            else:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', column, last])
