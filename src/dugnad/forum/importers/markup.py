"""HTML that stands in Markdown, as Markdown: what it means stays, what it looks like goes.

The text that comes out may still hold anything; it is shown only through `kernel.text.render`, which knows no HTML.
"""

from __future__ import annotations

import html
import re
from typing import Final

from dugnad.forum.importers.aside import Aside

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DROPPED = re.compile(r"<(script|style|template|noscript|object|svg)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_PRE = re.compile(r"<pre\b[^>]*>\s*(?:<code\b[^>]*>)?\n?(.*?)(?:</code\s*>)?\s*</pre\s*>", re.DOTALL | re.IGNORECASE)
_QUOTE = re.compile(r"<blockquote\b[^>]*>(.*?)</blockquote\s*>", re.DOTALL | re.IGNORECASE)
_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_CAPTION = re.compile(r"<(figcaption|caption)\b[^>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_MARKED = re.compile(
    r"<(?P<tag>strong|b|em|i|cite|del|s|strike|code|kbd|samp)(?:\s[^<>]*)?>(?P<space>\s*)(?P<text>[^<>]*?)(?P<after>\s*)"
    r"</(?P=tag)\s*>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[ \t]*<br\s*/?>[ \t]*\n?", re.IGNORECASE)
_BREAK_IN_A_LINE = re.compile(r"^(?P<line>[ \t]*(?:#{1,6}[ \t]|\|).*)$", re.MULTILINE)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)(?P<rest>(?:[\s/](?>[^<>\"']+|\"[^\"]*\"|'[^']*')*+)?)>")
_ADDRESS_IN_ANGLES = re.compile(r"(?P<before>\](?:\(|:)[ \t]*)<(?P<address>[^<>\n]*)>")
_SPACE_BEFORE_A_TAG = re.compile(r"^[ \t]+(?=</?[a-zA-Z])", re.MULTILINE)
_ITEM_ALONE = re.compile(r"^([ ]*(?:-|1\.)) *\n\s*(?![-\d#>\s])", re.MULTILINE)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_MARKS: Final = {
    "strong": "**", "b": "**", "em": "*", "i": "*", "cite": "*", "del": "~~", "s": "~~", "strike": "~~",
    "code": "`", "kbd": "`", "samp": "`",
}  # fmt: skip
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "body", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "header", "hgroup", "html", "main", "nav", "p", "section", "summary", "table", "tbody", "tfoot",
    "thead", "tr",
})  # fmt: skip
_PLAYERS: Final = frozenset({"iframe", "embed", "video", "audio", "source"})
_WIDE = "\n\n"
_INSTEAD: Final = {"hr": f"{_WIDE}---{_WIDE}", "td": " ", "th": " "}


def without_html(text: str, aside: Aside) -> str:
    """The text with its HTML as Markdown.

    Headings, lists, quotes, links, pictures, emphasis, code and line breaks become those of Markdown; a player becomes a
    link to what it plays; comments, scripts and styles go with what is in them; any other tag goes and what is in it stays.
    """
    text = _ADDRESS_IN_ANGLES.sub(_without_angles, _DROPPED.sub("", _COMMENT.sub("", text)))
    text = _PRE.sub(lambda found: _WIDE + aside.put(_fenced(html.unescape(found[1]))) + _WIDE, text)
    if "<" not in text:
        return text
    text = _QUOTE.sub(lambda found: _WIDE + _quoted(without_html(found[1], aside)) + _WIDE, text)
    text = _HEADING.sub(lambda found: f"{_WIDE}{'#' * int(found[1])} {' '.join(found[2].split())}{_WIDE}", text)
    text = _CAPTION.sub(lambda found: f"{_WIDE}<em>{' '.join(found[2].split())}</em>{_WIDE}", text)
    text = _BREAK_IN_A_LINE.sub(lambda found: _BREAK.sub(" ", found["line"]), text)
    text = _BREAK.sub("\\\\\n", text)
    return _Tags().taken_out(_SPACE_BEFORE_A_TAG.sub("", _emphasised(text)))


def _without_angles(found: re.Match[str]) -> str:
    """``](</a b>)`` as ``](/a%20b)``: an address in angle brackets reads like a tag."""
    return found["before"] + _destination(found["address"])


def _emphasised(text: str) -> str:
    """Emphasis that holds no other tags; twice, for emphasis in emphasis."""
    for _again in range(2):
        text = _MARKED.sub(_emphasis, text)
    return text


def _emphasis(found: re.Match[str]) -> str:
    mark, inner = _MARKS[found["tag"].lower()], found["text"]
    if not inner:
        return found["space"]
    return f"{found['space']}{mark}{inner}{mark}{found['after']}"


def _fenced(code: str) -> str:
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{code.rstrip()}\n{fence}"


def _quoted(text: str) -> str:
    lines = re.sub(r"\n{3,}", _WIDE, text.strip()).split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


class _Tags:
    """One pass over the tags of a text, which knows in which links and lists it is."""

    def __init__(self) -> None:
        self._links: list[str] = []
        self._lists: list[str] = []

    def taken_out(self, text: str) -> str:
        text = _TAG.sub(self._replaced, text) + "".join(self._link_closed() for _ in list(self._links))
        return _ITEM_ALONE.sub(r"\1 ", text)

    def _replaced(self, found: re.Match[str]) -> str:
        name = found["name"].lower()
        if name in _BLOCKS:
            return _WIDE
        return self._ended(name) if found["end"] else self._begun(name, _attributes(found["rest"]))

    def _begun(self, name: str, attributes: dict[str, str]) -> str:
        match name:
            case "a":
                return self._link_opened(attributes.get("href", ""))
            case "ul" | "ol":
                self._lists.append(name)
                return "" if self._lists[1:] else _WIDE
            case "li":
                return self._item()
            case "img":
                return f"!{_link(attributes.get('alt', ''), attributes.get('src', ''))}"
        source = attributes.get("src", "") if name in _PLAYERS else ""
        played = f"{_WIDE}{_link(attributes.get('title') or source, source)}{_WIDE}" if source else ""
        return played or _INSTEAD.get(name, "")

    def _ended(self, name: str) -> str:
        if name == "a":
            return self._link_closed()
        if name not in ("ul", "ol"):
            return ""
        self._lists[-1:] = []
        return "\n" if self._lists else _WIDE

    def _item(self) -> str:
        depth = max(0, len(self._lists) - 1)
        return f"\n{'   ' * depth}{'1.' if self._lists and self._lists[-1] == 'ol' else '-'} "

    def _link_opened(self, href: str) -> str:
        self._links.append(href)
        return "[" if href else ""

    def _link_closed(self) -> str:
        href = self._links.pop() if self._links else ""
        return f"]({_destination(href)})" if href else ""


def _attributes(rest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(rest):
        found.setdefault(name.lower(), html.unescape("".join(values)).strip())
    return found


def _link(text: str, address: str) -> str:
    return f"[{_in_brackets(text)}]({_destination(address)})"


def _destination(address: str) -> str:
    """The address as it can stand in a link of Markdown, whatever is in it."""
    return re.sub(r"[\s()<>\\\"']", lambda char: f"%{ord(char[0]):02X}", address)


def _in_brackets(text: str) -> str:
    return re.sub(r"([\[\]\\*_`])", r"\\\1", " ".join(text.split()))
