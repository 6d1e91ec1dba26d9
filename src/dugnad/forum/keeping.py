"""What the forum knows about a person, handed out on request. `forum.erasing` removes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import (
    Bookmark,
    CategoryReading,
    Post,
    PostVersion,
    Reaction,
    Thread,
    ThreadReading,
)
from dugnad.kernel import registry
from dugnad.kernel.audience import viewer_of
from dugnad.kernel.files import StoredFile
from dugnad.people.models import Person

CHUNK = 500


@registry.exporters.register
def export_posts(person: Person) -> tuple[str, Iterator[dict[str, Any]], dict[str, str], Any]:
    """Every post of the person with its thread, and the files they uploaded."""
    files = {_path_of(stored): str(stored.path) for stored in StoredFile.objects.filter(author=person)}
    return "posts", _posts(person), files, _("Everything you wrote in the forum, and the pictures and files you added.")


def _path_of(stored: StoredFile) -> str:
    """Where the file lies in what is handed out: two files of one name stand beside each other."""
    return f"files/{stored.token}-{stored.name}" if stored.name else f"pictures/{stored.token}.webp"


def _posts(person: Person) -> Iterator[dict[str, Any]]:
    posts = Post.objects.filter(author=person).select_related("thread").order_by("pk")
    seen = set(viewer_of(person).audiences())
    for post in posts.iterator(chunk_size=CHUNK):
        # The title of a thread that others started may be another one since the person could see it last.
        may_read = post.thread.author_id == person.pk or post.thread.audience_id in seen
        yield {
            "address": post.url,
            "thread": post.thread.title if may_read else "…",
            "kind": post.thread.kind,
            "facts": post.thread.fields if post.number == 1 else {},
            "written_at": post.created_at.isoformat(),
            "changed_at": post.edited_at.isoformat() if post.edited_at else None,
            "deleted_at": post.deleted_at.isoformat() if post.deleted_at else None,
            "language": post.language,
            "text": post.source,
        }


@registry.exporters.register
def export_earlier_versions(person: Person) -> tuple[str, Iterator[dict[str, Any]], dict[str, str], Any]:
    """How the person's posts read before they changed them."""
    versions = PostVersion.objects.filter(post__author=person).select_related("post").order_by("pk")
    rows = (
        {"address": v.post.url, "written_at": v.written_at.isoformat(), "text": v.source, "reason": v.reason}
        for v in versions.iterator(chunk_size=CHUNK)
    )
    return "earlier_versions", rows, {}, _("How your posts read before you changed them.")


@registry.exporters.register
def export_outcomes(person: Person) -> tuple[str, list[dict[str, str]], dict[str, str], Any]:
    """What the person wrote when they closed threads."""
    closed = Thread.objects.filter(closed_by=person).exclude(outcome="").order_by("pk")
    rows = [{"thread": thread.url, "title": thread.title, "outcome": thread.outcome} for thread in closed]
    return "outcomes", rows, {}, _("What you wrote when you closed threads.")


@registry.exporters.register
def export_marks(person: Person) -> tuple[str, dict[str, Any], dict[str, str], Any]:
    """Reactions, bookmarks, what was read and what is followed."""
    data = {
        "reactions": [
            {"post": f"/t/{thread}/post/{number}", "word": kind}
            for thread, number, kind in Reaction.objects.filter(person=person).values_list(
                "post__thread", "post__number", "kind"
            )
        ],
        "bookmarks": [
            f"/t/{thread}/post/{number}"
            for thread, number in Bookmark.objects.filter(person=person).values_list("post__thread", "post__number")
        ],
        "read": [
            {"thread": f"/t/{thread}", "read_to": read_to, "attention": attention}
            for thread, read_to, attention in ThreadReading.objects.filter(person=person).values_list(
                "thread", "read_to", "attention"
            )
        ],
        "categories": list(CategoryReading.objects.filter(person=person).values("category__slug", "attention")),
    }
    return "reading", data, {}, _("What you reacted to, kept, read and follow. Only you had seen this.")
