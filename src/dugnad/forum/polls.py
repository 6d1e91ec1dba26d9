"""Polls as arithmetic: what a vote may hold, and how a count stands. Nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
LONGEST_QUESTION, LONGEST_OPTION = 200, 140
MOST_DOTS = 10

# What one person gives: option → how many dots, 1 where there are no dots to spread.
Ballot = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A poll as somebody asks it. `dots` counts only for the way "dot"; without `closes_at` it is closed by hand."""

    question: str
    options: tuple[str, ...]
    way: str = "single"
    dots: int = 3
    hidden: bool = False
    closes_at: datetime | None = None


class BallotWrong(ValueError):  # noqa: N818 - an answer to whoever voted
    """The vote cannot be counted. `sentence` says why."""

    def __init__(self, sentence: str | _StrPromise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Standing:
    """How one option stands: its votes, its share in whole hundredths, and whether no other has more."""

    votes: int
    share: int
    leads: bool


def ballot(given: Ballot, options: Collection[int], way: str, dots: int) -> dict[int, int]:
    """The vote as it is kept: only options of this poll, only what was given something. Raises `BallotWrong`."""
    chosen = {option: count for option, count in given.items() if count}
    if not chosen:
        raise BallotWrong(_("Nothing is chosen yet. Choose, then vote."))
    if not chosen.keys() <= set(options) or min(chosen.values()) < 0:
        raise BallotWrong(_("The options have changed meanwhile. Look at them once more, then vote."))
    if way == "dot":
        if sum(chosen.values()) > dots:
            raise BallotWrong(_("There are more dots than you have to spread. Take some away, then vote."))
        return chosen
    if way == "single" and len(chosen) > 1:
        raise BallotWrong(_("Here one option can be chosen. Choose one, then vote."))
    return dict.fromkeys(chosen, 1)


def standings(votes: Sequence[int], voters: int, way: str) -> list[Standing]:
    """How each option stands, in order. A share is of all voters, with dots of all dots; halves are rounded up."""
    whole = sum(votes) if way == "dot" else voters
    most = max(votes, default=0)
    return [
        Standing(count, (200 * count + whole) // (2 * whole) if whole else 0, leads=count == most > 0)
        for count in votes
    ]
