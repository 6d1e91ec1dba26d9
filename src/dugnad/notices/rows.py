"""Notices as rows of the list, ready to render."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dugnad.kernel.templatetags.house import seat_html
from dugnad.notices.kinds import kind_or_plain, sentence_of
from dugnad.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Row:
    """One notice: where its link goes, what it says, whose seat stands beside it."""

    url: str
    sentence: str
    seat: SafeString
    time: str
    moment: str
    unread: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The notices of one day under its heading."""

    heading: str
    rows: list[Row]


def days_of(notices: Iterable[Notice], language: str) -> list[Day]:
    """The notices by day, in the order given."""
    return [
        Day(_heading(day), [_row(notice) for notice in of_day])
        for day, of_day in groupby(notices, key=lambda notice: timezone.localtime(notice.created_at).date())
    ]


def _heading(day: date) -> str:
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return dateformat.format(day, "l j F Y")


def _row(notice: Notice) -> Row:
    actor = notice.actor
    name = actor.name if actor else None
    return Row(
        url=reverse("open_notice", args=[notice.pk]),
        sentence=sentence_of(kind_or_plain(notice.kind).sentence, name=name, title=notice.title),
        seat=seat_html(actor.pk if actor else None, name or ""),
        time=timezone.localtime(notice.created_at).strftime("%H:%M"),
        moment=notice.created_at.isoformat(),
        unread=notice.read_at is None,
    )
