"""The part itself, for `registry.group_parts`."""

from __future__ import annotations

from collections.abc import Mapping

from dugnad.forum.carrying import reading, shipping, writing
from dugnad.forum.carrying.reading import Content
from dugnad.groups.carrying.names import Going
from dugnad.groups.carrying.opening import Opened
from dugnad.groups.carrying.packing import Packing
from dugnad.groups.models import CarriedName, Group
from dugnad.kernel import registry
from dugnad.people.models import Person


class ForumPart:
    """What the group wrote: `forum/….jsonl`, and the uploads that its posts show."""

    def pack(self, group: Group, going: Going, packing: Packing) -> None:
        shipping.pack(group, going, packing)

    def read(self, found: Opened, names: int) -> Content:
        return reading.read(found, names)

    def unpack(self, content: Content, group: Group, names: Mapping[int, CarriedName], by: Person) -> None:
        writing.unpack(content, group, names, by)

    def finish(self, group: Group) -> None:
        writing.index(group)


registry.group_parts.register("forum")(ForumPart)
