"""Lines of the log that are written because something happened elsewhere: removals, moves, stewardships, visits."""

from __future__ import annotations

from dugnad.care.actions.deeds import add_line
from dugnad.care.models import StewardDeed
from dugnad.forum.models import Category, Thread
from dugnad.groups.models import Group, Removal, Visit
from dugnad.kernel.happenings import Actor, Happening, on
from dugnad.people.models import Person, PlaceStewardship

Kind = StewardDeed.Kind


@on("member_removed")
def log_removal(happening: Happening, group: Group, by: Actor) -> None:
    """From whatever page somebody was removed, the group reads that and why."""
    removal = Removal.objects.filter(group=group, person=happening.payload["person"]).select_related("person").first()
    if removal is not None:
        add_line(Kind.REMOVE, group, by=by, person=removal.person, reason=removal.reason)


@on("thread_moved", "thread_split", "threads_merged")
def log_move(happening: Happening, thread: Thread, by: Actor) -> None:
    """What a steward moved of somebody else's, in the room that it left and with the reason they gave."""
    before = happening.payload.get("before")
    room = Category.objects.select_related("group").get(pk=before) if before else thread.category
    starter = happening.payload.get("starter", thread.author_id)
    if isinstance(by, Person) and by.pk != starter:
        kind = {"thread_split": "split", "threads_merged": "merge"}.get(happening.verb, Kind.MOVE)
        person = Person.objects.filter(pk=starter).first() if starter else None
        add_line(kind, room.group, by=by, person=person, thread=thread, reason=happening.payload.get("reason", ""))


@on("group_entered", "visit_ended")
def log_visit(happening: Happening, group: Group, by: Actor) -> None:
    """A steward of the place was in the group, from when until when."""
    visit = Visit.objects.select_related("person").filter(pk=happening.payload["visit"]).first()
    if visit is not None:
        reason = visit.reason if happening.verb == "group_entered" else ""
        add_line(happening.verb, group, by=visit.person, reason=reason)


@on("steward_made", "stewardship_ended")
def log_stewardship(happening: Happening, group: Group, by: Actor) -> None:
    """Who looks after the group from when on, and until when."""
    person = Person.objects.filter(pk=happening.payload["person"]).first()
    add_line(_kind_of_stewardship(happening.verb == "steward_made", person, by), group, by=by, person=person)


@on("place_stewardship_given", "place_stewardship_ended")
def log_stewardship_of_place(happening: Happening, stewardship: PlaceStewardship, by: Actor) -> None:
    """The same for the stewards of the place."""
    person = stewardship.person
    add_line(_kind_of_stewardship(happening.verb.endswith("given"), person, by), None, by=by, person=person)


def _kind_of_stewardship(begins: bool, person: Person | None, by: Actor) -> str:
    """Given or taken by somebody else, by the person themselves, or by the clock."""
    own = person is not None and by.key == person.key
    if begins:
        return "steward_began" if own else "steward_made"
    if own:
        return "stewardship_laid_down"
    return "stewardship_ended" if isinstance(by, Person) else "stewardship_over"
