"""Translations that a person made: handed out to them, and gone or nameless with them, as they chose for their posts."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Post, PostTranslation
from dugnad.kernel import registry, search
from dugnad.kernel.search import SearchEntry
from dugnad.people.models import Person


@registry.exporters.register
def export_translations(person: Person) -> tuple[str, list[dict[str, Any]], dict[str, str], Any]:
    """Every translation that the person made or was the last to improve."""
    rows = [
        {
            "address": row.post.url,
            "language": row.language,
            "written_at": (row.changed_at or row.created_at).isoformat(),
            "text": row.source,
        }
        for row in PostTranslation.objects.filter(author=person).select_related("post").order_by("pk")
    ]
    return "translations", rows, {}, _("The translations of posts that you made, or were the last to improve.")


@registry.erasers.register
def erase_translations(person: Person, leave_posts: bool) -> None:
    """They stay under "a former member" or go, as the person chose. Pieces that hold them are printed anew."""
    rows = PostTranslation.objects.filter(author=person)
    ids, posts = list(rows.values_list("pk", flat=True)), list(rows.values_list("post_id", flat=True))
    if leave_posts:
        SearchEntry.objects.filter(kind="translation", author=person).update(author=None)
        rows.update(author=None)
    else:
        search.forget("translation", ids)
        rows.delete()
    for start in range(0, len(posts), 400):
        Post.objects.filter(pk__in=posts[start : start + 400]).update(revision=F("revision") + 1)
