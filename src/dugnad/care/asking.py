"""Who is asked: about a report, and about an appeal. Stewards of the room; where nobody else is left, those of the place."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from dugnad.care.models import Appeal, Report, StewardDeed
from dugnad.care.rooms import Room, room_of_thread, stewards_of, stewards_of_place
from dugnad.forum.models import Post
from dugnad.forum.ways import also_care
from dugnad.kernel.audience import STEWARDS_OF_PLACE, Audience, Viewer, audience_of, visible_to


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked (ids), who reads what is asked, and whether the stewards of the place are among them for this one thing.
    Nobody may be there; then it waits for somebody.
    """

    ids: frozenset[int]
    audience: Audience
    of_place: bool = False


def who_looks_at(post: Post, *, reporter: int | None = None) -> Asked:
    """Who is asked about a reported post: the stewards of its room besides who wrote it."""
    room = room_of_thread(post.thread)
    return _asked(room, {post.author_id} - {None}, also_not=reporter)


def answerers(deed: StewardDeed) -> Asked:
    """Who may answer an appeal: neither who did it nor whom it was about."""
    return _asked(Room(deed.group), {deed.by_id, deed.person_id} - {None})


def _asked(room: Room, never: set[int | None], *, also_not: int | None = None) -> Asked:
    found = stewards_of(room) - never
    if found or room.group is None:
        return Asked(frozenset(found - {also_not}), room.stewards())
    # Whoever becomes a steward of the room later reads it too.
    found = stewards_of_place() - never
    return Asked(frozenset(found - {also_not}), audience_of(room.key, STEWARDS_OF_PLACE), of_place=True)


def asked_of_place() -> Q:
    """Reports and appeals of groups about which the stewards of the place were asked."""
    return Q(group__isnull=False, audience__key_rows__key=STEWARDS_OF_PLACE)


def reports_asked(viewer: Viewer) -> QuerySet[Report]:
    """Open reports from groups about which this steward of the place was asked."""
    if not viewer.holds(STEWARDS_OF_PLACE):
        return Report.objects.none()
    reports = visible_to(Report.objects.filter(asked_of_place(), settled_at=None), viewer)
    return reports.exclude(post__author=viewer.person_id)


def appeals_asked(viewer: Viewer) -> QuerySet[Appeal]:
    """Open appeals from groups about which this steward of the place was asked."""
    if not viewer.holds(STEWARDS_OF_PLACE):
        return Appeal.objects.none()
    asked = Q(deed__group__isnull=False, audience__key_rows__key=STEWARDS_OF_PLACE, answered_at=None)
    appeals = visible_to(Appeal.objects.filter(asked), viewer)
    never = Q(person=viewer.person_id) | Q(deed__by__isnull=False, deed__by=viewer.person_id)
    return appeals.exclude(never)


def was_asked_about(viewer: Viewer, post_id: int | None) -> bool:
    """Was this steward of the place asked about this one post, and does nobody know the answer yet."""
    if post_id is None or not viewer.holds(STEWARDS_OF_PLACE):
        return False
    return (
        reports_asked(viewer).filter(post=post_id).exists() or appeals_asked(viewer).filter(deed__post=post_id).exists()
    )


@also_care.register
def was_asked_about_place(viewer: Viewer, thread_id: int, number: int) -> bool:
    """The same, asked by the forum."""
    if not viewer.holds(STEWARDS_OF_PLACE):
        return False
    post = Post.objects.filter(thread=thread_id, number=number).values_list("pk", flat=True).first()
    return was_asked_about(viewer, post)
