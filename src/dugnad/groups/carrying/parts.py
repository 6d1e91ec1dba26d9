"""What a hall hands in when a group moves, and takes out again: registered in `kernel.registry.group_parts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from dugnad.groups.carrying.names import Going
from dugnad.groups.carrying.opening import Opened
from dugnad.groups.carrying.packing import Packing
from dugnad.groups.models import CarriedName, Group
from dugnad.kernel import registry
from dugnad.people.models import Person


class GroupPart(Protocol):
    """One hall's part. Its entries stand in a folder of the hall's name, uploads in `files/`."""

    def pack(self, group: Group, going: Going, packing: Packing) -> None:
        """Write everything of the group."""

    def read(self, found: Opened, names: int) -> Any:
        """Everything of the part, checked value by value and ready to be written. Writes nothing. Raises `ArchiveRefused`."""

    def unpack(self, content: Any, group: Group, names: Mapping[int, CarriedName], by: Person) -> None:
        """Write what `read` answered, in the open transaction."""

    def finish(self, group: Group) -> None:
        """What can follow in steps of its own, such as the search. Safe to run twice."""


def group_parts() -> list[GroupPart]:
    """The parts of all halls."""
    return [make() for _name, make in registry.group_parts.items()]
