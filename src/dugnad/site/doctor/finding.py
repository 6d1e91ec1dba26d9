"""What a look at one thing found."""

from __future__ import annotations

from dataclasses import dataclass

FINE, LOOK, WRONG = "fine", "look", "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it stands ("fine", "look" at it some time, "wrong"), a sentence that says so, and one
    that says what to do.
    """

    about: str
    stands: str
    says: str
    to_do: str = ""


def fine(about: str, says: str) -> Finding:
    return Finding(about, FINE, says)


def look(about: str, says: str, to_do: str) -> Finding:
    return Finding(about, LOOK, says, to_do)


def wrong(about: str, says: str, to_do: str) -> Finding:
    return Finding(about, WRONG, says, to_do)
