"""Pieces of a text that are put aside while the rest of it is changed, and put back afterwards."""

from __future__ import annotations

import re

_MARK = re.compile("\x02([0-9]+)\x03")
# An opening run of backticks, the same run again, and nothing in between that ends a paragraph.
_CODE = re.compile(r"(?<![`\\])(`+)(?!`)((?:(?!\n[ \t]*\n).)*?)(?<!`)\1(?!`)", re.DOTALL)
_FENCE = re.compile(r"(?P<indent> {0,3})(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)")


class Aside:
    """Pieces by number. A mark is made of control characters, which a clean text has none of."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def put(self, piece: str) -> str:
        """The mark that stands for `piece` from now on."""
        self._pieces.append(piece)
        return f"\x02{len(self._pieces) - 1}\x03"

    def put_code(self, text: str) -> str:
        """The text with its fenced blocks and code spans put aside: what is code is shown as it is."""
        return _CODE.sub(lambda found: self.put(found[0]), self._without_fences(text))

    def put_back(self, text: str) -> str:
        """The text with every piece in its place, also those that stood in other pieces."""
        while _MARK.search(text):
            text = _MARK.sub(lambda found: self._pieces[int(found[1])], text)
        return text

    def _without_fences(self, text: str) -> str:
        kept: list[str] = []
        block: list[str] = []
        ends = ""
        for line in text.split("\n"):
            if ends:
                block.append(line)
                if (line.strip() or " ").strip(ends[0]) == "" and len(line.strip()) >= len(ends):
                    kept.append(self.put("\n".join(block)))
                    block, ends = [], ""
            elif (opening := _FENCE.fullmatch(line)) and not (opening["fence"][0] == "`" and "`" in opening["info"]):
                block, ends = [line], opening["fence"]
            else:
                kept.append(line)
        if block:
            kept.append(self.put("\n".join(block)))
        return "\n".join(kept)
