"""Dates, times, numbers and lists, exactly as the words page lays them down for each language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from dugnad.kernel import formats

LANGUAGES = ("en", "sv", "nb", "nn", "nl")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY = date(2023, 6, 5)
START = datetime(2023, 6, 5, 14, 0, tzinfo=STOCKHOLM)
NOW = datetime(2026, 11, 18, 16, 30, tzinfo=STOCKHOLM)
NBSP = "\u00a0"


@pytest.fixture(autouse=True)
def in_stockholm() -> Iterator[None]:
    before = formats.use_zone(lambda: STOCKHOLM)
    yield
    formats.use_zone(before)


def in_all(make: object, *values: object, **how: object) -> list[str]:
    """What a format says in each language, with `~` for the space that does not break."""
    assert callable(make)
    return [make(*values, language, **how).replace(NBSP, "~") for language in LANGUAGES]


def at(day: int, hour: int, minute: int, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM)


def test_a_long_date() -> None:
    assert in_all(formats.long_date, MONDAY) == [
        "Monday 5 June 2023",
        "måndag 5 juni 2023",
        "mandag 5.~juni 2023",
        "måndag 5.~juni 2023",
        "maandag 5 juni 2023",
    ]


def test_a_short_date() -> None:
    assert in_all(formats.short_date, MONDAY) == ["5 Jun 2023", "2023-06-05", "5.6.2023", "5.6.2023", "5-6-2023"]


def test_a_day_and_its_month() -> None:
    day = date(2023, 11, 2)
    assert in_all(formats.day_and_month, day) == [
        "2 November",
        "2 november",
        "2.~november",
        "2.~november",
        "2 november",
    ]
    assert in_all(formats.day_month_year, day)[2:4] == ["2.~november 2023", "2.~november 2023"]
    assert in_all(formats.weekday_and_day, day)[:3] == [
        "Thursday 2 November",
        "torsdag 2 november",
        "torsdag 2.~november",
    ]


def test_every_month_and_weekday_has_its_name() -> None:
    months = [date(2023, number, 1) for number in range(1, 13)]
    days = [MONDAY + timedelta(days=number) for number in range(7)]
    assert " ".join(formats.month(day, "sv") for day in months) == (
        "januari februari mars april maj juni juli augusti september oktober november december"
    )
    assert " ".join(formats.month(day, "nn") for day in months) == (
        "januar februar mars april mai juni juli august september oktober november desember"
    )
    assert " ".join(formats.month(day, "nl") for day in months) == (
        "januari februari maart april mei juni juli augustus september oktober november december"
    )
    assert [formats.month(day, "en") for day in months][::3] == ["January", "April", "July", "October"]
    assert " ".join(formats.weekday(day, "en") for day in days) == (
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
    )
    assert " ".join(formats.weekday(day, "sv") for day in days) == ("måndag tisdag onsdag torsdag fredag lördag söndag")
    assert " ".join(formats.weekday(day, "nb") for day in days) == (
        "mandag tirsdag onsdag torsdag fredag lørdag søndag"
    )
    assert " ".join(formats.weekday(day, "nn") for day in days) == (
        "måndag tysdag onsdag torsdag fredag laurdag søndag"
    )
    assert " ".join(formats.weekday(day, "nl") for day in days) == (
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
    )


def test_weeks_are_iso_weeks_that_begin_on_monday() -> None:
    assert in_all(formats.week, MONDAY) == ["week 23", "vecka 23", "uke 23", "veke 23", "week 23"]
    assert formats.week(date(2027, 1, 3), "sv") == "vecka 53"
    assert formats.week(date(2027, 1, 4), "sv") == "vecka 1"
    assert [formats.weekday_heads(language)[0] for language in LANGUAGES] == ["Mon", "mån", "man", "mån", "ma"]


def test_a_calendar_leaf() -> None:
    day = date(2026, 11, 24)
    assert [formats.leaf(day, language) for language in LANGUAGES] == [
        ("Nov", 24, "Tue"),
        ("nov", 24, "tis"),
        ("nov", 24, "tir"),
        ("nov", 24, "tys"),
        ("nov", 24, "di"),
    ]
    assert formats.month_and_year(day, "nl") == "november 2026"


@pytest.mark.parametrize(
    ("first", "last", "english", "bokmal"),
    [
        (date(2023, 6, 5), date(2023, 6, 7), "5–7 June 2023", "5.–7.~juni 2023"),
        (date(2023, 5, 30), date(2023, 6, 2), "30 May–2 June 2023", "30.~mai–2.~juni 2023"),
        (date(2023, 12, 30), date(2024, 1, 2), "30 December 2023–2 January 2024", "30.~desember 2023–2.~januar 2024"),
        (date(2023, 6, 5), date(2023, 6, 5), "5 June 2023", "5.~juni 2023"),
        (date(2023, 6, 5), date(2024, 6, 5), "5 June 2023–5 June 2024", "5.~juni 2023–5.~juni 2024"),
    ],
)
def test_a_range_of_days_names_what_is_the_same_once(first: date, last: date, english: str, bokmal: str) -> None:
    assert formats.date_range(first, last, "en") == english
    assert formats.date_range(first, last, "nb").replace(NBSP, "~") == bokmal


def test_a_time_in_a_sentence_and_in_a_table() -> None:
    assert in_all(formats.at_time, START) == ["at 14:00", "kl.~14.00", "kl.~14.00", "kl.~14.00", "om 14.00~uur"]
    assert in_all(formats.time_of_day, START) == ["14:00", "14.00", "14.00", "14.00", "14.00"]
    assert formats.clock(at(1, 8, 5)) == "08:05"


def test_a_range_of_times() -> None:
    assert in_all(formats.time_range, START, START + timedelta(hours=3)) == [
        "14:00–17:00",
        "kl.~14.00–17.00",
        "kl.~14.00–17.00",
        "kl.~14.00–17.00",
        "14.00–17.00~uur",
    ]


def test_a_date_with_its_time() -> None:
    assert in_all(formats.date_and_time, START) == [
        "Monday 5 June 2023 at 14:00",
        "måndag 5 juni 2023 kl.~14.00",
        "mandag 5.~juni 2023 kl.~14.00",
        "måndag 5.~juni 2023 kl.~14.00",
        "maandag 5 juni 2023 om 14.00~uur",
    ]


def test_a_span_names_the_day_once_where_it_is_one_day() -> None:
    assert in_all(formats.span, START, START + timedelta(hours=3)) == [
        "Monday 5 June 2023, 14:00–17:00",
        "måndag 5 juni 2023 kl.~14.00–17.00",
        "mandag 5.~juni 2023 kl.~14.00–17.00",
        "måndag 5.~juni 2023 kl.~14.00–17.00",
        "maandag 5 juni 2023, 14.00–17.00~uur",
    ]
    assert formats.span(START, START + timedelta(days=1), "en") == (
        "Monday 5 June 2023 at 14:00 – Tuesday 6 June 2023 at 14:00"
    )


def test_a_time_by_another_clock_says_whose() -> None:
    said = [formats.at_time_in(START, "London", language, tz=ZoneInfo("Europe/London")) for language in LANGUAGES]
    assert [one.replace(NBSP, "~") for one in said] == [
        "at 13:00 (time in London)",
        "kl.~13.00 (tid i London)",
        "kl.~13.00 (tid i London)",
        "kl.~13.00 (tid i London)",
        "om 13.00~uur (tijd in London)",
    ]


WHEN = [
    (at(18, 14, 5), "today 14:05", "i dag 14.05", "i dag 14.05", "i dag 14.05", "vandaag 14.05"),
    (at(18, 0, 0), "today 00:00", "i dag 00.00", "i dag 00.00", "i dag 00.00", "vandaag 00.00"),
    (at(18, 23, 59), "today 23:59", "i dag 23.59", "i dag 23.59", "i dag 23.59", "vandaag 23.59"),
    (at(17, 21, 40), "yesterday 21:40", "i går 21.40", "i går 21.40", "i går 21.40", "gisteren 21.40"),
    (at(16, 8, 2), "Monday 08:02", "måndag 08.02", "mandag 08.02", "måndag 08.02", "maandag 08.02"),
    (at(12, 23, 0), "Thursday 23:00", "torsdag 23.00", "torsdag 23.00", "torsdag 23.00", "donderdag 23.00"),
    (at(11, 8, 2), "11 November", "11 november", "11.~november", "11.~november", "11 november"),
    (at(1, 8, 0, month=1), "1 January", "1 januari", "1.~januar", "1.~januar", "1 januari"),
    (
        at(31, 8, 0, month=12, year=2025),
        "31 December 2025",
        "31 december 2025",
        "31.~desember 2025",
        "31.~desember 2025",
        "31 december 2025",
    ),
    (at(19, 9, 30), "tomorrow 09:30", "i morgon 09.30", "i morgen 09.30", "i morgon 09.30", "morgen 09.30"),
    (
        at(21, 18, 0),
        "Saturday 21 November",
        "lördag 21 november",
        "lørdag 21.~november",
        "laurdag 21.~november",
        "zaterdag 21 november",
    ),
    (
        at(2, 18, 0, month=1, year=2027),
        "Saturday 2 January 2027",
        "lördag 2 januari 2027",
        "lørdag 2.~januar 2027",
        "laurdag 2.~januar 2027",
        "zaterdag 2 januari 2027",
    ),
]


@pytest.mark.parametrize("row", WHEN, ids=[row[1] for row in WHEN])
def test_when_is_said_as_people_say_it(row: tuple[datetime, str, str, str, str, str]) -> None:
    moment, *expected = row
    assert in_all(formats.when, moment, tz=STOCKHOLM, now=NOW) == expected


def test_when_has_the_time_of_older_days_if_asked_for() -> None:
    assert formats.when(at(2, 19, 20), "sv", tz=STOCKHOLM, now=NOW, precise=True) == "2 november 19.20"
    assert formats.when(at(2, 19, 20, year=2025), "en", tz=STOCKHOLM, now=NOW, precise=True) == "2 November 2025 19:20"
    assert formats.when(at(17, 19, 20), "en", tz=STOCKHOLM, now=NOW, precise=True) == "yesterday 19:20"


def test_a_weekday_comes_back_to_mean_a_date_after_a_week_and_over_new_year() -> None:
    now = at(1, 0, 30, month=1, year=2027)
    assert formats.when(at(31, 23, 50, month=12), "sv", tz=STOCKHOLM, now=now) == "i går 23.50"
    assert formats.when(at(26, 12, 0, month=12), "sv", tz=STOCKHOLM, now=now) == "lördag 12.00"
    assert formats.when(at(25, 12, 0, month=12), "sv", tz=STOCKHOLM, now=now) == "25 december 2026"


def test_the_day_is_that_of_the_zone_and_not_of_utc() -> None:
    late = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)
    assert formats.when(late, "en", tz=STOCKHOLM, now=NOW) == "today 00:30"
    assert formats.when(late, "en", tz=UTC, now=NOW) == "yesterday 23:30"
    assert formats.long_date(late, "en", tz=STOCKHOLM) == "Wednesday 18 November 2026"
    assert formats.long_date(late, "en", tz=timezone(timedelta(hours=-9))) == "Tuesday 17 November 2026"


def test_who_names_no_zone_gets_that_of_the_house() -> None:
    late = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)
    assert formats.time_of_day(late, "en") == "00:30"
    formats.use_zone(lambda: ZoneInfo("Europe/London"))
    assert formats.time_of_day(late, "en") == "23:30"
    assert formats.time_of_day(late, "en", tz=STOCKHOLM) == "00:30"


def test_clocks_that_change_do_not_shift_the_day() -> None:
    after = datetime(2026, 10, 25, 12, 0, tzinfo=STOCKHOLM)
    assert (
        formats.when(datetime(2026, 10, 24, 0, 10, tzinfo=STOCKHOLM), "en", tz=STOCKHOLM, now=after)
        == "yesterday 00:10"
    )
    assert formats.at_time(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "en", tz=STOCKHOLM) == "at 02:30"
    assert formats.at_time(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "en", tz=STOCKHOLM) == "at 02:30"


def test_the_time_element_carries_the_exact_time() -> None:
    element = formats.time_element(at(17, 21, 40), "nb", tz=STOCKHOLM, now=NOW)
    assert element == '<time datetime="2026-11-17T21:40+01:00">i går 21.40</time>'
    assert isinstance(element, SafeString)
    older = formats.time_element(START, "nl", tz=UTC, now=NOW, precise=True)
    assert older == '<time datetime="2023-06-05T12:00+00:00">5 juni 2023 12.00</time>'


def test_the_time_element_escapes_the_text_it_is_given() -> None:
    element = formats.time_element(START, "en", tz=STOCKHOLM, text="<b>noon</b>")
    assert element == '<time datetime="2023-06-05T14:00+02:00">&lt;b&gt;noon&lt;/b&gt;</time>'


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2023, 6, 5, 14, 0)
    with pytest.raises(ValueError, match="time zone"):
        formats.when(naive, "en", tz=STOCKHOLM)
    with pytest.raises(ValueError, match="time zone"):
        formats.long_date(naive, "en", tz=STOCKHOLM)


def test_without_a_language_the_active_one_is_used_and_an_unknown_one_is_english() -> None:
    with override("nn"):
        assert formats.weekday(MONDAY) == "måndag"
        assert formats.week(MONDAY) == "veke 23"
    assert formats.week(MONDAY, "de") == "week 23"


NUMBERS = [
    (12345.5, ["12,345.5", "12~345,5", "12~345,5", "12~345,5", "12.345,5"]),
    (1500, ["1,500", "1~500", "1500", "1500", "1.500"]),
    (999, ["999"] * 5),
    (0, ["0"] * 5),
    (-1234567, ["−1,234,567", "−1~234~567", "−1~234~567", "−1~234~567", "−1.234.567"]),
    (0.25, ["0.25", "0,25", "0,25", "0,25", "0,25"]),
    (Decimal("3.10"), ["3.1", "3,1", "3,1", "3,1", "3,1"]),
    (
        1e21,
        ["1,000,000,000,000,000,000,000"] + ["1~000~000~000~000~000~000~000"] * 3 + ["1.000.000.000.000.000.000.000"],
    ),
]


@pytest.mark.parametrize(("value", "expected"), NUMBERS, ids=[str(value) for value, _ in NUMBERS])
def test_numbers(value: float | Decimal, expected: list[str]) -> None:
    assert in_all(formats.number, value) == expected


def test_a_number_of_decimals_rounds_halves_away_from_zero() -> None:
    assert formats.number(2.5, "en", decimals=0) == "3"
    assert formats.number(0.125, "sv", decimals=2) == "0,13"
    assert formats.number(2, "sv", decimals=2) == "2,00"
    assert formats.number(-0.001, "en", decimals=1) == "0.0"
    assert formats.number(999.96, "en", decimals=1) == "1,000.0"


@given(st.integers(-(10**15), 10**15))
def test_a_number_keeps_its_digits(value: int) -> None:
    for language in LANGUAGES:
        said = formats.number(value, language).replace("−", "-")
        assert int("".join(char for char in said if char.isdigit() or char == "-")) == value


def test_shares() -> None:
    assert in_all(formats.percent, 25) == ["25%", "25~%", "25~%", "25~%", "25%"]
    assert in_all(formats.percent, 12.34, decimals=1) == ["12.3%", "12,3~%", "12,3~%", "12,3~%", "12,3%"]


MONEY = [
    (1500, "EUR", ["€1,500", "1~500~euro", "1500~euro", "1500~euro", "€~1.500"]),
    (1500, "SEK", ["SEK~1,500", "1~500~kr", "1500~SEK", "1500~SEK", "SEK~1.500"]),
    (1500, "NOK", ["NOK~1,500", "1~500~NOK", "1500~kr", "1500~kr", "NOK~1.500"]),
    (Decimal("19.5"), "EUR", ["€19.50", "19,50~euro", "19,50~euro", "19,50~euro", "€~19,50"]),
    (450_000, "SEK", ["SEK~450,000", "450~000~kr", "450~000~SEK", "450~000~SEK", "SEK~450.000"]),
    (20, "GBP", ["£20", "20~GBP", "20~GBP", "20~GBP", "GBP~20"]),
]


@pytest.mark.parametrize(("amount", "currency", "expected"), MONEY)
def test_money(amount: float | Decimal, currency: str, expected: list[str]) -> None:
    assert in_all(formats.money, amount, currency) == expected


def test_lists() -> None:
    assert in_all(formats.and_list, ["a", "b", "c"]) == [
        "a, b and c",
        "a, b och c",
        "a, b og c",
        "a, b og c",
        "a, b en c",
    ]
    assert in_all(formats.or_list, ["a", "b"]) == ["a or b", "a eller b", "a eller b", "a eller b", "a of b"]
    assert formats.and_list(iter(["a"]), "sv") == "a"
    assert formats.and_list([], "sv") == ""


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (4, ["Good evening", "God kväll", "God kveld", "God kveld", "Goedenavond"]),
        (5, ["Good morning", "God morgon", "God morgen", "God morgon", "Goedemorgen"]),
        (11, ["Good morning", "God dag", "God dag", "God dag", "Goedemorgen"]),
        (12, ["Good afternoon", "God dag", "God dag", "God dag", "Goedemiddag"]),
        (18, ["Good evening", "God kväll", "God kveld", "God kveld", "Goedenavond"]),
        (23, ["Good evening", "God kväll", "God kveld", "God kveld", "Goedenavond"]),
    ],
)
def test_the_greeting_is_that_of_the_hour(hour: int, expected: list[str]) -> None:
    now = at(18, hour, 30)
    assert [formats.greeting(language, tz=STOCKHOLM, now=now) for language in LANGUAGES] == expected


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1, "1 kB"),
        (240_000, "240 kB"),
        (2_400_000, "2,4 MB"),
        (55_000_000, "55 MB"),
        (2_400_000_000, "2,4 GB"),
        (55_422_000_000, "55 GB"),
    ],
)
def test_sizes_of_files_have_the_unit_that_keeps_them_short(size, said):
    assert formats.file_size(size, "sv").replace("\u00a0", " ") == said
