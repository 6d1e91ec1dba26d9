"""The polls under posts that somebody may see, with how that somebody voted and nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from dugnad.forum.models import Poll, PollOption, PollVote, Post, Thread
from dugnad.kernel.audience import Viewer, visible_to


@dataclass(frozen=True, slots=True)
class PollSeen:
    """A poll, its options in order, and what the viewer gave: option → dots."""

    poll: Poll
    options: list[PollOption]
    own: dict[int, int]


def polls_under(thread: Thread, numbers: Collection[int], viewer: Viewer) -> list[PollSeen]:
    """The polls of the posts with these numbers, as far as the viewer may see them. Two statements, one for strangers
    or when there are none.
    """
    standing = visible_to(Post.objects.filter(thread=thread, number__in=numbers, deleted_at=None), viewer)
    rows = PollOption.objects.filter(poll__post__in=standing).select_related("poll__post").order_by("poll", "position")
    rows = rows.defer("poll__post__source", "poll__post__html", "poll__post__plain")
    options: dict[Poll, list[PollOption]] = defaultdict(list)
    for option in rows:
        options[option.poll].append(option)
    own: dict[int, dict[int, int]] = defaultdict(dict)
    if options and viewer.person_id is not None:
        votes = PollVote.objects.filter(poll__in=list(options), person=viewer.person_id)
        for poll_id, option_id, dots in votes.values_list("poll_id", "option_id", "dots"):
            own[poll_id][option_id] = dots
    return [PollSeen(poll, those, own[poll.pk]) for poll, those in options.items()]


def poll_of_post(thread_id: int, number: int, viewer: Viewer) -> Poll | None:
    """The poll under a post of the thread, with what its policies ask."""
    seen = visible_to(Post.objects.filter(thread=thread_id, number=number, deleted_at=None), viewer)
    polls = Poll.objects.select_related("post__thread__category__group", "post__audience")
    return polls.filter(post__in=seen).first()
