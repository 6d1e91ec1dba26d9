"""Times as this place tells them: its own zone, the viewer's language, "today" where it is today."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.safestring import SafeString

from dugnad.kernel import formats
from dugnad.kernel.place import the_place


@lru_cache(maxsize=32)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def place_zone() -> ZoneInfo:
    """The zone of the place's clock."""
    return _zone(the_place().time_zone)


def today() -> date:
    """The day it is at the place. Part of the key of every kept piece that says "today"."""
    return timezone.now().astimezone(place_zone()).date()


def when(moment: datetime, language: str) -> SafeString:
    """`<time>` with words such as "today 14:05" or "2 November", in `language`."""
    return formats.time_element(moment, language, tz=place_zone(), now=timezone.now())
