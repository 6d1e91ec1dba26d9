"""Looks at what new accounts write, in the deed's own transaction. Older accounts cost nothing; a new one whose few words lead
nowhere neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models.functions import Substr
from django.utils import timezone

from dugnad.care.models import Wave, WavePost
from dugnad.care.rooms import Room, stewards_of
from dugnad.care.waves import detection
from dugnad.care.waves.actions import join_wave, suspect_wave
from dugnad.care.waves.detection import FRESH_FOR, NEW_FOR, WITHIN, Found, Recent
from dugnad.forum.models import Post
from dugnad.groups.models import Group
from dugnad.kernel.happenings import Happening, on
from dugnad.kernel.stamps import Stamp
from dugnad.people.models import Person

REMEMBERED_FOR = timedelta(days=30)
"""How long a mark is remembered, from when its wave was found."""
NEWEST_PERSONS = 100
NEWEST_POSTS = 80
LOCK = "spam-waves"


@on("thread_started", "post_added", "post_edited")
def look_for_waves(happening: Happening, post: Post, by: Any) -> None:
    """The post joins the wave that it belongs to, or is the one with which a wave is seen."""
    joined_at = getattr(by, "joined_at", None)
    if joined_at is None or by.pk != post.author_id or joined_at < timezone.now() - NEW_FOR:
        return
    seen = _recent((post.pk, by.pk, post.thread_id, post.created_at), post.source)
    if detection.could_belong_to_one(seen) and not WavePost.objects.filter(post=post).exists():
        _look(post, seen, by)


def _recent(row: tuple[int, int, int, Any], source: str) -> Recent:
    return detection.recent(row, source, urlsplit(settings.URL).hostname or "")


def _look(post: Post, seen: Recent, by: Person) -> None:
    """What this room said of such a post counts first, then what is known elsewhere, then what it looks like."""
    group = post.thread.category.group
    known = _known(seen, by)
    if not known:
        found = detection.wave_around(seen, _others(post))
        if not found:
            return
    # One at a time from here: of two posts with which one wave is seen, the second joins it.
    Stamp.objects.get_or_create(name=LOCK)
    Stamp.objects.select_for_update().get(name=LOCK)
    known = _known(seen, by)
    here = next((wave for wave in known if wave.group_id == (group.pk if group else None)), None)
    if here is not None:
        _join(here, post)
    elif any(wave.cleared is not False for wave in known):
        _suspect(Found(known[0].sign, known[0].mark, (post.pk,)))
    elif found := detection.wave_around(seen, _others(post)):
        _suspect(found, fine_in={wave.group_id for wave in known})


def _join(here: Wave, post: Post) -> None:
    """A mark that is fine in the room is not asked about; of a wave that was cleared there the post is hidden at once."""
    if here.cleared is not False:
        join_wave(here, [post.pk])
    if here.cleared:
        post.refresh_from_db(fields=["audience", "hidden_at", "hidden_by", "revision"])


def _known(seen: Recent, by: Person) -> list[Wave]:
    """The remembered waves that the post belongs to, the newest first. One statement, and a second where there are any."""
    waves = list(
        Wave.objects.filter(created_at__gte=timezone.now() - REMEMBERED_FOR)
        .select_related("settled_by")
        .order_by("-pk")
    )
    if not waves:
        return []
    own = set(WavePost.objects.filter(wave__in=waves, post__author=by).values_list("wave_id", flat=True))
    is_fresh = by.joined_at > timezone.now() - FRESH_FOR
    return [
        wave
        for wave in waves
        if detection.belongs(seen, wave.sign, wave.mark, is_fresh=is_fresh, is_in_it=wave.pk in own)
    ]


def _suspect(found: Found, fine_in: Collection[int | None] = ()) -> None:
    """One wave for each room that the posts stand in, so that everybody decides where they are steward."""
    rooms: dict[int | None, list[tuple[int, int | None]]] = defaultdict(list)
    for pk, author, room in Post.objects.filter(pk__in=found.posts).values_list(
        "pk", "author_id", "thread__category__group_id"
    ):
        rooms[room].append((pk, author))
    groups = Group.objects.in_bulk([room for room in rooms if room])
    for room_id, posts in sorted(rooms.items(), key=lambda item: item[0] or 0):
        group = groups[room_id] if room_id else None
        never = stewards_of(Room(group))
        theirs = [pk for pk, author in posts if author not in never]
        if theirs and room_id not in fine_in:
            suspect_wave(group, found.sign, found.mark, theirs)


def _others(post: Post) -> list[Recent]:
    """The newest posts of the newest accounts that belong to no wave yet."""
    newest = Person.objects.order_by("-pk").values("pk")[:NEWEST_PERSONS]
    now = timezone.now()
    posts = Post.objects.filter(
        author__in=newest, author__joined_at__gte=now - NEW_FOR, created_at__gte=now - WITHIN, deleted_at=None,
        wave_post=None,
    ).exclude(pk=post.pk)  # fmt: skip
    # By time and not by id: so the index of an author's posts is used, and never the whole table walked backwards.
    rows = posts.order_by("-created_at").values_list(
        "pk", "author_id", "thread_id", "created_at", Substr("source", 1, detection.READ_OF_EACH)
    )
    return [_recent((pk, author, thread, at), source) for pk, author, thread, at, source in rows[:NEWEST_POSTS]]
