"""Where posts are now that stood elsewhere, and where they stood: threads are merged and split, and addresses last."""

from __future__ import annotations

from collections.abc import Collection

from dugnad.forum.models import Post, Thread
from dugnad.kernel.audience import Viewer, visible_to


def merged_thread(thread_id: int, viewer: Viewer) -> tuple[Thread, int] | None:
    """The thread into which this one was merged, and what is added to the numbers of its posts; None when it was not, or
    into one that the viewer may not see.
    """
    merged = Thread.objects.filter(pk=thread_id).exclude(merged_into=None).first()
    if merged is None or merged.merged_into_id is None:
        return None
    thread = visible_to(Thread.objects.filter(pk=merged.merged_into_id), viewer).first()
    return (thread, merged.merged_after) if thread is not None else None


def moved_post(post: Post, viewer: Viewer) -> Post | None:
    """The post that stood at this empty place, if the viewer may see it where it is."""
    if post.moved_to_id is None:
        return None
    return visible_to(Post.objects.select_related("thread"), viewer).filter(pk=post.moved_to_id).first()


def places_of(posts: Collection[int]) -> set[tuple[int, int]]:
    """(thread, number) of these posts (ids), with every place where they stood before: what old links to them name."""
    now = set(Post.objects.filter(pk__in=posts).values_list("thread_id", "number"))
    left = set(Post.objects.filter(moved_to__in=posts).values_list("thread_id", "number"))
    places = now | left
    merged = Thread.objects.filter(merged_into__in={thread for thread, _number in places})
    for old, into, after, last in merged.values_list("pk", "merged_into_id", "merged_after", "last_number"):
        places |= {(old, n - after) for thread, n in now | left if thread == into and after < n <= after + last}
    return places
