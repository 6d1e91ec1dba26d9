"""What becomes of a wave: suspected by the house, cleared or said to be fine by a steward of its room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from dugnad.care.actions.deeds import add_line, undoers
from dugnad.care.models import StewardDeed, Wave, WavePost
from dugnad.care.rooms import Room, stewards_of
from dugnad.care.tellings import tell_of_deed
from dugnad.care.waves import policies
from dugnad.care.waves.hiding import Moved, hide_many, show_many
from dugnad.care.waves.tellings import ALLOWED, CLEARED, SUSPECTED, tell_stewards, tell_writers
from dugnad.forum.models import Post
from dugnad.groups.models import Group
from dugnad.kernel.audience import audience_of
from dugnad.kernel.happenings import SYSTEM, Actor, record
from dugnad.kernel.place import the_place
from dugnad.kernel.policies import require
from dugnad.notices.actions import settle_notices
from dugnad.people.models import Person

PAUSE_LASTS = timedelta(days=30)
Kind = StewardDeed.Kind


@dataclass(frozen=True, slots=True)
class Done:
    """What a click did: how many posts and threads went or came back, and of how many people."""

    posts: int
    threads: int
    persons: int


@transaction.atomic
def suspect_wave(group: Group | None, sign: str, mark: str, posts: Iterable[int], *, by: Actor = SYSTEM) -> Wave:
    """These posts of a room (without a group: the common categories) are one thing for its stewards, who are told. The
    posts stand as before.
    """
    room = Room(group)
    wave = Wave.objects.create(group=group, audience=room.stewards(), sign=sign, mark=mark)
    join_wave(wave, posts)
    tell_stewards(wave)
    record("wave_suspected", wave, by=by, within=group, sign=sign)
    return wave


def join_wave(wave: Wave, posts: Iterable[int]) -> None:
    """These posts belong to the wave. Those that belong to one already stay there. Of a cleared wave they are hidden at once,
    each with a line of its own, so that its writer can ask for another look.
    """
    ids = list(posts)
    WavePost.objects.bulk_create([WavePost(wave=wave, post_id=pk) for pk in ids], ignore_conflicts=True)
    if wave.cleared and hide_many(ids, at=timezone.now(), by=wave.settled_by).posts:
        for post in Post.objects.filter(pk__in=ids).select_related("thread", "author"):
            _say_hidden(post, wave)


def _say_hidden(post: Post, wave: Wave) -> None:
    """The line of one post that came after its wave was cleared; who wrote it is told."""
    room = Room(wave.group)
    kind = Kind.HIDE_THREAD if post.number == 1 else Kind.HIDE
    deed = StewardDeed.objects.create(
        kind=kind, group=wave.group, audience=audience_of(room.key, f"person:{post.author_id}"), person=post.author,
        post=post, thread=post.thread, wave=wave, by=wave.settled_by, reason=_why(post.author.language if post.author else "en"),
    )  # fmt: skip
    record(
        "post_hidden", post, by=SYSTEM, within=post.thread, audience=room.stewards(), number=post.number, wave=wave.pk
    )
    tell_of_deed(deed, post.thread.title)


@transaction.atomic
def clear_wave(wave: Wave, *, by: Person) -> Done:
    """All its posts are hidden, and the threads that they opened; mails that quote them are called back; those who wrote them
    do not write in this room for `PAUSE_LASTS` and read why and how to ask for another look. One line in the room's log.
    Clearing it again changes nothing.
    """
    wave = _locked(wave)
    posts = list(WavePost.objects.filter(wave=wave).values_list("post_id", flat=True))
    if wave.cleared:
        return Done(0, 0, 0)
    require(policies.can_clear_wave(by, wave))
    _settle(wave, by=by, cleared=True)
    hidden = hide_many(posts, at=wave.settled_at or timezone.now(), by=by)
    writers = _writers(wave)
    deed = add_line(Kind.CLEAR_WAVE, wave.group, by=by, wave=wave, reason=_line(hidden, len(writers)))
    _pause(writers, wave, by=by)
    settle_notices(SUSPECTED.name, wave)
    tell_writers(writers, CLEARED, deed)
    record("wave_cleared", wave, by=by, within=wave.group, posts=hidden.posts, threads=hidden.threads)
    return Done(hidden.posts, hidden.threads, len(writers))


@transaction.atomic
def allow_wave(wave: Wave, *, by: Person) -> Done:
    """These posts are fine. What was hidden with the wave is shown again, its writers write again, and what has this mark is
    never asked about in this room again. Saying so twice changes nothing.
    """
    wave = _locked(wave)
    if wave.cleared is False:
        return Done(0, 0, 0)
    require(policies.can_allow_wave(by, wave))
    since = wave.settled_at if wave.cleared else None
    _settle(wave, by=by, cleared=False)
    settle_notices(SUSPECTED.name, wave)
    done = _bring_back(wave, since, by=by) if since else Done(0, 0, 0)
    record("wave_allowed", wave, by=by, within=wave.group, posts=done.posts, threads=done.threads)
    return done


def _settle(wave: Wave, *, by: Person, cleared: bool) -> None:
    wave.settled_at, wave.settled_by, wave.cleared = timezone.now(), by, cleared
    wave.save(update_fields=["settled_at", "settled_by", "cleared"])


def _bring_back(wave: Wave, since: datetime, *, by: Person) -> Done:
    posts = WavePost.objects.filter(wave=wave).values_list("post_id", flat=True)
    shown = show_many(list(posts), since=since)
    writers = _writers(wave)
    lines = StewardDeed.objects.filter(wave=wave, undone_at=None)
    line = lines.filter(kind=Kind.CLEAR_WAVE).first()
    lines.update(undone_at=timezone.now(), undone_by=by, undone_why=_("These posts are fine."))
    if line is not None:
        tell_writers(writers, ALLOWED, line)
    return Done(shown.posts, shown.threads, len(writers))


def undo_clearing(deed: StewardDeed, by: Person) -> None:
    """From the log: the line of the wave is taken back, so everything that it did is."""
    if deed.wave is not None and deed.wave.cleared:
        allow_wave(deed.wave, by=by)


def undo_pause(deed: StewardDeed, by: Person) -> None:
    """Somebody was taken for a part of a wave and was none: besides writing again, what was hidden of theirs comes back. The
    wave stays cleared.
    """
    wave = deed.wave
    if wave is not None and wave.cleared and wave.settled_at is not None:
        posts = WavePost.objects.filter(wave=wave, post__author=deed.person_id).values_list("post_id", flat=True)
        show_many(list(posts), since=wave.settled_at)


undoers[Kind.CLEAR_WAVE] = undo_clearing
undoers[Kind.PAUSE] = undo_pause


def _pause(writers: list[int], wave: Wave, *, by: Person) -> None:
    """Each has a line of their own, to appeal against and to be taken back for one alone; members read only the one line of
    the wave.
    """
    ends_at = timezone.now() + PAUSE_LASTS
    room = Room(wave.group)
    StewardDeed.objects.bulk_create(
        StewardDeed(
            kind=Kind.PAUSE, group=wave.group, audience=audience_of(room.key, person.key), person=person, wave=wave, by=by,
            reason=_why(person.language), ends_at=ends_at,
        )
        for person in Person.objects.filter(pk__in=writers)
    )  # fmt: skip


def _why(language: str) -> str:
    with override(language):
        return _("Many new accounts wrote the same thing here. It was taken for spam.")


def _line(hidden: Moved, persons: int) -> str:
    with override(next(iter(the_place().languages), "en")):
        words = _("Posts hidden: {posts}. Threads hidden with them: {threads}. New accounts paused: {persons}.")
        return words.format(posts=hidden.posts, threads=hidden.threads, persons=persons)


def _writers(wave: Wave) -> list[int]:
    """Who wrote its posts and still has an account, without the stewards of the room."""
    wrote = Post.objects.filter(wave_post__wave=wave, author__erased_at=None).exclude(author=None)
    return sorted(set(wrote.values_list("author_id", flat=True)) - stewards_of(Room(wave.group)))


def _locked(wave: Wave) -> Wave:
    waves = Wave.objects.select_for_update(of=("self",)).select_related("group", "settled_by")
    return waves.get(pk=wave.pk)
