"""HTML that stands in Markdown, as Markdown: what it means stays, what it looks like goes.

The text that comes out may still hold anything; it is shown only through `kernel.text.render`, which knows no HTML.
"""

from __future__ import annotations

import html
import re
from typing import Final

from dugnad.forum.importers.aside import Aside
from dugnad.forum.importers.spans import replace_spans, tag_pair

_COMMENT = (re.compile("<!--"), re.compile("-->"))
_DROPPED = [tag_pair(name) for name in ("script", "style", "template", "noscript", "object", "svg")]
_PRE = tag_pair("pre")
_QUOTE = tag_pair("blockquote")
_HEADINGS = [tag_pair(f"h{level}") for level in range(1, 7)]
_CAPTIONS = [tag_pair(name) for name in ("figcaption", "caption")]
_AROUND_CODE = re.compile(r"\A\s*(?:<code\b[^<>]*>)?\n?|(?:</code\s*>)?\s*\Z", re.IGNORECASE)
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
    for pair in (_COMMENT, *_DROPPED):
        text = replace_spans(text, *pair, lambda _tag, _inner: "")
    text = _ADDRESS_IN_ANGLES.sub(_without_angles, text)
    text = replace_spans(text, *_PRE, lambda _tag, code: _WIDE + aside.put(_fenced(code)) + _WIDE)
    if "<" not in text:
        return text
    text = replace_spans(text, *_QUOTE, lambda _tag, said: _WIDE + _quoted(without_html(said, aside)) + _WIDE)
    for pair in _HEADINGS:
        text = replace_spans(text, *pair, _heading)
    for pair in _CAPTIONS:
        text = replace_spans(text, *pair, lambda _tag, said: f"{_WIDE}<em>{' '.join(said.split())}</em>{_WIDE}")
    text = _BREAK_IN_A_LINE.sub(lambda found: _BREAK.sub(" ", found["line"]), text)
    text = _BREAK.sub("\\\\\n", text)
    return _Tags().taken_out(_SPACE_BEFORE_A_TAG.sub("", _emphasised(text)))


def _heading(tag: re.Match[str], title: str) -> str:
    return f"{_WIDE}{'#' * int(tag[0][2])} {' '.join(title.split())}{_WIDE}"


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
    code = html.unescape(_AROUND_CODE.sub("", code))
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
                return "" if len(self._lists) > 1 else _WIDE
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
