"""Reads the demo's files. They are data that we wrote; nothing from outside comes this way."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@cache
def read(name: str) -> Any:
    """What stands in one of the demo's files."""
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def threads() -> list[dict[str, Any]]:
    """All threads of all files."""
    files = sorted((FOLDER / "threads").glob("*.yaml"))
    return [thread for file in files for thread in yaml.safe_load(file.read_text(encoding="utf-8"))]


def span(words: Any) -> timedelta:
    """ "19d 8h 40m" as a span of time."""
    return timedelta(**{_UNITS[unit]: int(number) for number, unit in re.findall(r"(\d+)([dhm])", str(words))})
