"""What tests of background work get: a database that several threads can use at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections


@pytest.fixture
def database_on_disk(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """On SQLite, the test's database as a file: one in memory cannot be locked by two threads as a place's own is."""
    settings = connections.settings["default"]
    connection.ensure_connection()
    memory, name = connection.connection, settings["NAME"]
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    settings["NAME"] = str(tmp_path / "test.sqlite3")
    connection.connection = None
    connection.ensure_connection()
    memory.backup(connection.connection)
    yield
    connection.close()
    settings["NAME"] = name
    connection.connection = memory
