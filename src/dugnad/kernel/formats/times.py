"""Times of day, spans of time, and "when" as people say it. All take aware moments and the zone whose clock counts."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from dugnad.kernel.formats.dates import long_date
from dugnad.kernel.formats.grammar import Grammar, grammar_of, local, local_now


def clock(moment: datetime, *, tz: tzinfo | None = None) -> str:
    """ "14:00" in all languages, for tables and calendar grids."""
    m = local(moment, tz)
    return f"{m.hour:02}:{m.minute:02}"


def time_of_day(moment: datetime, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """The bare time as running text writes it: "14:00" in English, "14.00" in the others."""
    return _clock(grammar_of(language), local(moment, tz))


def at_time(moment: datetime, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """The time in a sentence: "at 14:00", "kl. 14.00", "om 14.00 uur"."""
    g = grammar_of(language)
    return g.at.format(_clock(g, local(moment, tz)))


def at_time_in(moment: datetime, place: str, language: str | None = None, *, tz: tzinfo) -> str:
    """A time by another place's clock, which always says whose: "at 14:00 (time in Oslo)"."""
    return grammar_of(language).elsewhere.format(at_time(moment, language, tz=tz), place)


def time_range(start: datetime, end: datetime, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """ "14:00–17:00", "kl. 14.00–17.00", "14.00–17.00 uur"."""
    g = grammar_of(language)
    return g.from_to.format(_clock(g, local(start, tz)), _clock(g, local(end, tz)))


def date_and_time(moment: datetime, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """ "Monday 5 June 2023 at 14:00", "maandag 5 juni 2023 om 14.00 uur"."""
    return f"{long_date(moment, language, tz=tz)} {at_time(moment, language, tz=tz)}"


def span(start: datetime, end: datetime, language: str | None = None, *, tz: tzinfo | None = None) -> str:
    """From one moment to another: the day once where both are on it, else both in full with a dash between."""
    if local(start, tz).date() == local(end, tz).date():
        day, times = long_date(start, language, tz=tz), time_range(start, end, language, tz=tz)
        return grammar_of(language).day_from_to.format(day, times)
    return f"{date_and_time(start, language, tz=tz)} – {date_and_time(end, language, tz=tz)}"


def when(
    moment: datetime,
    language: str | None = None,
    *,
    tz: tzinfo | None = None,
    now: datetime | None = None,
    precise: bool = False,
) -> str:
    """When it was or will be, as seen from `now`.

    "today 14:05", "yesterday 21:40", "tomorrow 09:30"; the weekday and time of the six days before today; then the
    day and month, with the year if it is another, and with the time if `precise`. Days to come have their weekday too.
    """
    g, m, n = grammar_of(language), local(moment, tz), local_now(now, tz)
    ago = n.toordinal() - m.toordinal()
    if -1 <= ago <= 1:
        return f"{(g.tomorrow, g.today, g.yesterday)[ago + 1]} {_clock(g, m)}"
    if 1 < ago < 7:
        return f"{g.weekdays[m.weekday()]} {_clock(g, m)}"
    day = f"{g.day.format(m.day)}{g.months[m.month - 1]}"
    day = day if ago > 0 else f"{g.weekdays[m.weekday()]} {day}"
    day = day if m.year == n.year else f"{day} {m.year}"
    return f"{day} {_clock(g, m)}" if precise else day


def time_element(
    moment: datetime,
    language: str | None = None,
    *,
    tz: tzinfo | None = None,
    now: datetime | None = None,
    precise: bool = False,
    text: str | None = None,
) -> SafeString:
    """The moment as a ``<time>`` element with its exact ISO time; says `text`, or else what `when` says."""
    said = conditional_escape(text) if text is not None else when(moment, language, tz=tz, now=now, precise=precise)
    return mark_safe(f'<time datetime="{local(moment, tz).isoformat(timespec="minutes")}">{said}</time>')  # noqa: S308


def greeting(language: str | None = None, *, tz: tzinfo | None = None, now: datetime | None = None) -> str:
    """The greeting of the hour: "God morgon", "God dag", "God kväll"; at night it is still evening."""
    hour = local_now(now, tz).hour
    return next(words for before, words in grammar_of(language).greetings if hour < before)


def _clock(g: Grammar, moment: datetime) -> str:
    return g.clock.format(moment.hour, moment.minute)
