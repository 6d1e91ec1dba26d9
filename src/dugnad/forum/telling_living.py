"""Who wrote a living document, and who watches it, hears when somebody else changes it: once an hour, not of each saving."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Attention, Post, PostVersion
from dugnad.forum.telling import MOST_TOLD, attention_to
from dugnad.kernel.happenings import Happening, on
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, register
from dugnad.people.models import Person

GATHERED = timedelta(hours=1)

register(
    NoticeKind(
        "living_changed",
        "watched",
        _("{name} changed a living document in “{title}”."),
        _("{name} changed a living document: {title}"),
        mail_do=_("See what was changed: {link}"),
        mail_why=_("You get this because you wrote the document or watch the thread."),
    )
)


@on("post_edited")
def tell_of_change(happening: Happening, post: Post, by: Any) -> None:
    """Nobody is told twice within an hour of what the same person changed in the same document."""
    if post.living_since is None or not isinstance(by, Person):
        return
    changes = PostVersion.objects.filter(post=post, editor=by).order_by("pk").values_list("pk", "created_at")
    told = told_of(changes)
    newest = changes.last()
    if newest is None or newest[0] not in told:
        return
    ways = attention_to(post.thread)
    persons = {person for person, way in ways.items() if way == Attention.WATCH}
    if post.author_id and ways.get(post.author_id) != Attention.MUTE:
        persons.add(post.author_id)
    tell(
        sorted(persons)[:MOST_TOLD],
        "living_changed",
        thing=f"version:{newest[0]}",
        within=post.thread,
        url=f"{post.url}/versions",
        title=post.thread.title,
        audience=post.audience,
        actor=by,
    )


def told_of(changes: Iterable[tuple[int, datetime]]) -> list[int]:
    """Of changes, as (id, when) in order, those that are told: the first, and each that comes an hour after the last told."""
    told: list[int] = []
    last: datetime | None = None
    for pk, at in changes:
        if last is None or at - last >= GATHERED:
            told.append(pk)
            last = at
    return told
