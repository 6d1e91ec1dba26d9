"""What follows in care from what happens elsewhere: lines of the log, and reports of posts that come into another room."""

from __future__ import annotations

from dugnad.care.actions.deeds import add_line
from dugnad.care.asking import who_looks_at
from dugnad.care.models import Report, StewardDeed
from dugnad.care.rooms import room_of_thread
from dugnad.care.tellings import tell_of_report
from dugnad.forum.models import Category, Thread
from dugnad.groups.models import Group, Removal, Visit
from dugnad.kernel.happenings import Actor, Happening, on
from dugnad.notices.actions import forget_notices
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


@on("thread_moved", "thread_split", "threads_merged")
def hand_on_reports(happening: Happening, thread: Thread, by: Actor) -> None:
    """What was reported is looked at where it stands now; the stewards of the room that it left are not asked any more."""
    there = {thread.pk, happening.payload.get("into") or thread.pk}
    reports = Report.objects.filter(post__thread__in=there, settled_at=None).order_by("pk")
    told = set()
    for report in reports.select_related("post__thread__category__group"):
        room = room_of_thread(report.post.thread)
        if report.group_id == room.group_id:
            continue
        forget_notices([report])
        asked = who_looks_at(report.post, reporter=report.reporter_id)
        report.group, report.audience = room.group, asked.audience
        report.save(update_fields=["group", "audience"])
        if report.post_id not in told:
            told.add(report.post_id)
            tell_of_report(report, report.post, asked.ids, elsewhere=asked.of_place)


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
