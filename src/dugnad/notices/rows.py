"""Notices as rows of the list, ready to render."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from itertools import groupby

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dugnad.kernel import formats
from dugnad.kernel.clock import place_zone, today, when
from dugnad.kernel.templatetags.house import icon_svg, seat_html
from dugnad.notices.kinds import kind_or_plain, sentence_of
from dugnad.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Row:
    """One notice: where its link goes, what it says, whose seat stands beside it."""

    url: str
    sentence: str
    note: str
    seat: SafeString
    time: SafeString
    unread: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The notices of one day under its heading."""

    heading: str
    rows: list[Row]


def days_of(notices: Iterable[Notice], language: str) -> list[Day]:
    """The notices by day of the place, in the order given."""
    zone = place_zone()
    now = today()
    return [
        Day(_heading(day, now, language), [_row(notice, zone) for notice in of_day])
        for day, of_day in groupby(notices, key=lambda notice: notice.created_at.astimezone(zone).date())
    ]


def rows_of(notices: Iterable[Notice], language: str) -> list[Row]:
    """The notices in the order given, each with its day and time."""
    zone = place_zone()
    return [replace(_row(notice, zone), time=when(notice.created_at, language)) for notice in notices]


def _heading(day: date, now: date, language: str) -> str:
    if day == now:
        return _("Today")
    if day == now - timedelta(days=1):
        return _("Yesterday")
    said = formats.long_date(day, language)
    return said[:1].upper() + said[1:]


def _row(notice: Notice, zone: tzinfo) -> Row:
    actor = notice.actor
    name = actor.name if actor else None
    words = kind_or_plain(notice.kind).sentence
    by_somebody = "{name}" in str(words)
    return Row(
        url=reverse("open_notice", args=[notice.pk]),
        sentence=sentence_of(words, name=name, title=notice.title),
        note=notice.note,
        seat=seat_html(actor.pk if actor else None, name or "") if by_somebody else icon_svg("i-bell"),
        time=_clock(notice, zone),
        unread=notice.read_at is None,
    )


def _clock(notice: Notice, zone: tzinfo) -> SafeString:
    said = formats.clock(notice.created_at, tz=zone)
    return format_html('<time datetime="{}">{}</time>', notice.created_at.isoformat(), said)
