"""What every page is given: the place, who looks, and the ways of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from dugnad.kernel import registry
from dugnad.kernel.place import the_place


@dataclass(frozen=True, slots=True)
class Way:
    """One door in the main menu. `icon` names a drawing in the sprite; `order` sorts; `prefixes` say when it is the
    current one.
    """

    name: str
    url: str
    icon: str
    order: int
    prefixes: tuple[str, ...] = ()
    current: bool = False


class House:
    """The ways of the house for one request; made when a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def ways(self) -> list[Way]:
        viewer = self._request.viewer
        ways = [way for hall in registry.menu for way in hall(viewer)]
        path = self._request.path
        return [
            Way(way.name, way.url, way.icon, way.order, way.prefixes, _is_current(way, path))
            for way in sorted(ways, key=lambda way: way.order)
        ]


def _is_current(way: Way, path: str) -> bool:
    return path == way.url or any(path.startswith(prefix) for prefix in way.prefixes)


def house(request: HttpRequest) -> dict[str, Any]:
    """The context processor. A request that failed before its viewer was known gets the place only."""
    context: dict[str, Any] = {"place": the_place()}
    if hasattr(request, "viewer"):
        context |= {
            "viewer": request.viewer,
            "person": request.person,
            "house": House(request),
            "unread_notices": getattr(request, "unread_notices", 0),
            "theme": request.theme,
        }
    return context
