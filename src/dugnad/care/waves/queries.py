"""Waves as the stewards of a room find them, and why a post of one is hidden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from dugnad.care.models import StewardDeed, Wave, WavePost
from dugnad.care.queries import as_steward
from dugnad.care.rooms import Room
from dugnad.forum.models import Post
from dugnad.kernel.audience import Viewer, visible_to

SHOWN = 6
SETTLED_SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Seen:
    """A wave in numbers: its posts, the threads that they opened, who wrote them, and from when to when."""

    wave: Wave
    posts: int
    threads: int
    persons: int
    first: datetime | None
    last: datetime | None


def waves_of(room: Room, viewer: Viewer) -> QuerySet[Wave]:
    """The waves of the room, for its stewards."""
    waves = visible_to(Wave.objects.filter(group=room.group), as_steward(viewer))
    return waves.select_related("group", "settled_by")


def waves_open(room: Room, viewer: Viewer) -> list[Seen]:
    """Those that wait for a decision, the oldest first."""
    return counted(waves_of(room, viewer).filter(settled_at=None).order_by("pk"))


def waves_settled(room: Room, viewer: Viewer) -> list[Seen]:
    """Those that were cleared not long ago, the newest first: so that it can be taken back."""
    since = timezone.now() - SETTLED_SHOWN_FOR
    return counted(waves_of(room, viewer).filter(cleared=True, settled_at__gte=since).order_by("-pk"))


def waves_waiting(room: Room, viewer: Viewer) -> int:
    """How many wait for a decision."""
    return waves_of(room, viewer).filter(settled_at=None).count()


def wave_by_id(pk: int, viewer: Viewer) -> Seen | None:
    """One wave, for the stewards of its room."""
    waves = visible_to(Wave.objects.filter(pk=pk), as_steward(viewer)).select_related("group", "settled_by")
    return next(iter(counted(waves)), None)


def counted(waves: QuerySet[Wave]) -> list[Seen]:
    """The waves with their numbers. One query."""
    found = waves.annotate(
        post_count=Count("wave_posts", distinct=True),
        thread_count=Count("wave_posts", filter=Q(wave_posts__post__number=1), distinct=True),
        person_count=Count("wave_posts__post__author", distinct=True),
        first=Min("wave_posts__post__created_at"),
        last=Max("wave_posts__post__created_at"),
    )
    return [Seen(wave, wave.post_count, wave.thread_count, wave.person_count, wave.first, wave.last) for wave in found]


def posts_in_wave(wave: Wave, viewer: Viewer) -> list[Post]:
    """Some of its posts, the newest first, for its stewards."""
    posts = visible_to(Post.objects.filter(wave_post__wave=wave), as_steward(viewer))
    return list(posts.select_related("author", "thread").order_by("-pk")[:SHOWN])


def reasons_of(posts: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Of posts that were hidden with a wave why they were, and where that stands: for who wrote them and the stewards."""
    rows = WavePost.objects.filter(post__in=list(posts), wave__cleared=True).values_list(
        "post_id", "wave", "post__author"
    )
    found = {post: (wave, author) for post, wave, author in rows}
    lines = StewardDeed.objects.filter(kind=StewardDeed.Kind.PAUSE, wave__in={wave for wave, _author in found.values()})
    by_person = {(line.wave_id, line.person_id): line for line in lines}
    return {
        post: (line.reason, reverse("steward_deed", args=[line.pk]))
        for post, key in found.items()
        if (line := by_person.get(key)) is not None
    }
