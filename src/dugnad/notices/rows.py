"""Notices as rows of the list, ready to render."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.urls import reverse
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
    return [
        Day(_heading(day, language), [_row(notice, language) for notice in of_day])
        for day, of_day in groupby(notices, key=lambda notice: notice.created_at.astimezone(zone).date())
    ]


def _heading(day: date, language: str) -> str:
    if day == today():
        return _("Today")
    if day == today() - timedelta(days=1):
        return _("Yesterday")
    return str(formats.long_date(day, language))


def _row(notice: Notice, language: str) -> Row:
    actor = notice.actor
    name = actor.name if actor else None
    words = kind_or_plain(notice.kind).sentence
    by_somebody = "{name}" in str(words)
    return Row(
        url=reverse("open_notice", args=[notice.pk]),
        sentence=sentence_of(words, name=name, title=notice.title),
        note=notice.note,
        seat=seat_html(actor.pk if actor else None, name or "") if by_somebody else icon_svg("i-bell"),
        time=when(notice.created_at, language),
        unread=notice.read_at is None,
    )
