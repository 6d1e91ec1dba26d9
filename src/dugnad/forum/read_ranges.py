"""Which numbers of a thread somebody has read, as ranges: what is left of two threads that become one, or of one split in two.

A range is `(first, last)`, both included. Everything here is arithmetic; nothing reads or writes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

Range = tuple[int, int]


def ranges_read(read_to: int, also_read: Iterable[Sequence[int]]) -> list[Range]:
    """What a `ThreadReading` says as ranges."""
    return joined([(1, read_to), *((first, last) for first, last in also_read)])


def joined(ranges: Iterable[Range]) -> list[Range]:
    """The same numbers in as few ranges as can be, in order. Empty ones are dropped."""
    whole: list[Range] = []
    for first, last in sorted(one for one in ranges if one[0] <= one[1]):
        if whole and first <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(whole[-1][1], last))
        else:
            whole.append((first, last))
    return whole


def marks_of(ranges: Iterable[Range]) -> tuple[int, list[list[int]]]:
    """`read_to` and `also_read` for these ranges: the one that begins with the first post, and the others."""
    whole = joined(ranges)
    read_to = whole.pop(0)[1] if whole and whole[0][0] == 1 else 0
    return read_to, [list(one) for one in whole]


def shifted(ranges: Iterable[Range], by: int) -> list[Range]:
    """The ranges after every number rose by `by`."""
    return [(first + by, last + by) for first, last in ranges]


def renumbered(ranges: Iterable[Range], chosen: Sequence[int]) -> list[Range]:
    """The ranges after only the `chosen` numbers (in order) are left and count from 1."""
    return joined((bisect_left(chosen, first) + 1, bisect_right(chosen, last)) for first, last in ranges)


def runs_up_to(posts: Iterable[tuple[int, int]], mark: int) -> list[Range]:
    """The numbers of those posts, given as (number, id) by number, whose id is at most `mark`."""
    runs: list[Range] = []
    goes_on = False
    for number, pk in posts:
        if pk > mark:
            goes_on = False
        elif goes_on:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
            goes_on = True
    return runs
