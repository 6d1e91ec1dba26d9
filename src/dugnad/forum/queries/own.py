"""What is a person's own in the forum: bookmarks."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from dugnad.forum.models import Bookmark, Post
from dugnad.forum.rows import writer_name
from dugnad.forum.writing import words_of
from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.clock import when
from dugnad.kernel.text import excerpt

PAGE = 30


@dataclass(frozen=True, slots=True)
class Kept:
    """A bookmarked post, ready to print."""

    title: str
    url: str
    author: str
    language: str
    words: str
    when: SafeString


def bookmarked_posts(viewer: Viewer, before: int = 0) -> tuple[list[Kept], int]:
    """A page of the viewer's bookmarks, newest first, and the key of the next older page (0: this is the end).

    Those whose posts they may not see at present are left out, and come back with the right to see them.
    """
    bookmarks = Bookmark.objects.filter(person=viewer.person_id).order_by("-pk")
    if before:
        bookmarks = bookmarks.filter(pk__lt=before)
    page = list(bookmarks.values_list("pk", "post_id")[: PAGE + 1])
    older = page[PAGE - 1][0] if len(page) > PAGE else 0
    posts = visible_to(Post.objects.select_related("thread", "author"), viewer).in_bulk(
        [post for _pk, post in page[:PAGE]]
    )
    return [_kept(posts[post], viewer) for _pk, post in page[:PAGE] if post in posts], older


def _kept(post: Post, viewer: Viewer) -> Kept:
    return Kept(
        title=post.thread.title,
        url=post.url,
        author=writer_name(post),
        language=post.language,
        words=excerpt(words_of(post), 180),
        when=when(post.created_at, viewer.language),
    )
