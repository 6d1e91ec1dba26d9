"""Who may do what now, and the sentence if not.

A policy is a function `can_verb_noun(who, thing, …) -> Verdict` that reads and never writes. The same function answers in
actions (through `require`), in views and in templates, so a button and the deed behind it can never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes, or no with a sentence that tells the person why and what they can do instead. Truthy when it is yes."""

    ok: bool
    reason: str | _StrPromise = ""

    def __bool__(self) -> bool:
        return self.ok


YES = Verdict(True)


def no(reason: str | _StrPromise) -> Verdict:
    """A refusal. `reason` is a whole translated sentence: refusals are read by people."""
    return Verdict(False, reason)


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A deed that a policy said no to. The message is the policy's sentence, ready to be shown."""

    def __init__(self, reason: str | _StrPromise) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason)


class Elsewhere(Exception):  # noqa: N818 - an answer, not an error
    """What the address names stands at another one for good. `url` is a path of this house that the viewer may see."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def require(verdict: Verdict) -> None:
    """Let the deed go on when the verdict is yes; raise `Refused` with its sentence when it is no."""
    if not verdict.ok:
        raise Refused(verdict.reason)
