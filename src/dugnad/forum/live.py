"""The forum over the socket: who may listen to which channel, and the pieces that are pushed."""

from __future__ import annotations

from typing import Any

from dugnad.forum.models import Category, Post, Thread
from dugnad.forum.pieces import neutral_piece
from dugnad.forum.poll_pieces import counts_in_words
from dugnad.forum.translation_pieces import with_mark
from dugnad.kernel import registry
from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.fragments import forget_fragments
from dugnad.kernel.live.bus import Message, in_every_process
from dugnad.kernel.pagecache import forget_pages


@registry.live_channels.register("thread")
def may_listen_to_thread(viewer: Viewer, thread_id: int) -> bool:
    """The same query as the page's."""
    return visible_to(Thread.objects.filter(pk=thread_id), viewer).exists()


@registry.live_channels.register("category")
def may_listen_to_category(viewer: Viewer, category_id: int) -> bool:
    """The same query as the page's."""
    return visible_to(Category.objects.filter(pk=category_id), viewer).exists()


@in_every_process("post_deleted")
def forget_text(event: Message) -> None:
    """What was printed of a deleted post stays in no process's memory."""
    forget_fragments()
    forget_pages()


def _post_piece(event: dict[str, Any], language: str) -> dict[str, Any] | None:
    post = with_mark(Post.objects.select_related("author", "thread")).filter(pk=event["post"]).first()
    if post is None:
        return None
    return {"html": str(neutral_piece(post, language)), "revision": post.revision}


for _type in ("post_added", "post_edited", "post_deleted"):
    registry.live_fragments.register(_type)(_post_piece)
registry.live_fragments.register("poll_counted")(counts_in_words)
