"""Whose readers are among whose: asked before a conversation moves to where others read."""

from __future__ import annotations

from dugnad.forum.models import Category
from dugnad.kernel.audience import MEMBERS, PUBLIC, Audience, audience_of


def is_within(inner: Audience, outer: Audience) -> bool:
    """Is everybody who holds a key of `inner` sure to hold one of `outer`. When it depends on who is in which group, the
    answer is no.
    """
    wide = outer.keys()
    return all(_is_covered(key, wide) for key in sorted(inner.keys()))


def _is_covered(key: str, wide: frozenset[str]) -> bool:
    if key in wide or PUBLIC in wide:
        return True
    if MEMBERS in wide:
        return key != PUBLIC
    # Whoever looks after a group is in it, and whoever is in a network's own group hears what the network hears.
    group = key.removeprefix("stewards:")
    return group in wide or f"network:{group.removeprefix('group:')}" in wide


def stewards_key(category: Category) -> str:
    """The key of those who look after what stands in this category."""
    return f"stewards:group:{category.group_id}" if category.group_id else "stewards:place"


def readers_of_hidden(category: Category, author_id: int | None) -> Audience:
    """Who reads a hidden post: those who look after the room, and who wrote it."""
    return audience_of(stewards_key(category), *([f"person:{author_id}"] if author_id else []))
