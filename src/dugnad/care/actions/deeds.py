"""What stewards do about a post or its writer, each with a reason and a line in the log; and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dugnad.care import policies, tellings
from dugnad.care.actions.reporting import settle
from dugnad.care.kinds import kind_named
from dugnad.care.models import Appeal, StewardDeed
from dugnad.care.rooms import Room, room_of_thread
from dugnad.forum import actions as forum
from dugnad.forum.models import Post, Thread
from dugnad.groups.actions import remove_member
from dugnad.groups.actions.keeping import admit, locked
from dugnad.groups.models import Group
from dugnad.kernel.happenings import Actor, record
from dugnad.kernel.place import the_place
from dugnad.kernel.policies import require
from dugnad.notices.actions import settle_notices
from dugnad.people.models import Person

Kind = StewardDeed.Kind
Undo = Callable[[StewardDeed, Person], None]


@transaction.atomic
def write_deed(
    kind: str, post: Post, *, by: Person, reason: str, agreement: str = "", ends_at: datetime | None = None
) -> StewardDeed:
    """Do what a steward decided about a post or who wrote it, and write it into the log of the room. The person reads the reason
    and how to ask for another look; open reports of the post are settled, and those who reported it are told.

    `ends_at` is for a pause. The same decision sent twice is one.
    """
    Thread.objects.select_for_update(of=("self",)).get(pk=post.thread_id)
    post = Post.objects.select_related("thread__category__group", "thread__audience", "author").get(pk=post.pk)
    room = room_of_thread(post.thread)
    same = StewardDeed.objects.filter(
        kind=kind, post=post, by=by, reason=reason, undone_at=None, ends_at=ends_at
    ).first()
    if same is not None:
        return same
    require(policies.can_write_deed(by, kind, post))
    if kind == Kind.REMOVE:
        deed = _remove(post, room, by=by, reason=reason, agreement=agreement)
    else:
        person = post.thread.author if kind in (Kind.CLOSE, Kind.HIDE_THREAD) else post.author
        deed = add_line(
            kind, room.group, by=by, person=person, post=post, thread=post.thread, reason=reason, agreement=agreement,
            ends_at=ends_at,
        )  # fmt: skip
        _do(kind, post, by=by, reason=reason)
        tellings.tell_of_deed(deed, _title(kind, post, room))
    settle(post, by=by, answer=reason, deed=deed)
    return deed


def add_line(kind: str, group: Group | None, *, by: Actor, person: Person | None = None, **facts: Any) -> StewardDeed:
    """One line of the log of a room, and the happening. Part of a deed that asked its own policy; also for other halls and
    parts, whose kinds are registered in `care.kinds`.
    """
    room = Room(group)
    actor = by if isinstance(by, Person) else None
    deed = StewardDeed.objects.create(
        kind=kind_named(kind).name, group=group, audience=room.readers(), by=actor, person=person, **facts
    )
    record("deed_written", deed, by=by, within=group, audience=room.readers(), kind=kind)
    return deed


def _title(kind: str, post: Post, room: Room) -> str:
    if kind == Kind.PAUSE:
        return room.group.name if room.group else the_place().name
    return post.thread.title


def _do(kind: str, post: Post, *, by: Person, reason: str) -> None:
    if kind in (Kind.HIDE, Kind.HIDE_THREAD):
        forum.hide_post(post, by=by)
    elif kind == Kind.CLOSE:
        forum.close_thread(post.thread, by=by, outcome=reason)


def _remove(post: Post, room: Room, *, by: Person, reason: str, agreement: str) -> StewardDeed:
    """The line is written by whoever hears that a member was removed; here it learns what it was about."""
    assert room.group is not None and post.author is not None  # noqa: S101 - the policy has said so
    remove_member(room.group, post.author, by=by, reason=reason)
    deed = StewardDeed.objects.filter(kind=Kind.REMOVE, group=room.group, person=post.author).order_by("-pk")[0]
    deed.post, deed.thread, deed.agreement = post, post.thread, agreement
    deed.save(update_fields=["post", "thread", "agreement"])
    return deed


@transaction.atomic
def undo_deed(deed: StewardDeed, *, by: Person, why: str) -> StewardDeed:
    """Take a deed back: what it did is undone as far as it still stands, the log says so, the person reads the words. An appeal
    that waits is answered with it. Undoing twice changes nothing.
    """
    deed = _locked(deed)
    if deed.undone_at is not None:
        return deed
    require(policies.can_undo_deed(by, deed))
    undo(deed, by=by, why=why)
    appeal = Appeal.objects.filter(deed=deed, answered_at=None).first()
    if appeal is not None:
        appeal.answered_at, appeal.answered_by, appeal.upheld, appeal.answer = timezone.now(), by, False, why
        appeal.save(update_fields=["answered_at", "answered_by", "upheld", "answer"])
        settle_notices(tellings.APPEALED.name, appeal)
    tellings.tell_of_undoing(deed)
    return deed


def undo(deed: StewardDeed, *, by: Person, why: str) -> None:
    """The part that taking back and granting an appeal share. Needs the lock; the caller has asked the policy and tells."""
    undoing = undoers.get(deed.kind)
    if undoing is not None:
        undoing(deed, by)
    deed.undone_at, deed.undone_by, deed.undone_why = timezone.now(), by, why[:500]
    deed.save(update_fields=["undone_at", "undone_by", "undone_why"])
    record("deed_undone", deed, by=by, within=deed.group, audience=deed.audience, kind=deed.kind)


def _show(deed: StewardDeed, by: Person) -> None:
    if deed.post is not None and deed.post.deleted_at is None:
        forum.show_post(deed.post, by=by)


def _reopen(deed: StewardDeed, by: Person) -> None:
    if deed.thread is not None and deed.thread.closed_at is not None:
        forum.reopen_thread(deed.thread, by=by)


def _let_back(deed: StewardDeed, by: Person) -> None:
    if (
        deed.group is not None
        and deed.group.closed_at is None
        and deed.person is not None
        and not deed.person.erased_at
    ):
        admit(locked(deed.group), deed.person)


# How each kind is taken back; a pause and a warning are over with the line itself. Other parts put theirs in.
undoers: dict[str, Undo] = {Kind.HIDE: _show, Kind.HIDE_THREAD: _show, Kind.CLOSE: _reopen, Kind.REMOVE: _let_back}


def _locked(deed: StewardDeed) -> StewardDeed:
    deeds = StewardDeed.objects.select_for_update(of=("self",))
    return deeds.select_related("group", "person", "audience", "post__thread", "thread__category").get(pk=deed.pk)
