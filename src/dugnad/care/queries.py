"""What stewards find on their desk, what the room reads in its log, and what a person finds about themselves.

Whoever looks after a room reads what they decide about, also by somebody whom they blocked for themselves: `as_steward`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from dugnad.care.asking import appeals_asked, asked_of_place, reports_asked, was_asked_about
from dugnad.care.models import Appeal, Report, StewardDeed
from dugnad.care.pauses import running_pauses
from dugnad.care.rooms import Room
from dugnad.forum.models import Post, PostVersion
from dugnad.forum.policies import keeps
from dugnad.kernel.audience import STEWARDS_OF_PLACE, Viewer, visible_to

HIDING = (StewardDeed.Kind.HIDE, StewardDeed.Kind.HIDE_THREAD)
PAGE = 30
MOST_REPORTED = 40
MOST_EARLIER = 12
MOST_OWN = 100


def as_steward(viewer: Viewer) -> Viewer:
    """The viewer without their own blocks: these are nobody's reason to leave a report unread."""
    if not viewer.hidden:
        return viewer
    return Viewer(viewer.kind, viewer.person_id, viewer.keys, viewer.language, viewer.reads)


@dataclass(slots=True)
class Reported:
    """A post with its open reports, the oldest first."""

    post: Post
    reports: list[Report] = field(default_factory=list)
    in_sight: bool = True  # False: of a group that the reader is not in; they see this post and nothing around it


def reported_posts(room: Room, viewer: Viewer) -> list[Reported]:
    """What waits in the room, the longest waiting first. Who wrote a post does not find its reports here."""
    reports = Report.objects.filter(settled_at=None, group=room.group)
    found = visible_to(reports, viewer).exclude(post__author=viewer.person_id) | _asked_reports(room, viewer)
    found = found.select_related("post__author", "post__thread__category__group").order_by("pk").distinct()
    by_post: dict[int, Reported] = {}
    seen = viewer.audiences()
    for report in found[: 5 * MOST_REPORTED]:
        reported = by_post.setdefault(report.post_id, Reported(report.post))
        reported.reports.append(report)
        reported.in_sight = report.post.thread.audience_id in seen
    return list(by_post.values())[:MOST_REPORTED]


def _asked_reports(room: Room, viewer: Viewer) -> QuerySet[Report]:
    return reports_asked(viewer) if room.group is None else Report.objects.none()


def open_appeals(room: Room, viewer: Viewer) -> list[Appeal]:
    """Appeals that wait in the room, the longest waiting first; one's own is not among them."""
    appeals = visible_to(Appeal.objects.filter(answered_at=None, deed__group=room.group), viewer)
    found = appeals.exclude(person=viewer.person_id)
    if room.group is None:
        found = found | appeals_asked(viewer)
    return list(found.select_related("deed__by", "deed__group", "person").order_by("pk").distinct())


def open_count(room: Room, viewer: Viewer) -> int:
    """How many posts and appeals wait for the stewards of the room. Two queries."""
    reports = visible_to(Report.objects.filter(settled_at=None), viewer).exclude(post__author=viewer.person_id)
    appeals = visible_to(Appeal.objects.filter(answered_at=None), viewer).exclude(person=viewer.person_id)
    if room.group is None:
        reports = reports.filter(Q(group=None) | asked_of_place())
        appeals = appeals.filter(Q(deed__group=None) | Q(audience__key_rows__key=STEWARDS_OF_PLACE))
    else:
        reports, appeals = reports.filter(group=room.group), appeals.filter(deed__group=room.group)
    waiting = reports.aggregate(n=Count("post", distinct=True))["n"]
    return int(waiting) + appeals.values("pk").distinct().count()


def pauses_in(room: Room, viewer: Viewer) -> list[StewardDeed]:
    """Who does not write in the room for now, for its stewards; what ends first stands first."""
    if not room.is_kept_by(viewer):
        return []
    pauses = visible_to(running_pauses().filter(group=room.group), viewer).exclude(person=None)
    return list(pauses.select_related("person", "by").order_by("ends_at", "pk"))


def post_in_care(pk: int, viewer: Viewer) -> Post | None:
    """A post about which this steward decides: of their room, or the one that they were asked about."""
    posts = Post.objects.select_related("thread__category__group", "thread__audience", "author", "audience")
    found = visible_to(posts, as_steward(viewer)).filter(pk=pk).first()
    if found is not None and keeps(viewer, found.thread.category):
        return found
    return posts.filter(pk=pk).first() if was_asked_about(viewer, pk) else None


def opening_post(thread_id: int, viewer: Viewer) -> int | None:
    """The id of the first post of a thread, for its stewards."""
    posts = visible_to(Post.objects.filter(thread=thread_id, number=1), as_steward(viewer))
    return posts.values_list("pk", flat=True).first()


