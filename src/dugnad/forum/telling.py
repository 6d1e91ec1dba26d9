"""Who is told of what in the forum: mentions, replies, what is watched, answers accepted, needs met."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Attention, CategoryReading, Post, Thread, ThreadReading
from dugnad.forum.queries.places import places_of
from dugnad.forum.writing import quoted_posts, words_of
from dugnad.kernel.happenings import Happening, key_of, on
from dugnad.kernel.outbox import Mail
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, register
from dugnad.notices.mails import absolute
from dugnad.notices.models import Notice
from dugnad.notices.queries import quiet_about
from dugnad.people.models import Person

MOST_TOLD = 500

READ_AND_REPLY = _("Read and reply: {link}")

register(
    NoticeKind(
        "replied_to_yours",
        "reply",
        _("{name} replied in your thread “{title}”."),
        _("{name} replied: {title}"),
        _("{name} replied in your thread “{title}”:"),
        READ_AND_REPLY,
        _("You get this because you started the thread."),
    )
)
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
    """A mention wins over a reply, a reply over watching: nobody is told twice of one post. Who muted the thread is not told."""
    ways = attention_to(post.thread)
    quiet = _those_who(Attention.MUTE, ways)
    said = _said_of(post, by)
    mentioned = set(happening.payload["mentioned"]) - quiet
    if mentioned:
        tell(mentioned, "mentioned", **said)
    started_by = post.thread.author_id
    starter = {started_by} - quiet - mentioned if post.number > 1 and started_by is not None else set()
    if starter:
        tell(starter, "replied_to_yours", **said)
    quoted = _quoted_in(post) - starter - quiet - mentioned
    if quoted:
        tell(quoted, "replied", **said)
    watching = _those_who(Attention.WATCH, ways) - mentioned - starter - quoted
    if watching:
        tell(sorted(watching)[:MOST_TOLD], "post_watched", **said)


@on("post_edited")
def tell_of_new_mentions(happening: Happening, post: Post, by: Person) -> None:
    """Who is mentioned only since the change is told, unless they were told of the post already."""
    mentioned = set(happening.payload.get("mentioned", ()))
    if mentioned:
        told = Notice.objects.filter(thing=key_of(post), person__in=mentioned).values_list("person_id", flat=True)
        quiet = _those_who(Attention.MUTE, attention_to(post.thread))
        tell(mentioned - set(told) - quiet, "mentioned", **_said_of(post, by))


def call_back_mails(post: Post) -> None:
    """The post was deleted or hidden: mails that quote it lose their text, those that have not left are not sent."""
    for thread, number in places_of([post.pk]):
        _empty(Mail.objects.filter(kind="notice", text__contains=f"{absolute(f'/t/{thread}/post/{number}')}\n"))


def call_back_mails_of(thread: Thread) -> None:
    """The thread is hidden: the same for every mail that leads into it."""
    _empty(Mail.objects.filter(kind="notice", text__contains=f"{absolute(f'/t/{thread.pk}')}/"))


def _empty(mails: QuerySet[Mail]) -> None:
    mails.filter(sent_at=None, given_up_at=None).update(given_up_at=timezone.now(), trouble="what it told of is gone")
    mails.update(text="", subject="", headers={})


def _said_of(post: Post, by: Person) -> dict[str, Any]:
    return {
        "thing": post,
        "within": post.thread,
        "url": post.url,
        "title": post.thread.title,
        "audience": post.audience,
        "actor": by,
        "quote": words_of(post),
        "quiet_asked": True,
    }


def attention_to(thread: Thread) -> dict[int, str]:
    """How closely each person follows the thread: what they said of it, else of its category."""
    of_category = CategoryReading.objects.filter(category=thread.category_id).exclude(attention="")
    of_thread = ThreadReading.objects.filter(thread=thread).exclude(attention="")
    return dict(of_category.values_list("person_id", "attention")) | dict(
        of_thread.values_list("person_id", "attention")
    )


@quiet_about.register("thread")
def those_who_mute(rest: str, persons: list[int]) -> set[int]:
    """Who of these persons muted the thread, or its category and said nothing else of the thread. Two queries."""
    thread = Thread.objects.filter(pk=int(rest)).only("pk", "category_id").first() if rest.isdigit() else None
    return _those_who(Attention.MUTE, attention_to(thread)) & set(persons) if thread is not None else set()


def _those_who(attention: str, ways: dict[int, str]) -> set[int]:
    return {person for person, way in ways.items() if way == attention}


def _quoted_in(post: Post) -> set[int]:
    """Whom the post quotes from its own thread."""
    numbers = [number for thread_id, number in quoted_posts(post.source) if thread_id == post.thread_id]
    if not numbers:
        return set()
    quoted = Post.objects.filter(thread=post.thread_id, number__in=numbers).exclude(author=None)
    return set(quoted.values_list("author_id", flat=True))


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
    """Those who wrote in the thread hear what it led to."""
    wrote = set(
        Post.objects.filter(thread=thread, deleted_at=None).exclude(author=None).values_list("author_id", flat=True)
    )
    _tell_of_thread(sorted(wrote)[:MOST_TOLD], "thread_closed", thread, by, url=thread.url, quote=thread.outcome)


def _tell_of_thread(persons: list[int], kind: str, thread: Thread, by: Person, *, url: str, quote: str = "") -> None:
    """Tell these persons, without those who muted the thread."""
    told = set(persons) - _those_who(Attention.MUTE, attention_to(thread))
    tell(
        told,
        kind,
        thing=thread,
        within=thread,
        url=url,
        title=thread.title,
        audience=thread.audience,
        actor=by,
        quote=quote,
        quiet_asked=True,
    )
