"""The Markdown that an editor begins a reply with."""

from __future__ import annotations

import re

from dugnad.kernel.text.clean import clean_line, clean_text
from dugnad.kernel.text.parser import build_parser

_WROTE = {"en": "wrote:", "sv": "skrev:", "nb": "skrev:", "nn": "skreiv:", "nl": "schreef:"}
_MARKUP = re.compile(r"([\\`*_\[\]<>&~|])")
_PARSER = build_parser()


def escaped(words: str) -> str:
    """One line of plain words as Markdown that says just these words."""
    return _MARKUP.sub(r"\\\1", clean_line(words))


def quote(source: str, name: str, url: str, language: str = "en") -> str:
    """A Markdown quote of `source`, headed by who wrote it, with an empty line after it to begin the reply on.

    What the source itself quotes is left out, so that replies to replies do not become staircases; a source of
    nothing but quotes is kept whole. `url` is a path of this house.
    """
    lines = [f"[{escaped(name)}]({url}) {_WROTE[language]}", "", *_own_lines(clean_text(source))]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _own_lines(source: str) -> list[str]:
    lines = source.split("\n")
    kept: list[str] = []
    done = 0
    for token in _PARSER.parse(source):
        if token.type == "blockquote_open" and token.level == 0 and token.map:
            kept += lines[done : token.map[0]]
            done = token.map[1]
    kept += lines[done:]
    return "\n".join(kept).strip("\n").split("\n") if any(line.strip() for line in kept) else lines
