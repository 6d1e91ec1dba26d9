"""Markdown as people write it → safe HTML, plain text, and what it refers to.

Two walls stand between what is typed and a page: a parser that knows no raw HTML and makes links only of listed
kinds of addresses, and a sanitiser with an explicit list of tags, attributes and the shapes of their values.
No image, link or mention ever makes a reader's browser ask another host for anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from dugnad.kernel.text.clean import clean_line, clean_text, without_overrides
from dugnad.kernel.text.parser import build_parser
from dugnad.kernel.text.plain import excerpt, plain_text
from dugnad.kernel.text.quoting import escaped, quote
from dugnad.kernel.text.wall import wall
from dugnad.kernel.text.weave import FileRef, ResolveFile, ResolveMention, Weaver

__all__ = [
    "MAX_SOURCE",
    "FileRef",
    "Rendered",
    "TextTooLong",
    "clean_line",
    "clean_text",
    "escaped",
    "excerpt",
    "quote",
    "render",
]

MAX_SOURCE: Final = 50_000

_PARSER = build_parser()


class TextTooLong(ValueError):  # noqa: N818 - a limit that is reached, told to the person who wrote
    """The source has more characters than the house renders; `length` and `limit` say how many."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length} characters, at most {limit}")
        self.length = length
        self.limit = limit


@dataclass(frozen=True)
class Rendered:
    """One text, ready: safe HTML, plain text, the handles it mentions and the files it shows, each once, in order."""

    html: SafeString
    plain: str
    mentions: tuple[str, ...]
    files: tuple[str, ...]


def render(
    source: str,
    *,
    resolve_mention: ResolveMention | None = None,
    resolve_file: ResolveFile | None = None,
    heading_shift: int = 2,
) -> Rendered:
    """Markdown → HTML that may be put on a page as it is, and the same as plain text.

    `resolve_mention(handle)` answers (url, name) or None; `resolve_file(key)` answers a `FileRef` or None, where the
    key is ``abc123`` for ``file:abc123`` and the address itself for any other. What they do not know stays text, or
    a link with the image's description. Without a resolver, `mentions` and `files` list every candidate in the
    text, so that a caller can look them all up at once and render again. The highest heading of the text becomes
    level ``1 + heading_shift``. Raises `TextTooLong` beyond `MAX_SOURCE` characters, before anything is read.
    """
    if len(source) > MAX_SOURCE:
        raise TextTooLong(len(source), MAX_SOURCE)
    weaver = Weaver.for_parser(_PARSER, resolve_mention, resolve_file, heading_shift)
    env = {"weaver": weaver}
    tokens = _PARSER.parse(clean_text(source), env)
    html = without_overrides(wall(_PARSER.renderer.render(tokens, _PARSER.options, env)))
    return Rendered(
        html=mark_safe(html),  # noqa: S308 - it has passed both walls
        plain=without_overrides(plain_text(tokens)),
        mentions=tuple(weaver.mentions),
        files=tuple(weaver.files),
    )
