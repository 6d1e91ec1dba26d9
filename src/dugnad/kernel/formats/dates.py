"""Days as the five languages write them. All take a date, or an aware moment and the zone whose calendar counts."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import NamedTuple

from dugnad.kernel.formats.grammar import Grammar, grammar_of, local_day


def long_date(day: date, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """ "Monday 5 June 2023", "måndag 5 juni 2023", "mandag 5. juni 2023", "maandag 5 juni 2023"."""
    g, d = grammar_of(language), local_day(day, tz)
    return f"{g.weekdays[d.weekday()]} {_day_and_month(g, d)} {d.year}"


def weekday_and_day(day: date, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """The long date without its year: "Monday 5 June", "mandag 5. juni"."""
    g, d = grammar_of(language), local_day(day, tz)
    return f"{g.weekdays[d.weekday()]} {_day_and_month(g, d)}"


def day_month_year(day: date, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """The long date without its weekday: "5 June 2023", "5. juni 2023"."""
    g, d = grammar_of(language), local_day(day, tz)
    return f"{_day_and_month(g, d)} {d.year}"


def day_and_month(day: date, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """ "2 November", "2 november", "2. november"."""
    return _day_and_month(grammar_of(language), local_day(day, tz))


def short_date(day: date, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """ "5 Jun 2023", "2023-06-05", "5.6.2023", "5-6-2023"."""
    g, d = grammar_of(language), local_day(day, tz)
    return g.short_date.format(d=d.day, m=d.month, y=d.year, mon=g.months_short[d.month - 1])


def date_range(first: date, last: date, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """From one day to another, naming month and year once where they are the same: "5–7 June 2023"."""
    g, a, b = grammar_of(language), local_day(first, tz), local_day(last, tz)
    end = f"{_day_and_month(g, b)} {b.year}"
    if (a.year, a.month, a.day) == (b.year, b.month, b.day):
        return end
    if (a.year, a.month) == (b.year, b.month):
        return f"{g.day_of_range.format(a.day)}–{end}"
    start = _day_and_month(g, a)
    return f"{start}–{end}" if a.year == b.year else f"{start} {a.year}–{end}"


def weekday(day: date, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """ "Monday", "måndag", "mandag", "maandag"."""
    return grammar_of(language).weekdays[local_day(day, tz).weekday()]


def month(day: date, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """ "June", "juni"."""
    return grammar_of(language).months[local_day(day, tz).month - 1]


def month_and_year(day: date, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """ "June 2023", "juni 2023": the head of a calendar page."""
    d = local_day(day, tz)
    return f"{grammar_of(language).months[d.month - 1]} {d.year}"


def week(day: date, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """ "week 23", "vecka 23", "uke 23", "veke 23": the ISO week, which begins on Monday."""
    return grammar_of(language).week.format(local_day(day, tz).isocalendar().week)


def weekday_heads(language: str | None = None) -> tuple[str, ...]:
    """The seven short weekdays from Monday on, as heads of a calendar's columns."""
    return grammar_of(language).weekdays_short


class Leaf(NamedTuple):
    """What stands on a calendar leaf."""

    month: str
    day: int
    weekday: str


def leaf(day: date, language: str | None = None, *, tz: tzinfo | None = None) -> Leaf:
    """The leaf of a day: ("nov", 24, "tis"). The date in words must stand beside it."""
    g, d = grammar_of(language), local_day(day, tz)
    return Leaf(g.months_short[d.month - 1], d.day, g.weekdays_short[d.weekday()])


def _day_and_month(g: Grammar, d: date) -> str:
    return g.day.format(d.day) + g.months[d.month - 1]
