"""Who started a thread hears where it went, in words of the one who moved it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Thread
from dugnad.kernel.audience import audience_of, viewer_of
from dugnad.kernel.happenings import Happening, on
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, register
from dugnad.people.models import Person

STARTED_IT = _("You get this because you started the thread.")

register(
    NoticeKind(
        "thread_moved",
        "reply",
        _("{name} moved your thread “{title}” to another category."),
        _("Moved: {title}"),
        mail_why=STARTED_IT,
    )
)
register(
    NoticeKind(
        "thread_out_of_sight",
        "reply",
        _("{name} moved your thread “{title}” to where you cannot read it."),
        _("Moved: {title}"),
        mail_why=STARTED_IT,
    )
)
register(
    NoticeKind(
        "thread_split",
        "reply",
        _("{name} made a new thread of posts in “{title}”."),
        _("Split: {title}"),
        mail_why=STARTED_IT,
    )
)
register(
    NoticeKind(
        "threads_merged",
        "reply",
        _("{name} merged your thread into “{title}”."),
        _("Merged: {title}"),
        mail_why=STARTED_IT,
    )
)


@on("thread_moved")
def tell_of_moving(happening: Happening, thread: Thread, by: Person) -> None:
    """Who started the thread hears it, also when they cannot follow it there."""
    starter = thread.author
    if starter is None:
        return
    if viewer_of(starter).sees(thread.audience):
        _tell(starter, "thread_moved", thread, happening, by, url=thread.url, audience=thread.audience)
    else:
        own = audience_of(starter.key)
        _tell(starter, "thread_out_of_sight", thread, happening, by, url="/forum", audience=own, within="")


@on("thread_split")
def tell_of_splitting(happening: Happening, thread: Thread, by: Person) -> None:
    """Who started the thread hears that it is two now."""
    if thread.author is not None:
        _tell(thread.author, "thread_split", thread, happening, by, url=thread.url, audience=thread.audience)


@on("threads_merged")
def tell_of_merging(happening: Happening, into: Thread, by: Person) -> None:
    """Who started the thread that ended hears where its posts are, if they may read it."""
    starter = Person.objects.living().filter(pk=happening.payload["starter"] or 0).first()
    if starter is not None:
        _tell(starter, "threads_merged", into, happening, by, url=into.url, audience=into.audience)


def _tell(person: Person, kind: str, thread: Thread, happening: Happening, by: Person, **where: Any) -> None:
    """Each such deed is told, however often a thread moves: the thing is the happening, not the thread."""
    said: dict[str, Any] = {"title": thread.title, "note": str(happening.payload["reason"]), "within": thread} | where
    tell([person], kind, thing=f"happening:{happening.pk}", actor=by, **said)
