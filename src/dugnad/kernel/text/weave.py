"""Between parsing and writing: links, images, mentions, headings and quotes become those of this house."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from markdown_it.token import Token

from dugnad.kernel.text.parser import FILE_SCHEME, address_at
from dugnad.kernel.text.wall import EXTERNAL_REL

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

REFERENCE_BUDGET: Final = 200_000

_MENTION_OR_WWW = re.compile(
    r"(?<![\w@/.+-])(?:@(?P<handle>(?>[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])))(?![\w@]|[.-]\w)|(?P<www>www\.(?=\w)))"
)
_SAID = re.compile(r"[^\S\n]?[^\W\d_]{0,20}:")
_BY = re.compile(r"(?:—|–|--)[^\S\n]*(?=\S)")
_TEXT_TYPES = ("text", "text_special", "code_inline")
_CELL_CLASSES = {"text-align:center": "to-center", "text-align:right": "to-end"}


@dataclass(frozen=True)
class FileRef:
    """A stored file as a text may show it: its address on this house, and its size in pixels; 0 for what is no picture and is
    only linked.
    """

    url: str
    width: int
    height: int


ResolveMention = Callable[[str], "tuple[str, str] | None"]
ResolveFile = Callable[[str], "FileRef | None"]


@dataclass
class Weaver:
    """Turns the tokens of one text into the house's own; afterwards `mentions` and `files` say what it found.

    Without a resolver every candidate counts as found, so that a caller can gather them and ask the database once.
    What references add to the page is bounded by `REFERENCE_BUDGET` characters: one definition used ten thousand
    times would otherwise make a hundred megabytes out of a short text. Links beyond it become their own text.
    """

    resolve_mention: ResolveMention | None
    resolve_file: ResolveFile | None
    heading_shift: int
    normalize: Callable[[str], str]
    validate: Callable[[str], bool]
    mentions: dict[str, None] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    budget: int = REFERENCE_BUDGET

    @classmethod
    def for_parser(
        cls, parser: MarkdownIt, resolve_mention: ResolveMention | None, resolve_file: ResolveFile | None, shift: int
    ) -> Weaver:
        """A weaver that judges addresses as the parser does."""
        return cls(resolve_mention, resolve_file, shift, parser.normalizeLink, parser.validateLink)

    def weave(self, tokens: list[Token]) -> list[Token]:
        """The same text in tokens of the house. The tokens given are changed."""
        self._rank_headings(tokens)
        for token in tokens:
            if token.type == "fence":
                token.info = ""
            elif token.type in ("th_open", "td_open"):
                name = _CELL_CLASSES.get(str(token.attrs.pop("style", "")))
                token.attrs.update({"class": name} if name else {})
            elif token.type == "inline":
                token.children = self._weave_line(token.children or [])
        return list(_cite_sources(tokens))

    def _rank_headings(self, tokens: list[Token]) -> None:
        """The highest heading of the text becomes level 1 + shift, the next one used the level below, h6 at most."""
        levels = sorted({token.tag for token in tokens if token.type == "heading_open"})
        for token in tokens:
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{min(6, 1 + self.heading_shift + levels.index(token.tag))}"

    def _weave_line(self, children: list[Token]) -> list[Token]:
        woven: list[Token] = []
        in_link = link_kept = False
        for token in children:
            if token.type == "link_open":
                in_link, link_kept = True, self._keep_link(token)
                woven.extend([token] if link_kept else [])
            elif token.type == "link_close":
                if link_kept and woven[-1].type == "link_open":
                    woven.append(_text(str(woven[-1].attrs["href"])))
                woven.extend([token] if link_kept else [])
                in_link = link_kept = False
            elif token.type == "image":
                woven.extend(self._image(token, in_link=in_link))
            elif token.type == "text" and not in_link:
                if token.content.startswith(": ") and woven and woven[-1].type == "softbreak":
                    woven[-1] = Token("hardbreak", "br", 0)
                    token.content = token.content[2:]
                woven.extend(self._plain_run(token.content))
            else:
                woven.append(token)
        return woven

    def _keep_link(self, token: Token) -> bool:
        href = str(token.attrs.get("href", ""))
        if href.startswith(FILE_SCHEME):
            ref = self._file(href)
            href = ref.url if ref else ""
        if not href or not self._spend(len(href)):
            return False
        token.attrs = _link_attributes(href)
        return True

    def _image(self, token: Token, *, in_link: bool) -> list[Token]:
        """An image that is stored here is shown; any other is a link that the reader may follow, never a request."""
        source = str(token.attrs.get("src", ""))
        description = _text_of(token.children or [])
        ref = self._file(source) if source else None
        if ref is not None and not ref.width:
            source, ref = ref.url, None
        if ref is not None and self._spend(len(ref.url)):
            size = {"width": ref.width, "height": ref.height}
            token.attrs = {"src": ref.url, "alt": "", **size, "loading": "lazy", "decoding": "async"}
            return [token]
        name = _text(description or unquote(source.rstrip("/").rpartition("/")[2]) or source)
        linkable = source and not source.startswith(FILE_SCHEME) and not in_link and self._spend(len(source))
        return _link(_link_attributes(source), name) if linkable else [name]

    def _file(self, source: str) -> FileRef | None:
        key = source.removeprefix(FILE_SCHEME)
        if self.resolve_file is None:
            if key != source:
                self.files[key] = None
            return None
        ref = self.resolve_file(key)
        if ref is not None:
            self.files[key] = None
        return ref

    def _plain_run(self, content: str) -> Iterable[Token]:
        """Running text with its mentions and its addresses that begin with ``www.`` as links."""
        done = 0
        while match := _MENTION_OR_WWW.search(content, done):
            if match["handle"]:
                end, tokens = match.end(), self._mention(match["handle"].lower())
            else:
                end, tokens = self._www(content, match.start())
            tokens = tokens or [_text(content[match.start() : end])]
            yield from [_text(content[done : match.start()])] if match.start() > done else []
            yield from tokens
            done = end
        if done < len(content):
            yield _text(content[done:])

    def _mention(self, handle: str) -> list[Token]:
        if self.resolve_mention is None:
            self.mentions[handle] = None
            return []
        found = self.resolve_mention(handle)
        if found is None or not self._spend(len(found[0]) + len(found[1])):
            return []
        self.mentions[handle] = None
        url, name = found
        return _link({"href": url, "class": "mention"}, _text(f"@{name}"))

    def _www(self, content: str, start: int) -> tuple[int, list[Token]]:
        address = address_at(content, start)
        href = self.normalize(f"https://{address}")
        if not address or not self.validate(href) or not self._spend(len(href)):
            return start + max(len(address), len("www.")), []
        return start + len(address), _link(_link_attributes(href), _text(address))

    def _spend(self, size: int) -> bool:
        self.budget -= size
        return self.budget >= 0


def _cite_sources(tokens: list[Token]) -> Iterable[Token]:
    """In a quote, the line that says who said it (first: a link and "wrote:"; last: after a dash) becomes a cite."""
    skip_until = 0
    for i, token in enumerate(tokens):
        if i < skip_until:
            continue
        if token.type != "paragraph_open" or token.hidden:
            yield token
        elif tokens[i - 1].type == "blockquote_open" and (cited := _leading_source(tokens[i + 1])):
            cite, rest = cited
            yield from _cite(cite, "leading")
            tokens[i + 1].children = rest
            yield from [token] if rest else []
            skip_until = 0 if rest else i + 3
        elif _type_at(tokens, i + 3) == "blockquote_close" and (source := _trailing_source(tokens[i + 1])):
            yield from _cite(source, "trailing")
            skip_until = i + 3
        else:
            yield token


def _type_at(tokens: list[Token], i: int) -> str:
    return tokens[i].type if i < len(tokens) else ""


def _leading_source(line: Token) -> tuple[list[Token], list[Token]] | None:
    children = line.children or []
    if not children or children[0].type != "link_open":
        return None
    close = next((i for i, child in enumerate(children) if child.type == "link_close"), len(children))
    after = children[close + 1 :]
    if not after or after[0].type != "text" or not _SAID.fullmatch(after[0].content):
        return None
    if len(after) > 1 and after[1].type not in ("softbreak", "hardbreak"):
        return None
    return children[: close + 1], after[2:]


def _trailing_source(line: Token) -> list[Token] | None:
    children = line.children or []
    if not children or children[0].type != "text" or not (dash := _BY.match(children[0].content)):
        return None
    if any(child.type in ("softbreak", "hardbreak") for child in children):
        return None
    children[0].content = children[0].content[dash.end() :]
    return children


def _cite(children: list[Token], place: str) -> list[Token]:
    line = Token("inline", "", 0, children=children)
    return [
        Token("cite_open", "cite", 1, meta={"place": place}, block=True),
        line,
        Token("cite_close", "cite", -1, block=True),
    ]


def _text_of(children: list[Token]) -> str:
    parts = (
        child.content if child.type in _TEXT_TYPES else _text_of(child.children or []) or " " * ("break" in child.type)
        for child in children
    )
    return " ".join("".join(parts).split())


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(attributes: dict[str, str | int | float], name: Token) -> list[Token]:
    return [Token("link_open", "a", 1, attrs=attributes), name, Token("link_close", "a", -1)]


def _link_attributes(href: str) -> dict[str, str | int | float]:
    external = href[:8].lower().startswith(("http://", "https://"))
    return {"href": href, "rel": EXTERNAL_REL} if external else {"href": href}
