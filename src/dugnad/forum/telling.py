"""Who is told of what in the forum: mentions, replies, what is watched, answers accepted, needs met."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Attention, CategoryReading, Post, Thread, ThreadReading
from dugnad.forum.writing import quoted_posts
from dugnad.kernel.happenings import Happening, on
from dugnad.kernel.text import excerpt
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, register
from dugnad.people.models import Person

MOST_TOLD = 500
QUOTE = 700

READ_AND_REPLY = _("Read and reply: {link}")

register(
    NoticeKind(
        "answer_accepted",
        "reply",
        _("{name} says that you answered “{title}”."),
        _("You answered: {title}"),
        _("{name} says that you answered “{title}”. Thanks."),
        READ_AND_REPLY,
    )
)
register(
    NoticeKind(
        "need_met",
        "reply",
        _("{name} thanks you: “{title}” is settled."),
        _("Thanks to you: {title}"),
        _("{name} thanks you: “{title}” is settled."),
        READ_AND_REPLY,
    )
)
register(
    NoticeKind(
        "thread_closed",
        "watched",
        _("{name} closed “{title}” and wrote what it led to."),
        _("Closed: {title}"),
        _("{name} closed “{title}” and wrote what it led to:"),
    )
)


@on("thread_started", "post_added")
def tell_of_post(happening: Happening, post: Post, by: Person) -> None:
    """A mention wins over a reply, a reply over watching: nobody is told twice of one post."""
    thread = post.thread
    said: dict[str, Any] = {
        "thing": post,
        "within": thread,
        "url": post.url,
        "title": thread.title,
        "audience": post.audience,
        "actor": by,
        "quote": excerpt(post.plain, QUOTE),
    }
    muted = set(ThreadReading.objects.filter(thread=thread, attention=Attention.MUTE).values_list("person_id", flat=True))
    told = set(tell(happening.payload["mentioned"], "mentioned", **said)) if happening.payload["mentioned"] else set()
    if post.number > 1:
        replied = _replied_to(post, thread) - muted - told - set(happening.payload["mentioned"])
        if replied:
            told |= set(tell(replied, "replied", **said))
    watching = _watching(thread) - muted - told - set(happening.payload["mentioned"])
    if watching:
        tell(sorted(watching)[:MOST_TOLD], "post_watched", **said)


def _replied_to(post: Post, thread: Thread) -> set[int]:
    """Who started the thread, and whom the post quotes."""
    persons = {thread.author_id}
    quoted = [number for thread_id, number in quoted_posts(post.source) if thread_id == thread.pk]
    if quoted:
        persons |= set(Post.objects.filter(thread=thread, number__in=quoted).values_list("author_id", flat=True))
    return {person for person in persons if person is not None}


def _watching(thread: Thread) -> set[int]:
    by_thread = ThreadReading.objects.filter(thread=thread).exclude(attention="").values_list("person_id", "attention")
    own = dict(by_thread)
    by_category = CategoryReading.objects.filter(category=thread.category_id, attention=Attention.WATCH)
    watching = {person for person in by_category.values_list("person_id", flat=True) if person not in own}
    return watching | {person for person, attention in own.items() if attention == Attention.WATCH}


@on("answer_accepted")
def tell_of_answer(happening: Happening, thread: Thread, by: Person) -> None:
    """Whoever wrote the answer is told that it helped."""
    if thread.answer is not None and thread.answer.author_id:
        _tell_of_thread([thread.answer.author_id], "answer_accepted", thread, by, url=thread.answer.url)


@on("state_changed")
def tell_of_thanks(happening: Happening, thread: Thread, by: Person) -> None:
    """Whoever met the need or took up the offer is thanked."""
    if thread.met_by_id:
        _tell_of_thread([thread.met_by_id], "need_met", thread, by, url=thread.url, quote=thread.state_note)


@on("thread_closed")
def tell_of_closing(happening: Happening, thread: Thread, by: Person) -> None:
    """Those who wrote in the thread and still follow it hear what it led to."""
    wrote = set(Post.objects.filter(thread=thread, deleted_at=None).exclude(author=None).values_list("author_id", flat=True))
    muted = ThreadReading.objects.filter(Q(thread=thread), Q(attention=Attention.MUTE)).values_list("person_id", flat=True)
    _tell_of_thread(sorted(wrote - set(muted))[:MOST_TOLD], "thread_closed", thread, by, url=thread.url, quote=thread.outcome)


def _tell_of_thread(persons: list[int], kind: str, thread: Thread, by: Person, *, url: str, quote: str = "") -> None:
    tell(
        persons, kind, thing=thread, within=thread, url=url, title=thread.title, audience=thread.audience, actor=by, quote=quote
    )
