"""What stands between an opening and a closing, replaced in one pass, however many openings are never closed."""

from __future__ import annotations

import re
from collections.abc import Callable


def replace_spans(
    text: str, opening: re.Pattern[str], closing: re.Pattern[str], made: Callable[[re.Match[str], str], str]
) -> str:
    """`text` with each opening, the first closing after it and what is between them as ``made(opening, between)``.

    One expression for both would look for a closing to the end of the text after each opening that has none.
    """
    parts: list[str] = []
    at = 0
    while (begins := opening.search(text, at)) and (ends := closing.search(text, begins.end())):
        parts += [text[at : begins.start()], made(begins, text[begins.end() : ends.start()])]
        at = ends.end()
    return "".join([*parts, text[at:]])


def tag_pair(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The opening and the closing of an HTML element."""
    return re.compile(rf"<{name}\b[^<>]*>", re.IGNORECASE), re.compile(rf"</{name}\s*>", re.IGNORECASE)
