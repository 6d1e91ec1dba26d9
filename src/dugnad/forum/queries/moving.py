"""What the pages show on which threads are moved, split and merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dugnad.forum.models import Attention, Category, Post, Thread, ThreadReading
from dugnad.forum.reach import is_within
from dugnad.forum.rows import writer_name
from dugnad.kernel.audience import Audience, Readers, Viewer, readers_of, visible_to
from dugnad.kernel.clock import when
from dugnad.kernel.text import excerpt

PAGE = 40
MOST_CHOSEN = 5_000
WORDS = 160


@dataclass(frozen=True, slots=True)
class There:
    """Others can read it there: more, fewer, or other people, in a sentence; and who."""

    sentence: str
    readers: Readers


def readers_there(audience: Audience, category: Category, viewer: Viewer) -> There | None:
    """How the readers of a thread change where it goes; None when they stay the same."""
    if audience.pk == category.audience_id:
        return None
    if is_within(category.audience, audience):
        sentence = _(
            "Fewer people can read it there. Who is not among them loses sight of it, also of what they wrote."
        )
    elif is_within(audience, category.audience):
        sentence = _("More people can read it there than now.")
    else:
        sentence = _("Other people can read it there than now.")
    return There(sentence, readers_of(category.audience, viewer))


@dataclass(frozen=True, slots=True)
class Choice:
    """One post to choose, as an excerpt."""

    number: int
    author: str
    when: SafeString
    words: str
    language: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SplitPage:
    """A page of posts to choose from. `elsewhere` are the numbers chosen on other pages, `numbers` all that are chosen."""

    choices: list[Choice]
    elsewhere: list[int]
    numbers: list[int]
    later: int
    earlier: int | None


def split_page(thread: Thread, viewer: Viewer, sent: Any) -> SplitPage:
    """The posts of the thread from number `sent["go"]` on, and which are chosen (`post`, and `rest`: all after the last)."""
    start = max(2, _number(sent.get("go") or sent.get("from")))
    chosen = {number for value in sent.getlist("post")[:MOST_CHOSEN] if (number := _number(value)) > 1}
    standing = visible_to(Post.objects.filter(thread=thread, number__gt=1, deleted_at=None, hidden_at=None), viewer)
    if chosen and sent.get("rest"):
        after = standing.filter(number__gt=max(chosen)).order_by("number").values_list("number", flat=True)
        chosen |= set(after[:MOST_CHOSEN])
    found = list(standing.filter(number__gte=start).select_related("author", "thread").order_by("number")[: PAGE + 1])
    before = standing.filter(number__lt=start).order_by("-number").values_list("number", flat=True)[:PAGE]
    shown = [_choice(post, viewer, post.number in chosen) for post in found[:PAGE]]
    here = {choice.number for choice in shown}
    return SplitPage(
        choices=shown,
        elsewhere=sorted(chosen - here),
        numbers=sorted(chosen),
        later=found[PAGE].number if len(found) > PAGE else 0,
        earlier=list(before)[-1] if before else None,
    )


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0


def _choice(post: Post, viewer: Viewer, chosen: bool) -> Choice:
    return Choice(
        number=post.number,
        author=writer_name(post),
        when=when(post.created_at, viewer.language),
        words=excerpt(post.plain, WORDS),
        language=post.language if post.language != viewer.language else "",
        chosen=chosen,
    )


@dataclass(frozen=True, slots=True)
class Merging:
    """What merging does, in numbers."""

    posts: int
    people: int
    first: int
    last: int
    watching: int
    there: There | None


def what_merging_does(thread: Thread, into: Thread, viewer: Viewer) -> Merging:
    """How many posts of how many people become which numbers, who is told of what comes, and how the readers change."""
    wrote = Post.objects.filter(thread=thread, deleted_at=None).aggregate(people=Count("author", distinct=True))
    attentive = ThreadReading.objects.filter(Q(thread=thread), attention=Attention.WATCH)
    return Merging(
        posts=thread.post_count,
        people=wrote["people"],
        first=into.last_number + 1,
        last=into.last_number + thread.last_number,
        watching=attentive.count(),
        there=readers_there(thread.audience, into.category, viewer),
    )
