"""Paragraphs that were wrapped in the file, each on one line: here a line break in a text is a line break on the page."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark").enable("table")
_CONTINUES = re.compile(r"^[ \t>]*")
_HARD = re.compile(r"(?: {2,}|\\)$")


def on_one_line(source: str) -> str:
    """`source` with the lines of each paragraph joined by spaces, but for breaks that Markdown itself asks for."""
    lines = source.split("\n")
    for token in reversed(_PARSER.parse(source)):
        if token.type != "paragraph_open" or token.map is None:
            continue
        first, end = token.map
        lines[first:end] = _joined(lines[first:end])
    return "\n".join(lines)


def _joined(lines: list[str]) -> list[str]:
    joined = lines[:1]
    for line in lines[1:]:
        if _HARD.search(joined[-1]):
            joined.append(line)
        else:
            joined[-1] = f"{joined[-1].rstrip()} {_CONTINUES.sub('', line)}"
    return joined