def reports_of(post: Post, viewer: Viewer) -> list[Report]:
    """The open reports of a post, for those who look at them."""
    if post.author_id == viewer.person_id:
        return []
    reports = visible_to(Report.objects.filter(post=post, settled_at=None), viewer) | reports_asked(viewer).filter(
        post=post
    )
    return list(reports.distinct().order_by("pk"))


def post_of(deed: StewardDeed, viewer: Viewer) -> Post | None:
    """The post that a deed was about, as it reads now: for who may read it where it stands now, for who was asked about it, and
    for who wrote it as long as nobody else changed it.
    """
    post = deed.post
    if post is None or visible_to(Post.objects.filter(pk=post.pk), as_steward(viewer)).exists():
        return post
    own = post.author_id is not None and post.author_id == viewer.person_id
    if own and not PostVersion.objects.filter(post=post).exclude(editor=viewer.person_id).exists():
        return post
    return post if was_asked_about(viewer, post.pk) else None


def deed_that_hides(post: Post) -> StewardDeed | None:
    """The deed by which the post, or the thread that it opens, is hidden now."""
    return StewardDeed.objects.filter(post=post, kind__in=HIDING, undone_at=None).order_by("-pk").first()


def earlier_deeds(post: Post, viewer: Viewer) -> list[StewardDeed]:
    """What the stewards of this room did about the writer of the post before, newest first. For the room's own stewards."""
    if post.author_id is None or not keeps(viewer, post.thread.category):
        return []
    deeds = StewardDeed.objects.filter(person=post.author_id, group=post.thread.category.group)
    return list(_whole(visible_to(deeds, viewer)).order_by("-pk")[:MOST_EARLIER])


def log_of(room: Room, viewer: Viewer, before: int = 0) -> tuple[list[StewardDeed], int]:
    """A page of the room's log, newest first, and the key of the next older page (0: this is the end)."""
    deeds = visible_to(StewardDeed.objects.filter(group=room.group), viewer).order_by("-pk")
    if before:
        deeds = deeds.filter(pk__lt=before)
    found = list(_whole(deeds)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def deed_by_id(pk: int, viewer: Viewer) -> StewardDeed | None:
    """One line of a log: for those who read the log, for the person it was about, and for who was asked about it."""
    deeds = _whole(StewardDeed.objects.filter(pk=pk))
    about_me = deeds.filter(person=viewer.person_id).first() if viewer.person_id else None
    return about_me or _whole(visible_to(deeds, viewer)).first() or _asked_deed(deeds, viewer)


def _asked_deed(deeds: QuerySet[StewardDeed], viewer: Viewer) -> StewardDeed | None:
    return deeds.filter(pk__in=appeals_asked(viewer).values("deed")).first()


def deed_of_hidden_post(post_id: int, viewer: Viewer) -> StewardDeed | None:
    """The line of the log that says why a post is hidden, for those who read the log; of a wave the line of the wave."""
    deeds = visible_to(StewardDeed.objects.filter(undone_at=None), viewer)
    hidden = Q(post=post_id, kind__in=HIDING) | Q(wave__wave_posts__post=post_id, kind=StewardDeed.Kind.CLEAR_WAVE)
    return deeds.filter(hidden).order_by("-pk").first()


def appeal_by_id(pk: int, viewer: Viewer) -> Appeal | None:
    """An appeal for those who answer it, and for who did what it is about. Who was only asked about it sees it while it waits."""
    appeals = visible_to(Appeal.objects.filter(pk=pk).exclude(person=viewer.person_id), viewer)
    found = appeals.select_related("deed__by", "deed__post", "deed__group", "person", "answered_by").first()
    if found is None or Room(found.deed.group).is_kept_by(viewer):
        return found
    return found if appeals_asked(viewer).filter(pk=pk).exists() else None


def deeds_about(viewer: Viewer) -> list[StewardDeed]:
    """What stewards did about the viewer, newest first."""
    own = StewardDeed.objects.filter(person_id=viewer.person_id or 0)
    return list(_whole(own).order_by("-pk")[:MOST_OWN])


def reports_by(viewer: Viewer) -> list[Report]:
    """What the viewer reported and what came of it, newest first."""
    own = Report.objects.filter(reporter_id=viewer.person_id or 0).select_related("post__thread")
    return list(own.order_by("-pk")[:MOST_OWN])


def _whole(deeds: QuerySet[StewardDeed]) -> QuerySet[StewardDeed]:
    """Joined for printing."""
    return deeds.select_related("by", "person", "undone_by", "group", "appeal__answered_by", "thread__category__group")
