"""Two deeds at the same time, each on its own connection, as two requests would do them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

from django.db import connection, connections


@contextmanager
def own_connection(file: Path | None):
    """This thread's own connection: to the test database on PostgreSQL, to `file` on SQLite."""
    wrapper = connections.create_connection("default")
    if file is not None:
        wrapper.settings_dict = {**wrapper.settings_dict, "NAME": str(file)}
    connections["default"] = wrapper
    try:
        yield
    finally:
        wrapper.close()


def copy_of_database(folder: Path) -> Path | None:
    """A file that holds what the test has committed: the memory of a SQLite test cannot be locked by two. None on
    others.
    """
    if connection.vendor != "sqlite":
        return None
    connection.ensure_connection()
    file = folder / "race.sqlite3"
    target = sqlite3.connect(file)
    connection.connection.backup(target)
    # As every house's file is from its first start: two connections that both turn to this mode would lock each other out.
    target.execute("PRAGMA journal_mode=WAL")
    target.close()
    return file


def race(folder: Path, *deeds: Callable[[], Any], then: Callable[[], Any]) -> tuple[list[Any], Any]:
    """Start all deeds at once. Answers with what each gave back (or the exception it raised), and with what `then`
    sees.
    """
    file = copy_of_database(folder)
    start = Barrier(len(deeds))
    answers: list[Any] = [None] * len(deeds)

    def run(number: int, deed: Callable[[], Any]) -> None:
        with own_connection(file):
            start.wait()
            try:
                answers[number] = deed()
            except Exception as trouble:  # noqa: BLE001 - the test looks at it
                answers[number] = trouble

    seen: list[Any] = []

    def look() -> None:
        with own_connection(file):
            seen.append(then())

    threads = [Thread(target=run, args=(number, deed)) for number, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    looker = Thread(target=look)
    looker.start()
    looker.join()
    return answers, seen[0]
