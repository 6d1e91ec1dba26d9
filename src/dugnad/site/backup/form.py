"""What a backup file is: a zip archive whose parts stand in a fixed order, and whose last 64 bytes say what all others are.

    manifest.json           what this is, of which place, made when, in which form (migrations), which tables with which columns
    tables/<table>.jsonl    the rows, one JSON list in each line, in the order of the columns
    files/<token>           the bytes of uploaded files
    files.jsonl             for each of them [token, bytes, SHA-256]
    closing.json            for each part before it but files: bytes, lines and SHA-256

The archive's comment is the SHA-256, in hexadecimal, of every byte before it: what is cut off or changed anywhere is known
before anything of it is read. Values are those of Python's JSON; moments, dates, UUIDs and decimals are text in ISO form, bytes
are base64. No value depends on the database that it came from.
"""

from __future__ import annotations

import base64
import datetime
import json
import re
import uuid
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import BinaryField, Field, JSONField

FORMAT = 1
KIND = "dugnad backup"
MANIFEST, FILES, CLOSING = "manifest.json", "files.jsonl", "closing.json"
TOKEN = re.compile(r"[A-Za-z0-9_-]{4,64}")
TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
DIGEST_LENGTH = 64
LONGEST_DESCRIPTION = 16 * 1024 * 1024
LONGEST_LINE = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name and the names of its columns, as the lines of its part give them."""

    name: str
    columns: list[str]

    @property
    def part(self) -> str:
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the file says about itself. `migrations` are the names that were applied, by app; `numbers` the last id that
    each table gave out, so that none is given twice.
    """

    dugnad: str
    made_at: str
    engine: str
    place_id: str
    place_name: str
    migrations: dict[str, list[str]]
    tables: list[Table]
    numbers: dict[str, int]
    kind: str = KIND
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


@dataclass(frozen=True, slots=True)
class Part:
    """One part: how many bytes and lines it has, and their SHA-256."""

    name: str
    bytes: int
    lines: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The part that is written last. `without_bytes` are files that were gone from the disk although rows name them."""

    parts: list[Part]
    files: int
    file_bytes: int
    without_bytes: list[str] = field(default_factory=list)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def file_part(token: str) -> str:
    """The name of the part that holds the bytes of an uploaded file."""
    return f"files/{token}"


def line_of(values: Any) -> bytes:
    """One row as one line."""
    return (
        json.dumps(list(values), ensure_ascii=False, default=_plain, separators=(",", ":"), sort_keys=True).encode()
        + b"\n"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return value / datetime.timedelta(microseconds=1)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"a backup cannot hold a {type(value).__name__}")


def value_of(column: Field[Any, Any], said: Any) -> Any:
    """What the line says for this column, as the column's own kind of value. Raises ValueError or ValidationError."""
    if said is None or isinstance(column, JSONField):
        return said
    if isinstance(column, BinaryField):
        return base64.b64decode(said, validate=True)
    if column.get_internal_type() == "DurationField":
        return datetime.timedelta(microseconds=said)
    return column.to_python(said)
