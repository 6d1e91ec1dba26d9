"""What is sent at once: a few events of one channel, encoded once for each language and each set of hidden authors."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

Event = Mapping[str, Any]
Fragment = Callable[[Event, str], Mapping[str, Any] | None]

# More than this at once is told as a gap: fetching the page anew is cheaper for everyone.
MOST_EVENTS = 100
MOST_BYTES = 64 * 1024


def encode(message: Mapping[str, Any]) -> str:
    """A message as JSON in ASCII, so that its length in characters is its length in bytes."""
    return json.dumps(message, separators=(",", ":"))


def writers_of(event: Event) -> frozenset[int]:
    """Whose words an event brings: its `author`, and with `also_by` others. Who blocks one of them does not get it."""
    author = event.get("author")
    return frozenset(event.get("also_by", ())) | (frozenset() if author is None else {author})


class Delta:
    """Events that travel together. `fragments` names, for each type of event, the function that adds its HTML, or None.

    `rendered[language]` holds the events with their HTML; None there means that it could not be made. Without any
    fragment the events are the same in every language.
    """

    __slots__ = ("_fragments", "_frames", "authors", "events", "rendered", "rendering", "too_many")

    def __init__(self, events: list[Event], fragments: Mapping[str, Fragment | None]) -> None:
        self.events = events
        self.too_many = len(events) > MOST_EVENTS
        self.authors = frozenset().union(*map(writers_of, events))
        self.rendered: dict[str, list[Event] | None] = {}
        self.rendering: dict[str, Awaitable[None]] = {}
        self._fragments = {kind: fragment for kind, fragment in fragments.items() if fragment is not None}
        self._frames: dict[tuple[str, frozenset[int]], str | None] = {}

    def missing(self, languages: Iterable[str]) -> list[str]:
        """The languages among these in which HTML must still be made."""
        if not self._fragments or self.too_many:
            return []
        return [language for language in languages if language not in self.rendered]

    def render(self, language: str) -> list[Event]:
        """The events with their HTML in `language`. Reads the database: call it in a thread. Events whose fragment
        answers None are left out, since what they tell of is gone.
        """
        rendered: list[Event] = []
        for event in self.events:
            make = self._fragments.get(event["type"])
            added = make(event, language) if make else {}
            if added is not None:
                rendered.append({**event, **added})
        return rendered

    def bare(self) -> Delta:
        """The same events without what was made of them."""
        return Delta(self.events, self._fragments)

    @staticmethod
    def merged(deltas: list[Delta]) -> Delta:
        """All events of several deltas, in their order."""
        fragments: dict[str, Fragment | None] = {}
        for delta in deltas:
            fragments.update(delta._fragments)
        return Delta([event for delta in deltas for event in delta.events], fragments)

    def frame(self, channel: str, seq: int | None, language: str, hide: frozenset[int]) -> str | None:
        """The text to send to a listener, the same object for all who see the same; None when nothing is left to see. A
        delta belongs to one channel and one number, so these two are the same at every call.
        """
        hidden = self.authors & hide
        key = (language if self._fragments else "", hidden)
        if key not in self._frames:
            self._frames[key] = self._encode(channel, seq, language, hidden)
        return self._frames[key]

    def _encode(self, channel: str, seq: int | None, language: str, hidden: frozenset[int]) -> str | None:
        head: dict[str, Any] = {"on": channel} if seq is None else {"on": channel, "seq": seq}
        events = None if self.too_many else self.rendered[language] if self._fragments else self.events
        if events is None:
            return encode({**head, "gap": True})
        seen = [event for event in events if hidden.isdisjoint(writers_of(event))]
        if not seen:
            return None
        text = encode({**head, "events": seen})
        return text if len(text) <= MOST_BYTES else encode({**head, "gap": True})
