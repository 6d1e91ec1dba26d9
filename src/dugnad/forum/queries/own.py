"""What is a person's own in the forum: bookmarks."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from dugnad.forum.models import Bookmark, Post
from dugnad.forum.rows import author_name
from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.clock import when
from dugnad.kernel.text import excerpt

PAGE = 30


@dataclass(frozen=True, slots=True)
class Kept:
    """A bookmarked post, ready to print."""

    bookmark_id: int
    post_id: int
    title: str
    url: str
    author: str
    language: str
    words: str
    when: SafeString


def bookmarked_posts(viewer: Viewer, before: int = 0) -> list[Kept]:
    """The viewer's bookmarks whose posts they may still see, newest first."""
    bookmarks = Bookmark.objects.filter(person=viewer.person_id).order_by("-pk")
    if before:
        bookmarks = bookmarks.filter(pk__lt=before)
    ids = dict(bookmarks.values_list("post_id", "pk")[:PAGE])
    posts = visible_to(Post.objects.select_related("thread", "author"), viewer).in_bulk(list(ids))
    return [
        Kept(ids[p.pk], p.pk, p.thread.title, p.url, author_name(p.author), p.language, excerpt(p.plain, 180), when(p.created_at, viewer.language))
        for pk in ids
        if (p := posts.get(pk)) is not None
    ]
