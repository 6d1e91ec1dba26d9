"""Polls: asking, voting, closing. Who voted for what is shown to nobody."""

from __future__ import annotations

from dugnad.forum.models import Poll, Thread


def recount_polls(thread: Thread) -> None:
    """`poll_count` of the thread is how many polls hang on posts that stand in it now. Call it after posts came or went; a
    poll goes with its post. The thread is locked by whoever calls.
    """
    thread.poll_count = Poll.objects.filter(post__thread=thread, post__deleted_at=None).count()
    Thread.objects.filter(pk=thread.pk).update(poll_count=thread.poll_count)
