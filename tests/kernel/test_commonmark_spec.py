"""CommonMark's own examples keep their structure here, and nothing executable survives.

The examples are not part of this tree (their licence is another); `.ci/run` takes them from the parser's source package and names
the file in `DUGNAD_TEST_COMMONMARK`. Without it these tests are left out.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from dugnad.kernel.text import render

SPEC = os.environ.get("DUGNAD_TEST_COMMONMARK", "")
pytestmark = pytest.mark.skipif(not Path(SPEC).is_file(), reason="CommonMark's examples are not here")

# Examples whose structure hangs on a link that the house does not make: its address has no scheme that is allowed, so the words
# around it are read as words.
OTHERWISE = {194, 195, 200, 203, 204, 522, 573, 576, 577}
HEADING = re.compile("h[1-6]")
SILENT = {"a", "img", "span", "cite"}
ALLOWED = {
    "a", "blockquote", "br", "cite", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul", "span",
}  # fmt: skip


class Skeleton(HTMLParser):
    """The tags in order; links and pictures are left out, headings are one."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs
        if tag not in SILENT:
            self.tags.append("heading" if HEADING.fullmatch(tag) else tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in SILENT | {"br", "hr"}:
            self.tags.append("/heading" if HEADING.fullmatch(tag) else f"/{tag}")


def skeleton(html: str) -> Skeleton:
    parsed = Skeleton()
    parsed.feed(html)
    return parsed


@cache
def plain_parser() -> MarkdownIt:
    """CommonMark with raw HTML shown as text and line breaks kept, as the house has it."""
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


@cache
def examples() -> list[dict]:
    return json.loads(Path(SPEC).read_text(encoding="utf-8"))


def test_there_are_all_the_examples():
    assert len(examples()) == 652


def test_all_but_nine_keep_their_structure():
    changed = {
        example["example"]
        for example in examples()
        if skeleton(render(example["markdown"]).html).tags != skeleton(plain_parser().render(example["markdown"])).tags
    }
    assert changed == OTHERWISE


def test_nothing_executable_survives():
    for example in examples():
        found = skeleton(render(example["markdown"]).html)
        assert found.names <= ALLOWED, example["example"]
        for name, value in found.attributes:
            assert not name.startswith("on"), example["example"]
            assert not (value or "").lower().lstrip().startswith(("javascript:", "data:", "vbscript:")), example[
                "example"
            ]
