"""What a steward can do about a post, as choices that say what each does."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dugnad.care.forms import LEAVE
from dugnad.care.models import Report, StewardDeed
from dugnad.care.policies import can_write_deed
from dugnad.forum.models import Post
from dugnad.kernel.audience import Viewer

Kind = StewardDeed.Kind
BY_HAND = (Kind.WARN, Kind.HIDE, Kind.HIDE_THREAD, Kind.CLOSE, Kind.PAUSE, Kind.REMOVE)


def choices_for(post: Post, reports: list[Report], viewer: Viewer) -> list[tuple[str, Any, Any]]:
    """(kind, its words, what it does) for what this steward may do now, from the mildest to the strongest."""
    found = [(kind, *_said(kind, post)) for kind in BY_HAND if can_write_deed(viewer, kind, post)]
    leave = (LEAVE, _("Leave the post as it is"), _("Whoever reported it reads your reason. Nobody else is told."))
    return [*([leave] if reports else []), *found]


def _said(kind: str, post: Post) -> tuple[str, str]:
    name = post.author.name if post.author else _("The person")
    room = post.thread.category.group
    where = room.name if room else _("the common categories")
    words: dict[str, tuple[str, str]] = {
        Kind.WARN: (
            _("Warn {name}").format(name=name),
            _("{name} reads your reason, by notice and mail. The post stays.").format(name=name),
        ),
        Kind.HIDE: (
            _("Hide this post"),
            _("Only {name} and the stewards read it any more. Others see a quiet line in its place.").format(name=name),
        ),
        Kind.HIDE_THREAD: (
            _("Hide the whole thread"),
            _("Only {name} and the stewards find it any more, with everything in it.").format(name=name),
        ),
        Kind.CLOSE: (
            _("Close the thread"),
            _("Everybody can read it, nobody writes in it. Your reason stands at its top."),
        ),
        Kind.PAUSE: (
            _("Pause the writing of {name}").format(name=name),
            _("{name} reads and reacts as before, and writes nothing in {room} for a time.").format(
                name=name, room=where
            ),
        ),
        Kind.REMOVE: (
            _("Remove {name} from the group").format(name=name),
            _("{name} reads nothing more in {room}, and comes back only when a steward says yes.").format(
                name=name, room=where
            ),
        ),
    }
    return words[kind]
