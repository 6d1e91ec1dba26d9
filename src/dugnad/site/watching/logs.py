"""One line of the log as JSON: when, how bad, what, and for a request its door, status and milliseconds."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime

from dugnad.kernel.trouble import WithoutWords, safely

FIELDS = ("door", "status", "ms")


class JsonLines(logging.Formatter):
    """As `kernel.trouble.WithoutWords` says it, one object a line. `trouble` has the kind of an exception and the places in the
    code, line by line.
    """

    def format(self, record: logging.LogRecord) -> str:
        record = safely(record)
        event, _newline, trouble = record.getMessage().partition("\n")
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": event,
            "logger": record.name,
            "process": os.getpid(),
            **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
        }
        if trouble:
            line["trouble"] = [place.strip() for place in trouble.splitlines()]
        return json.dumps(line, ensure_ascii=False)


__all__ = ["JsonLines", "WithoutWords"]
