"""How long what is kept for a time is kept: one table, filled by the halls, in which the place may choose within bounds.

A job that forgets something asks its span each time it runs, so that what the stewards choose holds from the next night on:

    REQUESTS = keep("requests", days=60, least=7, most=180, words=_("A request to come in, after it was answered"))
    …filter(answered_at__lt=timezone.now() - REQUESTS.time)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dugnad.kernel.place import the_place

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = Any


@dataclass(frozen=True, slots=True)
class Span:
    """One kind of thing that goes by itself. `words` says what, and from when the days are counted."""

    name: str
    days: int
    least: int
    most: int
    words: Words

    @property
    def chosen(self) -> int:
        """The days that hold now: what the place chose, within the bounds of today, else the usual ones."""
        return self.within(the_place().retention)

    @property
    def time(self) -> timedelta:
        """The same as a length of time."""
        return timedelta(days=self.chosen)

    def within(self, choices: Mapping[str, Any]) -> int:
        """The days that hold when these are the choices of the place. What is no whole number counts as not chosen."""
        days = choices.get(self.name)
        if not isinstance(days, int) or isinstance(days, bool):
            return self.days
        return min(max(days, self.least), self.most)


_spans: dict[str, Span] = {}


def keep(name: str, *, days: int, least: int, most: int, words: Words) -> Span:
    """Put a kind of thing into the table: kept for `days`, or as long as the place says from `least` to `most` days. A name
    may be filled once.
    """
    if not 0 < least <= days <= most:
        raise ValueError(f"{name}: {days} days are not between {least} and {most}")
    span = Span(name, days, least, most, words)
    if _spans.setdefault(name, span) != span:
        raise RuntimeError(f"how long {name!r} is kept has been said already")
    return span


def days_of(name: str) -> int:
    """The days that hold now for this kind of thing, for sentences that say it. `KeyError` when nobody put it in."""
    return _spans[name].chosen


def spans() -> list[Span]:
    """Everything that goes by itself, the shortest first as it usually is."""
    return sorted(_spans.values(), key=lambda span: (span.days, span.name))
