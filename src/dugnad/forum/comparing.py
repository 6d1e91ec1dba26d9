"""Two texts beside each other, line by line, and two changes of one text put together. Pure: nothing reads or writes."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

# Lines that are compared: in two texts beside each other, and on a whole page. Comparing takes the square of the lines.
MOST_COMPARED = 1000
MOST_COMPARED_ON_A_PAGE = 8000


def compared(before: str, after: str, left: int = MOST_COMPARED) -> tuple[list[tuple[str, str]], int]:
    """(what, line): lines that were taken away, came, or stayed; and how many lines were compared for it, at most `left`.

    Line by line only, and not at all for very many lines: looking for what is alike inside changed lines costs minutes for
    a text of the greatest length, and a page of many long versions would keep everybody else waiting.
    """
    old, new = before.splitlines(), after.splitlines()
    cost = len(old) + len(new)
    if cost > min(left, MOST_COMPARED):
        return [*(("gone", line) for line in old), *(("come", line) for line in new)], 0
    lines = []
    for what, i, j, k, m in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            lines += [("same", line) for line in old[i:j]]
        else:
            lines += [*(("gone", line) for line in old[i:j]), *(("come", line) for line in new[k:m])]
    return lines, cost


@dataclass(frozen=True, slots=True)
class _Change:
    """Instead of the lines `first` to `end` (not included) stand these."""

    first: int
    end: int
    lines: list[str]

    def touches(self, other: _Change) -> bool:
        return self.first <= other.end and other.first <= self.end


def put_together(base: str, mine: str, theirs: str) -> str | None:
    """The text `base` with both changes, when they are of different places; None when they meet, or it is too long to try.

    Lines that stand beside each other are the same place: who changes one has read the other.
    """
    old = base.splitlines()
    if len(old) + max(len(mine.splitlines()), len(theirs.splitlines())) > MOST_COMPARED:
        return None
    changes = _changes(old, mine.splitlines())
    for change in _changes(old, theirs.splitlines()):
        meeting = [one for one in changes if one.touches(change)]
        if meeting == [change]:
            continue
        if meeting:
            return None
        changes.append(change)
    lines = list(old)
    for change in sorted(changes, key=lambda one: one.first, reverse=True):
        lines[change.first : change.end] = change.lines
    return "\n".join(lines)


def _changes(old: Sequence[str], new: Sequence[str]) -> list[_Change]:
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [_Change(i, j, list(new[k:m])) for what, i, j, k, m in codes if what != "equal"]
