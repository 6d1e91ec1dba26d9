"""All doors of the house, walked from the resolver, and things that their addresses name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from tests import given


@dataclass(frozen=True, slots=True)
class Door:
    """One address: its name, its route, the names of what stands in it, and the view behind it."""

    name: str
    route: str
    arguments: tuple[str, ...]
    view: Any

    def address(self, things: dict[str, Any]) -> str:
        """The address with what it names put in."""
        route = self.route
        for name in self.arguments:
            start = route.index("<", 0)
            route = route[:start] + str(things[name]) + route[route.index(">", start) + 1 :]
        return f"/{route}"


def doors() -> list[Door]:
    """Every door there is, each address once, under the first of its names: the others are what allauth calls it."""
    return list({door.route: door for door in reversed(list(_walk(get_resolver().url_patterns)))}.values())[::-1]


def _walk(patterns: list[Any], before: str = "") -> Iterator[Door]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield Door(pattern.name or route, route, tuple(pattern.pattern.converters), pattern.callback)


def things(door: Door, house: dict[str, Any]) -> dict[str, Any]:
    """What the arguments of this door name in `house`: `slug` is a category under /c/ and a group under /g/."""
    slug = house["group"].slug if door.route.startswith("g/") else house["category"].slug
    return {
        "slug": house["thread"].slug if door.route.startswith("t/") else slug,
        "thread_id": house["thread"].pk,
        "number": 1,
        "handle": house["person"].handle,
        "pk": 1,
        "invitation": UUID(int=1),
        "token": "bm90aGluZw",
        "step": "name",
        "part": "name",
        "code": "sv",
        "theme": "dark",
        "wanted": "off",
        "version": 1,
        "kind": "need",
        "secret": "bm90aGluZw",
    }


def open_house() -> dict[str, Any]:
    """A listed group, a category, a thread and its post that anyone can read."""
    group = given.group(members=("leyla",))
    category = given.category()
    return {
        "group": group,
        "category": category,
        "thread": given.thread(within=category),
        "person": given.person("amina"),
    }


def closed_house() -> dict[str, Any]:
    """The same, for its members only."""
    group = given.group("Nattugglorna", members=("leyla",), hidden=True)
    category = given.category("Night shift", group=group)
    thread = given.thread("Who is awake?", within=category)
    return {"group": group, "category": category, "thread": thread, "person": given.person("amina")}
