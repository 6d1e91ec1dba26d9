"""A room is what stewards look after: a group, or the common categories of the place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dugnad.forum.models import Category, Thread
from dugnad.groups.models import Group, Membership
from dugnad.kernel.audience import MEMBERS, STEWARDS_OF_PLACE, Audience, Viewer, audience_of
from dugnad.people.models import Person, PlaceStewardship


@dataclass(frozen=True, slots=True)
class Room:
    """Whose stewards decide, who reads what they decided, and where that stands. Without a group: the place."""

    group: Group | None

    @property
    def group_id(self) -> int | None:
        return self.group.pk if self.group else None

    @property
    def key(self) -> str:
        """The key of its stewards."""
        return self.group.stewards_key if self.group else STEWARDS_OF_PLACE

    @property
    def url(self) -> str:
        return f"{self.group.url}/care" if self.group else "/care"

    @property
    def log_url(self) -> str:
        return f"{self.url}/log"

    def readers(self) -> Audience:
        """Who reads the log: the members of the group, or everyone with an account."""
        return audience_of(self.group.key, self.group.stewards_key) if self.group else audience_of(MEMBERS)

    def stewards(self) -> Audience:
        """Who looks after it."""
        return audience_of(self.key)

    def is_kept_by(self, viewer: Viewer) -> bool:
        return viewer.holds(self.key)


PLACE = Room(None)


def room_of(category: Category) -> Room:
    """The room in which this category stands."""
    return Room(category.group)


def room_of_thread(thread: Thread) -> Room:
    return room_of(thread.category)


def stewards_of(room: Room) -> set[int]:
    """Ids of those who look after the room now and have an account."""
    if room.group is None:
        return stewards_of_place()
    rows = Membership.objects.stewards().filter(group=room.group)
    return set(_living(rows.values_list("person_id", flat=True)))


def stewards_of_place() -> set[int]:
    """Ids of those who look after the whole place now."""
    return set(_living(PlaceStewardship.objects.current().values_list("person_id", flat=True)))


def _living(ids: Iterable[int]) -> list[int]:
    return list(Person.objects.living().filter(pk__in=ids, is_active=True).values_list("pk", flat=True))
