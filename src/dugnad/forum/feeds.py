"""Lists and threads as Atom feeds (RFC 4287), printed as one string. What cannot stand in XML is left out.

Numbers of entries are tag addresses (RFC 4151) of the house's own paths: they stay when a title changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import escape
from urllib.parse import urlsplit

from django.conf import settings

TYPE = "application/atom+xml; charset=utf-8"
# Characters that XML 1.0 has no way to write, not even as a number.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OWN_LINK = re.compile(r'(<[^>]*\s(?:href|src)=")(?=/(?!/))')


@dataclass(frozen=True, slots=True)
class Entry:
    """One thread or post. `path` is its address in the house, `html` what it says, made safe already."""

    path: str
    title: str
    language: str
    author: str
    published: datetime
    updated: datetime
    html: str
    kind: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its own path, the page that shows the same, and its entries. `since` is a day on which the thing was there."""

    path: str
    page: str
    title: str
    language: str
    since: date
    entries: list[Entry] = field(default_factory=list)
    id_path: str = ""


def printed(feed: Feed) -> bytes:
    """The whole document. `updated` is that of its newest entry: asking twice gives the same bytes."""
    updated = max((entry.updated for entry in feed.entries), default=None)
    begun = datetime(feed.since.year, feed.since.month, feed.since.day, tzinfo=UTC)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_text(feed.language)}">',
        f"<id>{_tag(feed.id_path or feed.path, feed.since)}</id>",
        f"<title>{_text(feed.title)}</title>",
        f"<updated>{_moment(updated or begun)}</updated>",
        f'<link rel="alternate" type="text/html" href="{_address(feed.page)}"/>',
    ]
    if not feed.id_path:
        lines.append(f'<link rel="self" type="application/atom+xml" href="{_address(feed.path)}"/>')
    lines += [_entry(entry) for entry in feed.entries]
    return ("\n".join([*lines, "</feed>"]) + "\n").encode()


def _entry(entry: Entry) -> str:
    parts = [
        f'<entry xml:lang="{_text(entry.language)}">',
        f"<id>{_tag(entry.path, entry.published.date())}</id>",
        f"<title>{_text(entry.title)}</title>",
        f'<link rel="alternate" type="text/html" href="{_address(entry.path)}"/>',
        f"<published>{_moment(entry.published)}</published>",
        f"<updated>{_moment(entry.updated)}</updated>",
        f"<author><name>{_text(entry.author)}</name></author>",
    ]
    if entry.kind:
        parts.append(f'<category term="{_text(entry.kind)}" label="{_text(entry.label)}"/>')
    parts.append(f'<content type="html">{_text(_with_whole_links(entry.html))}</content></entry>')
    return "\n".join(parts)


def _tag(path: str, day: date) -> str:
    host = urlsplit(settings.URL).hostname or "localhost"
    return _text(f"tag:{host},{day.isoformat()}:{path}")


def _address(path: str) -> str:
    return _text(f"{settings.URL}{path}")


def _with_whole_links(html: str) -> str:
    """Links and pictures of the house with its address before them: a feed is read elsewhere."""
    return _OWN_LINK.sub(lambda found: f"{found[1]}{settings.URL}", html)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(text: str) -> str:
    return escape(_UNWRITABLE.sub("", str(text)))
