"""What may be said in a log about something that broke."""

from __future__ import annotations

import logging
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


class WithoutWords(logging.Formatter):
    """Lines of the log in which what others write there about something that broke has lost its words too.

    Django names the address that was asked for (a person's page, the secret of a link) and the message of the exception, which
    may quote a row of the database or a header that a stranger chose. Their names and the places in the code are left.
    """

    def format(self, record: logging.LogRecord) -> str:
        record = copy(record)
        trouble = record.exc_info[1] if record.exc_info else None
        if record.name.startswith("django.security"):
            record.msg, record.args = "a request was refused: %s", (type(trouble).__name__,)
        elif record.name.startswith("django.request"):
            status = getattr(record, "status_code", "unknown")
            record.msg, record.args = "answered with %s%s", (status, f": {without_words(trouble)}" if trouble else "")
        elif trouble is not None:
            record.msg, record.args = "%s: %s", (record.getMessage(), without_words(trouble))
        record.exc_info = record.exc_text = record.stack_info = None
        return super().format(record)
