"""The kinds of lines in a room's log. What stewards do by hand is here; other halls and parts register kinds of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = Any


@dataclass(frozen=True, slots=True)
class DeedKind:
    """One kind of line. Sentences have the places `{by}`, `{person}` and `{until}`.

    `line` names the person it was about; `line_for_others` does not, and is what others than stewards and that person read
    (empty: everybody reads the first). `to_person` is said to that person; `undo` is the word on the button that takes the deed
    back (empty: it cannot be). `public`: the person is named to everybody, as for a stewardship.
    """

    name: str
    line: Words
    line_for_others: Words = ""
    to_person: Words = ""
    undo: Words = ""
    icon: str = "i-people"
    public: bool = False


_kinds: dict[str, DeedKind] = {}


def register(kind: DeedKind) -> DeedKind:
    """Make `kind` known. Its name may be used once."""
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"a kind of line named {kind.name!r} is registered already")
    _kinds[kind.name] = kind
    return kind


def kind_named(name: str) -> DeedKind:
    """The kind with this name, or a plain one when whoever registered it is no longer there."""
    return _kinds.get(name, PLAIN)


PLAIN = DeedKind("plain", _("{by} did something as a steward."))

for _kind in (
    DeedKind(
        "hide",
        _("{by} hid a post by {person}."),
        _("{by} hid a post by a member."),
        _("A steward hid your post."),
        _("Show the post again"),
        "i-hush",
    ),
    DeedKind(
        "hide_thread",
        _("{by} hid a thread that {person} started."),
        _("{by} hid a thread that a member started."),
        _("A steward hid the thread that you started."),
        _("Show the thread again"),
        "i-hush",
    ),
    DeedKind(
        "warn",
        _("{by} warned {person}."),
        _("{by} warned a member."),
        _("A steward warned you about something you wrote."),
        _("Take the warning back"),
        "i-bell",
    ),
    DeedKind(
        "close",
        _("{by} closed a thread that {person} started."),
        _("{by} closed a thread that a member started."),
        _("A steward closed the thread that you started."),
        _("Reopen the thread"),
        "i-close",
    ),
    DeedKind(
        "move",
        _("{by} moved a thread that {person} started."),
        _("{by} moved a thread that a member started."),
        _("A steward moved the thread that you started."),
        "",
        "i-arrow",
    ),
    DeedKind(
        "split",
        _("{by} made a new thread of posts in one that {person} started."),
        _("{by} made a new thread of posts in one that a member started."),
        _("A steward made a new thread of posts in the one that you started."),
        icon="i-arrow",
    ),
    DeedKind(
        "merge",
        _("{by} merged a thread that {person} started into another one."),
        _("{by} merged a thread that a member started into another one."),
        _("A steward merged the thread that you started into another one."),
        icon="i-arrow",
    ),
    DeedKind(
        "pause",
        _("{by} paused the writing of {person} until {until}."),
        _("{by} paused the writing of a member until {until}."),
        _("A steward paused your writing here until {until}."),
        _("Let them write again"),
        "i-clock",
    ),
    DeedKind(
        "remove",
        _("{by} removed {person} from the group."),
        _("{by} removed a member from the group."),
        _("A steward removed you from the group."),
        _("Let them back into the group"),
        "i-out",
    ),
    DeedKind("clear_wave", _("{by} cleared a wave of spam."), undo=_("Show all of it again"), icon="i-check"),
    DeedKind("steward_began", _("{person} became a steward."), public=True),
    DeedKind("steward_made", _("{by} made {person} a steward."), public=True),
    DeedKind("stewardship_ended", _("{by} ended the stewardship of {person}."), public=True),
    DeedKind("stewardship_over", _("The stewardship of {person} ended by itself, at its time."), public=True),
    DeedKind("stewardship_laid_down", _("{by} laid down the stewardship."), public=True),
    DeedKind("group_entered", _("{by}, a steward of the place, entered the group to read."), icon="i-door-open"),
    DeedKind("visit_ended", _("{by}, a steward of the place, left the group again."), icon="i-door"),
):
    register(_kind)
