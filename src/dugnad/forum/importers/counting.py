"""What a reader meets in a text: how many headings, links, pictures and list items."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_OPENING: Final = re.compile(r"<(h[1-6]|a|img|li)[\s>]")


@dataclass(frozen=True, slots=True)
class Counts:
    """Headings, links, pictures (or the words that stand for them) and list items of one text."""

    headings: int
    links: int
    images: int
    list_items: int


def counts_of(html: str, *, stand_ins: int = 0, linked_stand_ins: int = 0) -> Counts:
    """The counts of rendered HTML. The words that stand for a picture count as a picture, not as a link."""
    names = [found[1] for found in _OPENING.finditer(html)]
    return Counts(
        headings=sum(name[0] == "h" for name in names),
        links=names.count("a") - linked_stand_ins,
        images=names.count("img") + stand_ins,
        list_items=names.count("li"),
    )
