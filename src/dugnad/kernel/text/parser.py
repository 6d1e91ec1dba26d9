"""The Markdown that people may write: CommonMark with tables, strikethrough and bare addresses, without raw HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

MAX_ADDRESS: Final = 2_000
MAX_NESTING: Final = 24
FILE_SCHEME: Final = "file:"

_LINK = re.compile(r"https?://[^/?#]|mailto:.|/(?![/\\])|file:[A-Za-z0-9_-]{1,100}$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"`\\\[\]{}|^]{1,2000}", re.IGNORECASE)
_AFTER_AN_ADDRESS = "?!.,:;*_~'’”»"


class HouseMarkdown(MarkdownIt):
    """A parser that makes links only of addresses the house lets people link to."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name that the parser calls
        """Whether a normalised address may stand in a link: web, mail, a path of this house, or a stored file."""
        return len(url) <= MAX_ADDRESS and _LINK.match(url) is not None


def build_parser() -> MarkdownIt:
    """A parser without state of its own between two texts: one serves all threads.

    A ``weaver`` in the environment of a text is given its tokens while escaped characters are still marked as such.
    """
    # Who presses Enter means a new line: a single line break is shown as one, unlike in CommonMark itself.
    parser = HouseMarkdown("commonmark", {"html": False, "maxNesting": MAX_NESTING, "breaks": True})
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.after("text", "bare_address", _bare_address)
    parser.core.ruler.before("text_join", "weave", _weave)
    return parser


def address_at(text: str, start: int) -> str:
    """The bare web address that begins at `start`, without the punctuation of the sentence around it; "" if none.

    Closing brackets belong to the address only as far as it opens them itself, as in GitHub's autolinks.
    """
    match = _ADDRESS.match(text, start)
    if match is None:
        return ""
    address = match[0]
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end:
        last = address[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
        elif last not in _AFTER_AN_ADDRESS:
            break
        end -= 1
    return address[:end]


def _weave(state: StateCore) -> None:
    weaver = state.env.get("weaver")
    if weaver is not None:
        state.tokens = weaver.weave(state.tokens)


def _bare_address(state: StateInline, silent: bool) -> bool:
    """Inline rule: ``https://…`` in running text becomes a link. Fires at the colon, with the scheme already read."""
    if silent or state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = re.search(r"(?<![A-Za-z0-9])https?\Z", state.src[max(0, state.pos - 6) : state.pos], re.IGNORECASE)
    if scheme is None or not state.pending.endswith(scheme[0]):
        return False
    address = address_at(state.src, state.pos - len(scheme[0]))
    rest = len(address) - len(scheme[0])
    if rest <= len("://"):
        return False
    href = state.md.normalizeLink(address)
    if state.md.validateLink(href):
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    else:
        state.append_pending(address[len(scheme[0]) :])
    state.pos += rest
    return True
