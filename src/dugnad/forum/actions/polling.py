"""Polls: asking, voting, closing. Who voted for what is shown to nobody, and no happening says that somebody voted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from dugnad.forum import polling_policies as policies
from dugnad.forum.locking import locked
from dugnad.forum.models import Poll, PollOption, PollVote, Post, Thread
from dugnad.forum.polls import Asked, ballot
from dugnad.kernel.happenings import SYSTEM, record
from dugnad.kernel.live.bus import announce
from dugnad.kernel.policies import Refused, require
from dugnad.kernel.retention import keep
from dugnad.kernel.stamps import touch_public
from dugnad.people.models import Person

KEEP_VOTES = keep("votes", days=30, least=1, most=365, words=_("Who voted for what in a poll, after it closed"))


def recount_polls(thread: Thread) -> None:
    """`poll_count` of the thread is how many polls hang on posts that stand in it now. Call it after posts came or went; a
    poll goes with its post. The thread is locked by whoever calls.
    """
    thread.poll_count = Poll.objects.filter(post__thread=thread, post__deleted_at=None).count()
    Thread.objects.filter(pk=thread.pk).update(poll_count=thread.poll_count)


@transaction.atomic
def add_poll(post: Post, asked: Asked, *, by: Person) -> Poll:
    """Ask a question under one's own post."""
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=post.thread_id)
    post = locked(Post.objects.select_related("thread__category"), post.pk)
    require(policies.can_add_poll(by, post))
    poll = Poll(post=post)
    _ask(poll, asked)
    recount_polls(thread)
    record("poll_added", poll, by=by, within=thread, audience=post.audience, post=post.pk)
    _announce("poll_added", poll)
    return poll


@transaction.atomic
def edit_poll(poll: Poll, asked: Asked, *, by: Person) -> Poll:
    """Ask something else, while nobody has voted."""
    poll = _locked(poll)
    require(policies.can_edit_poll(by, poll))
    poll.options.all().delete()
    _ask(poll, asked)
    record("poll_edited", poll, by=by, within=poll.post.thread, audience=poll.post.audience, post=poll.post_id)
    _announce("poll_edited", poll)
    return poll


@transaction.atomic
def remove_poll(poll: Poll, *, by: Person) -> None:
    """Take the question away again, while nobody has voted."""
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=poll.post.thread_id)
    poll = _locked(poll)
    require(policies.can_remove_poll(by, poll))
    record("poll_removed", poll, by=by, within=thread, audience=poll.post.audience, post=poll.post_id)
    _announce("poll_removed", poll)
    poll.delete()
    recount_polls(thread)


def _ask(poll: Poll, asked: Asked) -> None:
    poll.question, poll.way, poll.dots = asked.question, asked.way, asked.dots
    poll.hidden_until_closed, poll.closes_at = asked.hidden, asked.closes_at
    poll.save()
    options = [PollOption(poll=poll, position=place, text=text) for place, text in enumerate(asked.options, start=1)]
    PollOption.objects.bulk_create(options)
    if asked.closes_at:
        close_poll_in_time.using(run_after=asked.closes_at).enqueue(poll.pk)


@transaction.atomic
def cast_vote(poll: Poll, given: Mapping[int, int], *, by: Person) -> Poll:
    """Vote, or vote anew: what one gave before does not count any more. Raises `polls.BallotWrong` for what cannot be counted."""
    poll = _locked(poll)
    require(policies.can_cast_vote(by, poll))
    chosen = ballot(given, poll.options.values_list("pk", flat=True), poll.way, poll.dots)
    PollVote.objects.filter(poll=poll, person=by).delete()
    PollVote.objects.bulk_create(
        PollVote(poll=poll, option_id=option, person=by, dots=dots) for option, dots in chosen.items()
    )
    return _counted_anew(poll)


@transaction.atomic
def withdraw_vote(poll: Poll, *, by: Person) -> Poll:
    """Take one's vote back. Doing it twice changes nothing."""
    poll = _locked(poll)
    require(policies.can_withdraw_vote(by, poll))
    PollVote.objects.filter(poll=poll, person=by).delete()
    return _counted_anew(poll)


def _counted_anew(poll: Poll) -> Poll:
    """The counts are what the rows say, at every moment that others see."""
    count_votes([poll.pk])
    poll.refresh_from_db(fields=["voter_count"])
    if not poll.hidden_until_closed:
        _announce("poll_counted", poll)
    if poll.post.audience.is_public:
        touch_public()
    return poll


def count_votes(polls: list[int]) -> None:
    """Count the votes of these polls from their rows, in one statement for the options and one for the polls. They are locked."""
    given = PollVote.objects.filter(option=OuterRef("pk")).order_by().values("option").annotate(n=Sum("dots"))
    PollOption.objects.filter(poll__in=polls).update(votes=Coalesce(Subquery(given.values("n")), 0))
    persons = PollVote.objects.filter(poll=OuterRef("pk")).order_by().values("poll")
    counted = persons.annotate(n=Count("person", distinct=True)).values("n")
    Poll.objects.filter(pk__in=polls).update(voter_count=Coalesce(Subquery(counted), 0))


@transaction.atomic
def close_poll(poll: Poll, *, by: Person) -> Poll:
    """Close the poll now. Nobody votes any more, everybody who sees it sees the result, and those who voted are told."""
    poll = _locked(poll)
    require(policies.can_close_poll(by, poll))
    return _closed(poll, timezone.now(), by)


def _closed(poll: Poll, at: datetime, by: Person | None) -> Poll:
    poll.closed_at = at
    poll.save(update_fields=["closed_at"])
    thread, audience = poll.post.thread, poll.post.audience
    record("poll_closed", poll, by=by or SYSTEM, within=thread, audience=audience, post=poll.post_id)
    _announce("poll_closed", poll)
    return poll


@task()
def close_poll_in_time(poll_id: int) -> None:
    """The time of the poll is over: it reads as closed since then already, now those who voted are told. Safe to run twice."""
    with transaction.atomic():
        poll = Poll.objects.filter(pk=poll_id, closed_at=None).first()
        if poll is None:
            return
        poll = _locked(poll)
        if poll.closed_at is None and poll.closes_at and poll.closes_at <= timezone.now():
            _closed(poll, poll.closes_at, None)


def close_polls_in_time() -> str:
    """Close every poll whose time is over, also those whose task was lost; answers a line for the log."""
    over = list(Poll.objects.filter(closed_at=None, closes_at__lte=timezone.now()).values_list("pk", flat=True))
    for pk in over:
        close_poll_in_time.func(pk)
    return f"{len(over)} polls closed"


def forget_votes() -> str:
    """Of polls that closed `KEEP_VOTES` ago only the counts are left; answers a line for the log."""
    old = Poll.objects.filter(closed_at__lt=timezone.now() - KEEP_VOTES.time)
    return f"{PollVote.objects.filter(poll__in=old).delete()[0]} old votes removed"


def _locked(poll: Poll) -> Poll:
    found = Poll.objects.select_for_update(of=("self",)).select_related("post__thread__category", "post__audience")
    try:
        return found.get(pk=poll.pk)
    except Poll.DoesNotExist:
        raise Refused(_("The poll was taken away meanwhile.")) from None


def _announce(kind: str, poll: Poll) -> None:
    """Tell the open pages of the thread, after the commit. Never who voted; nothing at all about votes that are hidden."""
    thread = poll.post.thread_id
    announce(f"thread:{thread}", {"type": kind, "poll": poll.pk, "post": poll.post_id, "author": poll.post.author_id})
