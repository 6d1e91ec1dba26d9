"""What may be said in a log about something that broke."""

from __future__ import annotations

import traceback


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
