"""How a post read, version by version: who changed what, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from dugnad.forum.models import Post, PostVersion
from dugnad.forum.rows import author_name, writer_name

MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a post. `number` counts from 1; `by` and `reason` are of the change that made it. `is_now`: it stands there."""

    number: int
    source: str
    at: datetime
    by: str
    reason: str
    is_now: bool


def versions_of(post: Post) -> list[Version]:
    """The newest `MOST_VERSIONS` texts of the post and what it says now, newest first. The post was asked for with a viewer."""
    rows = list(PostVersion.objects.filter(post=post).select_related("editor").order_by("-pk")[: MOST_VERSIONS + 1])
    texts = [(post.source, post.edited_at or post.created_at), *((row.source, row.written_at) for row in rows)]
    found = []
    for place, (source, at) in enumerate(texts[: MOST_VERSIONS + 1]):
        # A row keeps how it read before; who changed it then, and why, belongs to the text that came after.
        change = rows[place] if place < len(rows) else None
        by = author_name(change.editor, carried=change.carried) if change else writer_name(post)
        reason = change.reason if change else ""
        found.append(Version(post.edits + 1 - place, source, at, by, reason, place == 0))
    return found


def text_of_version(post: Post, number: int) -> str | None:
    """What the post said as its version `number`; None when that is not kept."""
    if number == post.edits + 1:
        return post.source
    rows = PostVersion.objects.filter(post=post).order_by("-pk").values_list("source", flat=True)
    back = post.edits - number
    return next(iter(rows[back : back + 1]), None) if back >= 0 and number > 0 else None


def last_editors(posts: Iterable[Post]) -> dict[int, str]:
    """Of living documents among these posts, who changed each last, by id. Asks nobody when there are none."""
    living = [post.pk for post in posts if post.living_since and post.edits]
    if not living:
        return {}
    newest = PostVersion.objects.filter(post__in=living).values("post").annotate(newest=Max("pk")).values("newest")
    rows = PostVersion.objects.filter(pk__in=newest).select_related("editor")
    return {row.post_id: author_name(row.editor, carried=row.carried) for row in rows}
