"""What looks like a wave of spam: a pure function over the recent posts of new accounts. Its bars stand here and nowhere else.

A first post is never blocked and may carry links. What gives a wave away is what many new people do together: the same or
nearly the same text, the same host again and again, or links and little else from many at once. A text that is pushed
(several times by each, or into many threads) is suspected soon; one that each writes once, all in one place, late: that is
also what forty neighbours do on the evening when they come in. Their own words are alike by nobody's measure, and a short
slogan without a link is never a wave, however many say it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dugnad.care.waves.marks import (
    hosts_in,
    leads_out,
    mark_of_host,
    pairs_of,
    resemblance,
    sketch_of,
    sketches_resemble,
    words_of,
)

NEW_FOR = timedelta(days=7)
"""How long an account is new. Posts of older accounts are neither looked at nor counted."""
FRESH_FOR = timedelta(days=1)
WITHIN = timedelta(hours=24)
"""Posts count together when they were written within this time."""
FLOOD_WITHIN = timedelta(hours=1)
READ_OF_EACH = 800
"""So many signs of each post are read."""

ALIKE = 0.5
"""Two texts are nearly the same from this resemblance of their pairs of words."""
A_TEXT = 12
"""Fewer words are a slogan."""
A_LONG_TEXT = 25
"""From so many words a text without any way out of the house is looked at; up to so many a link stands nearly alone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """At least so many posts by so many new people."""

    posts: int
    persons: int


SAME_TEXT_PUSHED = Bar(posts=6, persons=3)
SAME_TEXT = Bar(posts=20, persons=8)
SAME_TEXT_WITHOUT_LINK_PUSHED = Bar(posts=12, persons=4)
SAME_HOST_PUSHED = Bar(posts=12, persons=5)
FLOOD_OF_LINKS = Bar(posts=32, persons=8)
FLOOD_BY_EACH = 4
PUSHED_BY_EACH = 2
PUSHED_INTO = 4

TEXT, LINKS, NEWCOMERS = "text", "links", "newcomers"


@dataclass(frozen=True, slots=True)
class Recent:
    """What is looked at of a post: who wrote it where and when, and what of its text counts."""

    pk: int
    person: int
    thread: int
    at: datetime
    words: int
    pairs: frozenset[str]
    hosts: frozenset[str]
    leads_out: bool

    @property
    def is_mostly_link(self) -> bool:
        return bool(self.hosts) and self.words < A_LONG_TEXT


@dataclass(frozen=True, slots=True)
class Found:
    """A wave: what gave it away, what its posts have in common (a mark that can be kept), and their ids."""

    sign: str
    mark: str
    posts: tuple[int, ...]


def recent(row: tuple[int, int, int, datetime], source: str, own_host: str = "") -> Recent:
    """A post as it is looked at: `row` is its id, writer, thread and time; links to `own_host` lead nowhere."""
    pk, person, thread, at = row
    source = source[:READ_OF_EACH]
    words, hosts = words_of(source), hosts_in(source, own_host)
    pairs = pairs_of(words) if words else frozenset()
    return Recent(pk, person, thread, at, len(words), pairs, hosts, leads_out(source, hosts))


def could_belong_to_one(post: Recent) -> bool:
    """False for what no wave is made of: few words that lead nowhere. Then nothing else needs to be asked."""
    return post.leads_out or post.words >= A_LONG_TEXT


def wave_around(newest: Recent, others: Iterable[Recent]) -> Found | None:
    """The wave that `newest` belongs to, or None. Asks nothing of the order of `others`; posts by one person alone, posts
    written more than `WITHIN` before or after, and `newest` itself among them, do not matter.
    """
    if not could_belong_to_one(newest):
        return None
    near = [one for one in others if one.pk != newest.pk and abs(newest.at - one.at) <= WITHIN]
    return _same_text(newest, near) or _same_host(newest, near) or _flood(newest, near)


def _same_text(newest: Recent, near: Sequence[Recent]) -> Found | None:
    """Nearly the same text, by each several times, or leading all to one host. Forty who fill in one greeting with their
    own names and links do neither.
    """
    if newest.words < A_TEXT:
        return None
    kin = [newest, *(one for one in near if resemblance(one.pairs, newest.pairs) >= ALIKE)]
    one_host = [one for one in kin if one.hosts & newest.hosts]
    repeated = SAME_TEXT_PUSHED if newest.leads_out else SAME_TEXT_WITHOUT_LINK_PUSHED
    if _is_repeated(kin) and _reaches(kin, repeated):
        return _found(TEXT, lambda: sketch_of(newest.pairs), kin)
    if _reaches(one_host, SAME_TEXT_PUSHED if _is_pushed(one_host) else SAME_TEXT):
        return _found(TEXT, lambda: sketch_of(newest.pairs), kin)
    return None


def _same_host(newest: Recent, near: Sequence[Recent]) -> Found | None:
    """Links that stand nearly alone, to one host: by each several times, or with the same few words in many threads."""
    if not newest.is_mostly_link:
        return None
    for host in sorted(newest.hosts):
        kin = [newest, *(one for one in near if host in one.hosts and one.is_mostly_link)]
        alike = [one for one in kin if one.pairs == newest.pairs or resemblance(one.pairs, newest.pairs) >= ALIKE]
        for group, pushed in ((kin, _is_repeated(kin)), (alike, _is_pushed(alike))):
            if pushed and _reaches(group, SAME_HOST_PUSHED):
                return _found(LINKS, lambda host=host: mark_of_host(host), group)  # type: ignore[misc]
    return None


def _flood(newest: Recent, near: Sequence[Recent]) -> Found | None:
    """Links that stand nearly alone, to any host, from many new people who each write several within an hour."""
    if not newest.is_mostly_link:
        return None
    links = [newest, *(one for one in near if one.is_mostly_link and abs(newest.at - one.at) <= FLOOD_WITHIN)]
    by_each = Counter(one.person for one in links)
    kin = [one for one in links if by_each[one.person] >= FLOOD_BY_EACH]
    if newest not in kin or not _reaches(kin, FLOOD_OF_LINKS):
        return None
    return _found(NEWCOMERS, lambda: mark_of_host(f"flood {min(one.pk for one in kin)}"), kin)


def _found(sign: str, mark: Callable[[], str], kin: Sequence[Recent]) -> Found:
    return Found(sign, mark(), tuple(sorted(one.pk for one in kin)))


def _reaches(kin: Sequence[Recent], bar: Bar) -> bool:
    return len(kin) >= bar.posts and len({one.person for one in kin}) >= bar.persons


def _is_repeated(kin: Sequence[Recent]) -> bool:
    return len(kin) >= PUSHED_BY_EACH * len({one.person for one in kin})


def _is_pushed(kin: Sequence[Recent]) -> bool:
    return _is_repeated(kin) or len({one.thread for one in kin}) >= PUSHED_INTO


def belongs(newest: Recent, sign: str, mark: str, *, is_fresh: bool, is_in_it: bool) -> bool:
    """Does a later post belong to a wave that is known by its mark? `is_fresh`: its account is younger than `FRESH_FOR`;
    `is_in_it`: the same person wrote other posts of the wave.
    """
    if sign == TEXT:
        return newest.words >= A_TEXT and sketches_resemble(sketch_of(newest.pairs), mark) >= ALIKE
    if not newest.is_mostly_link:
        return False
    if sign == LINKS:
        return (is_fresh or is_in_it) and mark in {mark_of_host(host) for host in newest.hosts}
    return is_in_it
