"""What may be said in a log about something that broke."""

from __future__ import annotations

import contextlib
import logging
import re
import traceback
from copy import copy


def without_words(trouble: BaseException) -> str:
    """The kind of an exception and the places in the code it came through, with those it came from. Its message is left
    out: it may hold what somebody wrote, their name or their address.
    """
    places = traceback.extract_tb(trouble.__traceback__)
    lines = [type(trouble).__name__, *(f"  {place.filename}:{place.lineno} in {place.name}" for place in places)]
    cause = trouble.__cause__ or (None if trouble.__suppress_context__ else trouble.__context__)
    if cause is not None:
        lines.append(f"because of {without_words(cause)}")
    return "\n".join(lines)


# What may stand in a message of a library: addresses of mail and of computers, what was asked for, and secrets.
_TELLING = re.compile(
    r"\S+@\S+|\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-fA-F]{0,4}:){2,}[0-9a-fA-F]{0,4}|/\S*|[\"'“‘«].*|[\w-]{20,}|\b\d{5,}\b"
)
_LONGEST = 160


class WithoutWords(logging.Formatter):
    """Lines of the log in which what others write there about something that broke has lost its words too.

    Django names the address that was asked for (a person's page, the secret of a link) and the message of the exception, which
    may quote a row of the database or a header that a stranger chose. Their names and the places in the code are left.
    """

    def format(self, record: logging.LogRecord) -> str:
        return super().format(safely(record))


def safely(record: logging.LogRecord) -> logging.LogRecord:
    """A copy of the record that says nothing about anybody, with what broke as further lines of its message."""
    record = copy(record)
    trouble = record.exc_info[1] if record.exc_info else None
    if record.name.startswith("django.security"):
        record.msg, record.args = "a request was refused: %s", (type(trouble).__name__,)
    elif record.name.startswith("django.request"):
        status = getattr(record, "status_code", "unknown")
        record.msg, record.args = "answered with %s%s", (status, f": {without_words(trouble)}" if trouble else "")
    else:
        words = record.getMessage() if record.name.startswith("dugnad") else _of_a_library(record)
        record.msg, record.args = "%s%s", (words, f": {without_words(trouble)}" if trouble else "")
    record.exc_info = record.exc_text = record.stack_info = None
    return record


def _of_a_library(record: logging.LogRecord) -> str:
    """The first line of what a library says, without what it was said about: of that only words in capitals are left."""
    words = str(record.msg)
    if isinstance(record.args, tuple) and record.args:
        with contextlib.suppress(TypeError, ValueError):
            words %= tuple(one if _is_plain(one) else "…" for one in record.args)
    return _TELLING.sub("…", words.partition("\n")[0])[:_LONGEST]


def _is_plain(word: object) -> bool:
    return isinstance(word, str) and word.isupper() and word.isalpha() and len(word) <= 8
