"""The ground rules of the place as single lines, so that a report and a deed can name the one they are about."""

from __future__ import annotations

import re

from dugnad.kernel.place import the_place
from dugnad.kernel.text import excerpt, render

LONGEST = 240
MOST = 30
_ITEM = re.compile(r"^ ?(?:[-*+]|\d{1,3}[.)])\s+(?P<words>\S.*)$")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(?P<words>\S.*?)\s*#*$")


def agreements_in(language: str) -> list[str]:
    """The ground rules of the place in `language`, each as one plain line; nothing where the place has none."""
    place = the_place()
    return rules_of(place.said(place.agreements, language))


def rules_of(source: str) -> list[str]:
    """The items of the lists in a Markdown text; without any its headings, without those its paragraphs. At most `MOST`, each
    once, at most `LONGEST` characters long, in the order in which they stand.
    """
    lines = source.splitlines()
    found = [match["words"] for line in lines if (match := _ITEM.match(line))]
    found = found or [match["words"] for line in lines if (match := _HEADING.match(line))]
    found = found or re.split(r"\n\s*\n", source)
    plain = (excerpt(render(words).plain, LONGEST) for words in found[: 2 * MOST])
    return list(dict.fromkeys(words for words in plain if words))[:MOST]
