"""What a lower floor asks of the floors above it, by name.

The kernel must know which keys a person holds, what is kept about them and how to erase it, but may not import the halls that
know. So each hall fills these hooks in its `apps.py`, and the kernel (and `people`) read them. A hook is either a list of
functions (`Hook`) or a table of functions by name (`Table`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


class Hook:
    """An ordered list of functions that halls add to at start-up. Adding the same function twice keeps one."""

    def __init__(self, promise: str) -> None:
        self.promise = promise
        self._functions: list[Callable[..., Any]] = []

    def register(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Add `function`; usable as a decorator."""
        if function not in self._functions:
            self._functions.append(function)
        return function

    def __iter__(self) -> Iterator[Callable[..., Any]]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)


class Table:
    """Functions by name. A name may be filled once; filling it twice with different functions is a mistake and raises."""

    def __init__(self, promise: str) -> None:
        self.promise = promise
        self._functions: dict[str, Callable[..., Any]] = {}

    def register(self, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorator that files the function under `name`."""

        def file(function: Callable[..., Any]) -> Callable[..., Any]:
            if self._functions.get(name, function) is not function:
                raise RuntimeError(f"{name!r} is already registered for: {self.promise}")
            self._functions[name] = function
            return function

        return file

    def get(self, name: str) -> Callable[..., Any] | None:
        return self._functions.get(name)

    def items(self) -> list[tuple[str, Callable[..., Any]]]:
        return list(self._functions.items())

    def __contains__(self, name: str) -> bool:
        return name in self._functions


keys_held = Hook("(person) -> iterable of audience keys that this person holds through the hall")
hidden_persons = Hook("(person) -> iterable of ids of persons whose writing this person does not see")
exporters = Hook(
    "(person) -> (name of the part, JSON-ready data or an iterator of rows, {path in the zip: absolute path of a file}, "
    "the sentence that says what it is)"
)
erasers = Hook(
    "(person, leave_posts: bool) -> None: remove what the hall keeps about the person, in the open transaction"
)
erasure_blockers = Hook("(person) -> iterable of sentences: what they must settle before they can be erased")
own_pages = Hook("(viewer) -> iterable of Way: the hall's pages that are a person's own, for /me/")
person_sections = Hook(
    "(person, viewer) -> (heading, printed rows, address of more or nothing, words of that link) or None: what the hall "
    "shows on a person's page, ready to render"
)
actor_forgetters = Hook("(before: datetime) -> int: drop who did what, where that is no longer needed")
readers_lines = Table(
    "by the first part of a key: (id, viewer) -> the sentence that says who can read, or None, or the sentence and the "
    "other keys that it speaks for"
)
search_sources = Table("by kind: (hits, viewer, snippets by entry) -> {id: printed row}, only what the viewer may see")
standing = Table("by name: () -> an expression on the person, loaded with whoever is signed in")
live_channels = Table("by the first part of a channel: (viewer, id) -> bool, may this viewer listen")
live_fragments = Table("by type of event: (event, language) -> dict with the HTML to add to the event, or None")
menu = Hook("(viewer) -> iterable of Way: the doors of the hall in the main menu")
admissions = Table("by kind of link: (token) -> Admission or None: what an invitation link leads to")
writing_stops = Hook(
    "(id of a person, id of a group or None for the common rooms) -> the sentence that says until when and why they do not "
    "write there, or None; asked only of those with `may_be_stopped` among their `standing`"
)
name_claimers = Hook(
    "(CarriedName, person) -> None: what came along under that name is the person's from now on, in the open transaction"
)
group_parts = Table(
    "by name of a hall: () -> its part of the file that a group travels in, to be handed in and taken out "
    "(groups.carrying.parts.GroupPart)"
)
held_files = Hook("() -> iterable of tokens of files that nothing shows yet and somebody means to show")
minute_jobs = Table(
    "by name: () -> str: what is looked at every quarter of a minute, by one process; quick when there is nothing, safe to run "
    "twice; answers with a line for the log, or nothing"
)
daily_jobs = Table(
    "by name: () -> str: one night's work of keeping, safe to run twice; answers with one line for the log"
)
