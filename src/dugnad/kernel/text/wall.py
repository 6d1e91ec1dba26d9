"""The second wall: whatever the Markdown parser wrote, only what is listed here reaches a page."""

from __future__ import annotations

import re

import nh3

EXTERNAL_REL = "nofollow ugc noopener"

_HOUSE_PATH = r"/(?![/\\])[^\s\\]*"
_LINK = re.compile(rf"(?:https?://|mailto:)[^\s]+|{_HOUSE_PATH}", re.IGNORECASE)
_BLOCKS = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "blockquote",
    "ul",
    "li",
    "pre",
    "table",
    "thead",
    "tbody",
    "tr",
}
_INLINES = {"br", "em", "strong", "s", "code", "cite"}
_CELL = {"class": re.compile("to-(?:center|end)")}
_ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "a": {"href": _LINK, "rel": re.compile(re.escape(EXTERNAL_REL)), "class": re.compile("mention")},
    "img": {
        "src": re.compile(_HOUSE_PATH),
        "alt": re.compile(".*", re.DOTALL),
        "width": re.compile("[1-9][0-9]{0,4}"),
        "height": re.compile("[1-9][0-9]{0,4}"),
        "loading": re.compile("lazy"),
        "decoding": re.compile("async"),
    },
    "ol": {"start": re.compile("[0-9]{1,9}")},
    "th": _CELL,
    "td": _CELL,
}
ALLOWED_TAGS = frozenset(_BLOCKS | _INLINES | _ATTRIBUTES.keys())
ALLOWED_ATTRIBUTES = {tag: frozenset(names) for tag, names in _ATTRIBUTES.items()}


def _kept(tag: str, attribute: str, value: str) -> str | None:
    pattern = _ATTRIBUTES.get(tag, {}).get(attribute)
    return value if pattern and pattern.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED_TAGS),
    attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
    attribute_filter=_kept,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


def wall(html: str) -> str:
    """The fragment with only the listed tags and attributes; every value has the shape that the list gives it."""
    return _CLEANER.clean(html)
