"""What the five languages do differently with dates, times and numbers, as `docs/words.md` lays it down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

NBSP: Final = "\u00a0"
DEFAULT_ZONE: Final = ZoneInfo("Europe/Stockholm")

ZoneSource = Callable[[], tzinfo]


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language. Patterns name what goes in; months and weekdays count from January and from Monday."""

    months: tuple[str, ...]
    months_short: tuple[str, ...]
    weekdays: tuple[str, ...]
    weekdays_short: tuple[str, ...]
    day: str
    day_of_range: str
    short_date: str
    week: str
    yesterday: str
    today: str
    tomorrow: str
    clock: str
    at: str
    from_to: str
    day_from_to: str
    elsewhere: str
    greetings: tuple[tuple[int, str], ...]
    group: str
    decimal: str
    shortest_grouped: int
    percent: str
    and_: str
    or_: str
    money: str
    currencies: Mapping[str, str] = field(default_factory=dict)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_NORWEGIAN_MONTHS = _words("januar februar mars april mai juni juli august september oktober november desember")
_NORWEGIAN_MONTHS_SHORT = _words("jan feb mars apr mai juni juli aug sep okt nov des")

_ENGLISH = Grammar(
    months=_words("January February March April May June July August September October November December"),
    months_short=_words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    weekdays=_words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    weekdays_short=_words("Mon Tue Wed Thu Fri Sat Sun"),
    day="{} ",
    day_of_range="{}",
    short_date="{d} {mon} {y}",
    week="week {}",
    yesterday="yesterday",
    today="today",
    tomorrow="tomorrow",
    clock="{:02}:{:02}",
    at="at {}",
    from_to="{}–{}",
    day_from_to="{}, {}",
    elsewhere="{} (time in {})",
    greetings=((5, "Good evening"), (12, "Good morning"), (18, "Good afternoon"), (24, "Good evening")),
    group=",",
    decimal=".",
    shortest_grouped=4,
    percent="{}%",
    and_=" and ",
    or_=" or ",
    money=f"{{currency}}{NBSP}{{amount}}",
    currencies={"EUR": "€{}", "GBP": "£{}", "USD": "${}"},
)
_SWEDISH = Grammar(
    months=_words("januari februari mars april maj juni juli augusti september oktober november december"),
    months_short=_words("jan feb mars apr maj juni juli aug sep okt nov dec"),
    weekdays=_words("måndag tisdag onsdag torsdag fredag lördag söndag"),
    weekdays_short=_words("mån tis ons tors fre lör sön"),
    day="{} ",
    day_of_range="{}",
    short_date="{y}-{m:02}-{d:02}",
    week="vecka {}",
    yesterday="i går",
    today="i dag",
    tomorrow="i morgon",
    clock="{:02}.{:02}",
    at=f"kl.{NBSP}{{}}",
    from_to=f"kl.{NBSP}{{}}–{{}}",
    day_from_to="{} {}",
    elsewhere="{} (tid i {})",
    greetings=((5, "God kväll"), (10, "God morgon"), (18, "God dag"), (24, "God kväll")),
    group=NBSP,
    decimal=",",
    shortest_grouped=4,
    percent=f"{{}}{NBSP}%",
    and_=" och ",
    or_=" eller ",
    money=f"{{amount}}{NBSP}{{currency}}",
    currencies={"SEK": f"{{}}{NBSP}kr", "EUR": f"{{}}{NBSP}euro"},
)
_BOKMAL = Grammar(
    months=_NORWEGIAN_MONTHS,
    months_short=_NORWEGIAN_MONTHS_SHORT,
    weekdays=_words("mandag tirsdag onsdag torsdag fredag lørdag søndag"),
    weekdays_short=_words("man tir ons tor fre lør søn"),
    day=f"{{}}.{NBSP}",
    day_of_range="{}.",
    short_date="{d}.{m}.{y}",
    week="uke {}",
    yesterday="i går",
    today="i dag",
    tomorrow="i morgen",
    clock="{:02}.{:02}",
    at=f"kl.{NBSP}{{}}",
    from_to=f"kl.{NBSP}{{}}–{{}}",
    day_from_to="{} {}",
    elsewhere="{} (tid i {})",
    greetings=((5, "God kveld"), (10, "God morgen"), (18, "God dag"), (24, "God kveld")),
    group=NBSP,
    decimal=",",
    shortest_grouped=5,
    percent=f"{{}}{NBSP}%",
    and_=" og ",
    or_=" eller ",
    money=f"{{amount}}{NBSP}{{currency}}",
    currencies={"NOK": f"{{}}{NBSP}kr", "EUR": f"{{}}{NBSP}euro"},
)
_NYNORSK = Grammar(
    months=_NORWEGIAN_MONTHS,
    months_short=_NORWEGIAN_MONTHS_SHORT,
    weekdays=_words("måndag tysdag onsdag torsdag fredag laurdag søndag"),
    weekdays_short=_words("mån tys ons tor fre lau søn"),
    day=_BOKMAL.day,
    day_of_range=_BOKMAL.day_of_range,
    short_date=_BOKMAL.short_date,
    week="veke {}",
    yesterday="i går",
    today="i dag",
    tomorrow="i morgon",
    clock=_BOKMAL.clock,
    at=_BOKMAL.at,
    from_to=_BOKMAL.from_to,
    day_from_to=_BOKMAL.day_from_to,
    elsewhere=_BOKMAL.elsewhere,
    greetings=((5, "God kveld"), (10, "God morgon"), (18, "God dag"), (24, "God kveld")),
    group=_BOKMAL.group,
    decimal=_BOKMAL.decimal,
    shortest_grouped=_BOKMAL.shortest_grouped,
    percent=_BOKMAL.percent,
    and_=_BOKMAL.and_,
    or_=_BOKMAL.or_,
    money=_BOKMAL.money,
    currencies=_BOKMAL.currencies,
)
_DUTCH = Grammar(
    months=_words("januari februari maart april mei juni juli augustus september oktober november december"),
    months_short=_words("jan feb mrt apr mei jun jul aug sep okt nov dec"),
    weekdays=_words("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"),
    weekdays_short=_words("ma di wo do vr za zo"),
    day="{} ",
    day_of_range="{}",
    short_date="{d}-{m}-{y}",
    week="week {}",
    yesterday="gisteren",
    today="vandaag",
    tomorrow="morgen",
    clock="{:02}.{:02}",
    at=f"om {{}}{NBSP}uur",
    from_to=f"{{}}–{{}}{NBSP}uur",
    day_from_to="{}, {}",
    elsewhere="{} (tijd in {})",
    greetings=((5, "Goedenavond"), (12, "Goedemorgen"), (18, "Goedemiddag"), (24, "Goedenavond")),
    group=".",
    decimal=",",
    shortest_grouped=4,
    percent="{}%",
    and_=" en ",
    or_=" of ",
    money=f"{{currency}}{NBSP}{{amount}}",
    currencies={"EUR": f"€{NBSP}{{}}"},
)
GRAMMARS: Final = {"en": _ENGLISH, "sv": _SWEDISH, "nb": _BOKMAL, "nn": _NYNORSK, "nl": _DUTCH}


def grammar_of(language: str | None) -> Grammar:
    """The grammar of a language; None is the language that is active, any unknown one is English."""
    return GRAMMARS.get(language or get_language() or "en", _ENGLISH)


_ZONE_SOURCE: list[ZoneSource] = [lambda: DEFAULT_ZONE]


def use_zone(source: ZoneSource) -> ZoneSource:
    """From now on `source` is asked for the zone of whoever names none. Answers the source before it."""
    before, _ZONE_SOURCE[0] = _ZONE_SOURCE[0], source
    return before


def local(moment: datetime, tz: tzinfo | None) -> datetime:
    """The moment on the clock of `tz`. A moment without a zone is a mistake of the caller: ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(tz or _ZONE_SOURCE[0]())


def local_day(day: date, tz: tzinfo | None) -> date:
    """A date as it is; of a moment, the date it has on the clock of `tz`."""
    return local(day, tz) if isinstance(day, datetime) else day


def local_now(now: datetime | None, tz: tzinfo | None) -> datetime:
    """Now on the clock of `tz`."""
    return local(now or datetime.now(UTC), tz)
