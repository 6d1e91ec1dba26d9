"""Quotes of people whom a reader blocked: left out of what others wrote, for that reader alone.

A quote is known by its head, as `kernel.text.quote` writes it: a link to the post that is quoted. Words that somebody repeats
without it are their own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dugnad.forum.models import Post
from dugnad.forum.writing import quoted_posts

Place = tuple[int, int]
_HEAD = re.compile(r'<blockquote>\s*<(?:cite|p)>\s*<a href="/t/(\d{1,18})/post/(\d{1,9})"')
_TAG = re.compile(r"<(/?)blockquote>")


def without_quotes_of(pieces: Sequence[SafeString], persons: Collection[int]) -> list[SafeString]:
    """The pieces with a quiet line in the place of each quote of what these persons wrote. Asks only when there are quotes."""
    places = {place for piece in pieces for place in _places(piece)} if persons else set()
    theirs = _written_by(persons, places) if places else set()
    return [_without(piece, theirs) for piece in pieces] if theirs else list(pieces)


def authors_quoted_in(source: str) -> list[int]:
    """Ids of those whose posts a text quotes or links to: a pushed piece of it does not go to who blocks one of them."""
    places = set(quoted_posts(source)) if "](/t/" in source else set()
    if not places:
        return []
    return sorted(set(_standing_at(places).exclude(author=None).values_list("author_id", flat=True)))


def _places(piece: str) -> set[Place]:
    return {(int(thread), int(number)) for thread, number in _HEAD.findall(piece)}


def _written_by(persons: Collection[int], places: set[Place]) -> set[Place]:
    """Which of these places (thread, number) are posts of these persons; also where a post stood before it moved."""
    own = Q(author__in=persons) | Q(moved_to__author__in=persons)
    return set(_standing_at(places).filter(own).values_list("thread_id", "number"))


def _standing_at(places: set[Place]) -> QuerySet[Post]:
    wanted = Q(pk__in=[])
    for thread, number in places:
        wanted |= Q(thread=thread, number=number)
    return Post.objects.filter(wanted)


def _without(piece: str, places: set[Place]) -> SafeString:
    """`piece` without the quotes of these posts, each whole with what is quoted in it."""
    kept, done = [], 0
    for head in _HEAD.finditer(piece):
        if head.start() < done or (int(head[1]), int(head[2])) not in places:
            continue
        kept += [piece[done : head.start()], _instead()]
        done = _end_of_quote(piece, head.start())
    return mark_safe("".join([*kept, piece[done:]]))  # noqa: S308 - what is left of a safe piece


def _end_of_quote(piece: str, start: int) -> int:
    depth = 0
    for tag in _TAG.finditer(piece, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return len(piece)


def _instead() -> SafeString:
    return format_html('<p class="meta">{}</p>', _("A quote of somebody whom you blocked is left out here."))
