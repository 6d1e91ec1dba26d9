"""The shape of the file that a group travels in: a zip of JSON lines and files, with a manifest that names each with its hash.

manifest.json     what it is, from where, how much of what, and the SHA-256 and size of every other entry
group.json        what the group says about itself
names.jsonl       people who agreed that their name goes along
<hall>/….jsonl    what each hall hands in (`registry.group_parts`)
files/…           uploads, by number
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, Final

FORMAT: Final = "dugnad-group"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
GROUP: Final = "group.json"
NAMES: Final = "names.jsonl"
ENTRY: Final = re.compile(r"(?:[a-z][a-z0-9-]{0,30}/)?[a-z0-9][a-z0-9-]{0,40}\.(?:json|jsonl|bin)")

MOST_ENTRIES: Final = 20_000
MOST_UNPACKED: Final = 1024**3
MOST_MANIFEST: Final = 8 * 1024**2
MOST_LINES: Final = 128 * 1024**2
LONGEST_LINE: Final = 1024**2


def encoded(row: Any) -> str:
    """One row as a line of JSON, the same for the same row. Moments in UTC, to the microsecond."""
    return json.dumps(row, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the file of a group")


class ArchiveRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The file cannot be taken in. The message is a sentence for the person who brought it."""
