"""What the forum knows about a person: handed out on request, removed on request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dugnad.forum.actions.posting import empty_post
from dugnad.forum.models import (
    Bookmark,
    CategoryReading,
    Post,
    PostFile,
    PostVersion,
    Reaction,
    Reader,
    Thread,
    ThreadReading,
)
from dugnad.kernel import registry
from dugnad.kernel.files import StoredFile, remove_file
from dugnad.kernel.search import SearchEntry
from dugnad.people.models import Person

CHUNK = 500


@registry.exporters.register
def export_posts(person: Person) -> tuple[str, Iterator[dict[str, Any]], dict[str, str], Any]:
    """Every post of the person with its thread, and the pictures they uploaded."""
    files = {f"pictures/{f.token}.webp": str(f.path) for f in StoredFile.objects.filter(author=person)}
    return "posts", _posts(person), files, _("Everything you wrote in the forum, and the pictures you added.")


def _posts(person: Person) -> Iterator[dict[str, Any]]:
    posts = Post.objects.filter(author=person).select_related("thread").order_by("pk")
    for post in posts.iterator(chunk_size=CHUNK):
        yield {
            "address": post.url,
            "thread": post.thread.title,
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
def export_marks(person: Person) -> tuple[str, dict[str, Any], dict[str, str], Any]:
    """Reactions, bookmarks, what was read and what is followed."""
    data = {
        "reactions": [
            {"post": f"/t/{thread}/post/{number}", "word": kind}
            for thread, number, kind in Reaction.objects.filter(person=person).values_list("post__thread", "post__number", "kind")
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


@registry.erasers.register
def erase_from_forum(person: Person, leave_posts: bool) -> None:
    """Take the person out of the forum. Posts stay under "a former member", or their text goes, as the person chose.

    A thread that the person started keeps its title and facts only if the posts stay, or if others replied in it; its facts are
    emptied with the text.
    """
    for model in (Bookmark, ThreadReading, CategoryReading, Reader):
        model.objects.filter(person=person).delete()
    _take_back_reactions(person)
    if leave_posts:
        _leave_posts(person)
    else:
        _remove_posts(person)
    PostVersion.objects.filter(editor=person).update(editor=None)
    Post.objects.filter(deleted_by=person).update(deleted_by=None)
    _forget_in_threads(person)
    for stored in StoredFile.objects.filter(author=person):
        if not leave_posts or not PostFile.objects.filter(file=stored).exists():
            remove_file(stored)
        else:
            StoredFile.objects.filter(pk=stored.pk).update(author=None)


def _take_back_reactions(person: Person) -> None:
    for reaction in Reaction.objects.filter(person=person).select_related("post"):
        post = reaction.post
        counts = dict(post.reaction_counts)
        counts[reaction.kind] = counts.get(reaction.kind, 1) - 1
        Post.objects.filter(pk=post.pk).update(
            reaction_counts={kind: n for kind, n in counts.items() if n > 0}, revision=F("revision") + 1
        )
        reaction.delete()


def _leave_posts(person: Person) -> None:
    """Earlier versions go in any case: they were changed for a reason."""
    PostVersion.objects.filter(post__author=person).delete()
    SearchEntry.objects.filter(kind="post", author=person).update(author=None)
    Post.objects.filter(author=person).update(author=None, form_key=None, revision=F("revision") + 1)


def _remove_posts(person: Person) -> None:
    for post in Post.objects.filter(author=person, deleted_at=None).select_related("thread").iterator(chunk_size=CHUNK):
        empty_post(post, by=None)
    Post.objects.filter(author=person).update(author=None, form_key=None)
    for thread in Thread.objects.filter(author=person):
        if thread.post_count == 0:
            thread.title, thread.slug = "…", ""
        thread.fields = {}
        thread.save(update_fields=["fields", "title", "slug"])


def _forget_in_threads(person: Person) -> None:
    Thread.objects.filter(author=person).update(author=None, revision=F("revision") + 1)
    Thread.objects.filter(last_author=person).update(last_author=None)
    Thread.objects.filter(met_by=person).update(met_by=None, revision=F("revision") + 1)
    Thread.objects.filter(closed_by=person).update(closed_by=None, revision=F("revision") + 1)


