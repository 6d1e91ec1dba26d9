"""Polls end: by hand, in time without and with the worker; who is told, and what is left of who voted."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from dugnad.forum.actions import polling
from dugnad.forum.models import Poll, PollVote
from dugnad.forum.polls import Asked
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from dugnad.people.keeping.actions import erase_person
from tests import given
from tests.forum.test_polls import WHERE, address, counts, hidden, page, poll, vote

pytestmark = pytest.mark.django_db


def test_who_asked_and_stewards_close_it_and_nobody_votes_after():
    given.steward("gunnel")
    for who, status in (("leyla", 403), ("amina", 302), ("gunnel", 302)):
        asked = poll()
        assert given.client(who).post(address(asked, "/close")).status_code == status
    with pytest.raises(Refused, match="This poll is closed"):
        vote(asked, "leyla", 0)
    with pytest.raises(Refused, match="This poll is closed"):
        polling.close_poll(asked, by=given.person("amina"))
    assert Happening.objects.filter(verb="poll_closed").count() == 2


def test_it_is_closed_at_its_time_without_the_worker():
    end = timezone.now() + timedelta(hours=1)
    asked = poll(hidden(closes_at=end))
    vote(asked, "leyla", 0)
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert "formaction" in page(asked, "bram")
        vote(asked, "bram", 0)
    with time_machine.travel(end, tick=False):
        with pytest.raises(Refused, match="This poll is closed"):
            vote(asked, "oona", 1)
        seen = page(asked, "oona")
        assert "2 votes · 100%" in seen
        assert "/vote" not in seen


def test_a_page_for_strangers_is_not_kept_beyond_its_time():
    end = timezone.now() + timedelta(seconds=30)
    asked = poll(hidden(closes_at=end))
    assert given.client().get(asked.post.thread.url)["Cache-Control"] == "no-store"
    with time_machine.travel(end + timedelta(seconds=1), tick=False):
        assert "Cache-Control" not in given.client().get(asked.post.thread.url)


def test_the_worker_closes_it_once_and_tells_who_voted_and_who_asked():
    end = timezone.now() + timedelta(hours=1)
    asked = poll(Asked(WHERE.question, WHERE.options, closes_at=end))
    vote(asked, "leyla", 0)
    polling.close_poll_in_time.func(asked.pk)
    assert Poll.objects.get().closed_at is None
    with time_machine.travel(end + timedelta(minutes=5), tick=False):
        for _twice in range(2):
            polling.close_poll_in_time.func(asked.pk)
        assert polling.close_polls_in_time() == "0 polls closed"
    assert Poll.objects.get().closed_at == end
    told = Notice.objects.filter(kind="poll_closed").values_list("person__email", flat=True)
    assert sorted(told) == ["amina@example.org", "leyla@example.org"]
    assert "The poll “Where do we meet?” is closed. Read the result." in given.said(
        given.client("leyla").get("/notices")
    )


def test_a_task_that_was_lost_is_made_up_for_at_night():
    end = timezone.now() + timedelta(hours=1)
    poll(Asked(WHERE.question, WHERE.options, closes_at=end))
    with time_machine.travel(end + timedelta(hours=9), tick=False):
        assert polling.close_polls_in_time() == "1 polls closed"


def test_who_voted_for_what_is_gone_after_thirty_days_and_the_counts_stay():
    asked = poll()
    vote(asked, "leyla", 0)
    polling.close_poll(asked, by=given.person("amina"))
    assert polling.forget_votes() == "0 old votes removed"
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert polling.forget_votes() == "1 old votes removed"
    assert counts(asked) == ([1, 0, 0], 1)


def test_who_leaves_takes_their_vote_out_of_open_polls_and_the_result_of_closed_ones_stays():
    still_open, closed = poll(), poll()
    for asked in (still_open, closed):
        vote(asked, "leyla", 0)
        vote(asked, "bram", 1)
    polling.close_poll(closed, by=given.person("amina"))
    leyla = given.person("leyla")
    erase_person(leyla, leave_posts=True, by=leyla)
    assert PollVote.objects.filter(person=leyla).count() == 0
    assert (counts(still_open), counts(closed)) == (([0, 1, 0], 1), ([1, 1, 0], 2))
