"""What halls above the forum, and parts of it, put under "More" of a post and under "What you can do" of a thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from dugnad.kernel.registry import Hook

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = Any


class Whom(Enum):
    """To whom a way is shown. The page behind it asks its policy for itself."""

    MEMBERS = "members"
    OTHERS = "others"  # members, at posts that are not their own
    OWN = "own"  # who wrote the post
    KEEPERS = "keepers"  # stewards of the room


@dataclass(frozen=True, slots=True)
class PostWay:
    """A link under "More" of every post. `url` has the places `{pk}`, `{thread}` and `{number}`."""

    url: str
    words: Words
    whom: Whom
    icon: str = "i-arrow"


_post_ways: list[PostWay] = []
thread_ways = Hook("(thread, viewer) -> iterable of (address, words): what can be done with the thread, as links")


also_care = Hook(
    "(viewer, thread id, post number) -> bool: who hides and shows this one post besides the stewards of its room, because "
    "they were asked about it"
)
hidden_words = Hook("(ids of hidden posts) -> {id: (the reason in words, address of more)}: why they are hidden")
thread_notes = Hook("(thread, viewer) -> printed line or None: what is said above the posts of a hidden thread")


def add_post_way(way: PostWay) -> None:
    """Put the link under "More" of every post. Adding it twice keeps one."""
    if way not in _post_ways:
        _post_ways.append(way)


def post_ways() -> list[PostWay]:
    """All of them, in the order in which they came."""
    return _post_ways
