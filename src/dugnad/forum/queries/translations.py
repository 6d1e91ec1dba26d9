"""Translations that somebody may see."""

from __future__ import annotations

from collections.abc import Sequence

from dugnad.forum.models import PostTranslation
from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.search import Found


def translation_of_post(post_id: int, language: str, viewer: Viewer) -> PostTranslation | None:
    """How the post (asked for with the viewer) reads in this language."""
    rows = visible_to(PostTranslation.objects.select_related("author", "post__thread__category"), viewer)
    return rows.filter(post=post_id, language=language).first()


def once_per_post(found: Sequence[Found]) -> list[Found]:
    """The hits without a second one in the same post: it and its translations often say the same words. The first stays. One
    statement, none where no translation was hit.
    """
    translations = [hit.thing_id for hit in found if hit.kind == "translation"]
    if not translations:
        return list(found)
    posts = dict(PostTranslation.objects.filter(pk__in=translations).values_list("pk", "post_id"))
    seen: set[int] = set()
    kept = []
    for hit in found:
        post = posts.get(hit.thing_id) if hit.kind == "translation" else hit.thing_id if hit.kind == "post" else None
        if post is None or post not in seen:
            kept.append(hit)
        if post is not None:
            seen.add(post)
    return kept
