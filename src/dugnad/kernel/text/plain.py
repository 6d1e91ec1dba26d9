"""A text without markup, as a mail, a snippet and the search index read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markdown_it.token import Token

_ADDRESS_IN_BRACKETS = re.compile(r" \(https?://\S+\)")
_QUOTED_LINE = re.compile(r"^>.*$\n?", re.MULTILINE)
_SOFT_HYPHEN = "\u00ad"


@dataclass
class _Container:
    """A list item or a quote: what stands before its first line, and before every other."""

    first: str
    rest: str
    begun: bool = False


def plain_text(tokens: list[Token]) -> str:
    """Paragraphs with an empty line between, "- " and "1. " before list items, "> " before quotes.

    Links keep their text, and the address in brackets where it leads out of the house and is not the text itself.
    Images are their description in square brackets.
    """
    page = _Page()
    for token in tokens:
        page.take(token)
    return "\n".join(page.lines).replace(_SOFT_HYPHEN, "")


class _Page:
    """Lines of plain text, each with the marks of the containers it stands in."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._containers: list[_Container] = []
        self._written_in: list[_Container] = []
        self._numbers: list[int | None] = []
        self._gap = False
        self._close = False
        self._row: list[str] | None = None
        self._cited = ""

    def take(self, token: Token) -> None:
        """Add what one block token says."""
        kind = token.type
        if kind == "inline":
            self._take_line(_line(token.children or []))
        elif kind in ("fence", "code_block"):
            self._write(token.content.rstrip("\n"))
        elif kind == "hr":
            self._write("---")
        elif kind in ("paragraph_open", "heading_open"):
            self._close = token.hidden
        elif kind in ("cite_open", "cite_close"):
            self._cited = token.meta.get("place", "")
        elif kind.startswith(("bullet_list", "ordered_list", "list_item", "blockquote")):
            self._take_container(token)
        elif kind.startswith(("tr_", "table_")):
            self._take_row(kind)

    def _take_line(self, text: str) -> None:
        if self._row is not None:
            self._row.append(text)
        elif self._cited == "leading":
            self._write(f"{text}:", close=True)
        elif self._cited:
            self._write(f"— {text}")
        elif text:
            self._write(text, close=self._close)

    def _take_container(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._numbers.append(None)
            case "ordered_list_open":
                self._numbers.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
                self._gap = self._gap or not self._numbers
            case "list_item_open":
                self._containers.append(self._item())
            case "blockquote_open":
                self._containers.append(_Container("> ", "> "))
            case _:
                self._containers.pop()

    def _take_row(self, kind: str) -> None:
        if kind == "tr_open":
            self._row = []
        elif kind == "tr_close":
            self._write(" | ".join(self._row or []), close=True)
            self._row = None
        elif kind == "table_close":
            self._gap = True

    def _item(self) -> _Container:
        number = self._numbers[-1]
        if number is None:
            return _Container("- ", "  ")
        self._numbers[-1] = number + 1
        mark = f"{number}. "
        return _Container(mark, " " * len(mark))

    def _write(self, block: str, *, close: bool = False) -> None:
        """Add a block of lines, after an empty line unless the block before it was to stand `close` to the next."""
        if self.lines and self._gap:
            shared = [a.rest for a, b in zip(self._containers, self._written_in, strict=False) if a is b]
            self.lines.append("".join(shared).rstrip())
        for line in block.split("\n"):
            self.lines.append((self._margin() + line).rstrip())
        self._written_in = list(self._containers)
        self._gap = not close

    def _margin(self) -> str:
        margin = "".join(box.rest if box.begun else box.first for box in self._containers)
        for box in self._containers:
            box.begun = True
        return margin


def excerpt(plain: str, length: int = 160) -> str:
    """The beginning of a plain text on one line of at most `length` characters, cut after a word, with "…".

    Quotes of others and addresses in brackets are left out, unless nothing else is there.
    """
    own = _ADDRESS_IN_BRACKETS.sub("", _QUOTED_LINE.sub("", plain))
    words = " ".join(own.split()) or " ".join(plain.split())
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    if not words[length - 1].isspace():
        head, space, _tail = cut.rpartition(" ")
        cut = head if space and len(head) >= length // 2 else cut
    return cut.rstrip(" ,;:–—-") + "…"


def _line(children: list[Token]) -> str:
    return "".join(_pieces(children)).strip()


def _pieces(children: list[Token]) -> Iterable[str]:
    href = ""
    inside: list[str] = []
    for token in children:
        piece = ""
        match token.type:
            case "text" | "code_inline":
                piece = token.content
            case "softbreak" | "hardbreak":
                piece = "\n"
            case "image":
                description = _line(token.children or [])
                piece = f"[{description}]" if description else ""
            case "link_open":
                href, inside = str(token.attrs.get("href", "")), []
            case "link_close":
                piece, href = _address_after("".join(inside), href), ""
        if href:
            inside.append(piece)
        yield piece


def _address_after(text: str, href: str) -> str:
    address = href.removeprefix("mailto:")
    if href.startswith("/") or text.strip() in (href, address, address.split("://")[-1]):
        return ""
    return f" ({address})"
