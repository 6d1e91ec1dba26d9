"""Dates, times, numbers, money and lists in the five languages of the house.

Every function takes a language code (by default the active language) and, where a clock or a calendar matters, a zone
(by default the house's own, see `use_zone`; Stockholm until it is set). Moments must be aware. No locale of the system
is asked. "2 November" and "kl. 14.00" are grammar, so they stand in tables here and not among the messages.
"""

from __future__ import annotations

from dugnad.kernel.formats.dates import (
    Leaf,
    date_range,
    day_and_month,
    day_month_year,
    leaf,
    long_date,
    month,
    month_and_year,
    short_date,
    week,
    weekday,
    weekday_and_day,
    weekday_heads,
)
from dugnad.kernel.formats.grammar import DEFAULT_ZONE, use_zone
from dugnad.kernel.formats.numbers import and_list, file_size, money, number, or_list, percent
from dugnad.kernel.formats.times import (
    at_time,
    at_time_in,
    clock,
    date_and_time,
    greeting,
    span,
    time_element,
    time_of_day,
    time_range,
    when,
)
from dugnad.kernel.languages import OWN_NAMES as LANGUAGE_NAMES
from dugnad.kernel.languages import written_in as in_language

__all__ = [
    "DEFAULT_ZONE",
    "LANGUAGE_NAMES",
    "Leaf",
    "and_list",
    "at_time",
    "at_time_in",
    "clock",
    "date_and_time",
    "date_range",
    "day_and_month",
    "day_month_year",
    "file_size",
    "greeting",
    "in_language",
    "leaf",
    "long_date",
    "money",
    "month",
    "month_and_year",
    "number",
    "or_list",
    "percent",
    "short_date",
    "span",
    "time_element",
    "time_of_day",
    "time_range",
    "use_zone",
    "week",
    "weekday",
    "weekday_and_day",
    "weekday_heads",
    "when",
]
