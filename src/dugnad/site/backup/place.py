"""Which place this is: a name of its own that no other place has, in a row that travels with it."""

from __future__ import annotations

import uuid

from django.db import connection

from dugnad.kernel.stamps import Stamp

NAME = "place-id"
RESTORED = "restored"


def place_id() -> str:
    """The place's own id; given when it is asked for the first time."""
    row, _made = Stamp.objects.get_or_create(name=NAME, defaults={"holder": uuid.uuid4().hex})
    return row.holder


def known_place_id() -> str:
    """The same, or nothing when none was given yet."""
    if "kernel_stamp" not in connection.introspection.table_names():
        return ""
    return Stamp.objects.filter(name=NAME).values_list("holder", flat=True).first() or ""


def place_name() -> str:
    """What the place calls itself, read from the column: an older database lacks others of that row."""
    return _one("SELECT name FROM kernel_place WHERE id = 1") or "Dugnad"


def is_empty() -> bool:
    """Nobody ever came in, or there is no database yet."""
    if "people_person" not in connection.introspection.table_names():
        return True
    return not _one("SELECT 1 FROM people_person LIMIT 1")


def last_restored() -> str:
    """The id of the restore that this database came from; empty when it came from none."""
    if "kernel_stamp" not in connection.introspection.table_names():
        return ""
    return Stamp.objects.filter(name=RESTORED).values_list("holder", flat=True).first() or ""


def _one(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return str(row[0]) if row else ""
