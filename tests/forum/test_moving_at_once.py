"""Two people who move, merge or write at the same moment: numbers stay dense, counts true, and nothing is lost."""

from __future__ import annotations

import pytest

from dugnad.forum import actions
from dugnad.forum.models import Category, Post, Thread
from dugnad.kernel.policies import Refused
from tests import given
from tests.groups.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def state():
    """Every thread that stands: its counts, and the numbers of its posts; and how many threads each category counts."""
    threads = [
        (row.post_count, row.last_number, list(row.posts.order_by("number").values_list("number", flat=True)))
        for row in Thread.objects.filter(merged_into=None).order_by("pk")
    ]
    return threads, dict(Category.objects.values_list("name", "thread_count"))


def test_of_two_moves_at_once_both_are_done_one_after_the_other(tmp_path):
    gunnel, thread = given.steward("gunnel"), given.thread()
    places = [given.category(name) for name in ("Climate", "Tools")]
    answers, seen = race(
        tmp_path,
        *(
            lambda place=place: actions.move_thread(thread, place, by=gunnel, reason="There.").category_id
            for place in places
        ),
        then=lambda: (Thread.objects.get(pk=thread.pk).category.name, state()),
    )
    assert sorted(answers) == sorted(place.pk for place in places)
    name, (_threads, counts) = seen
    assert counts == {"Housing": 0, "Climate": 0, "Tools": 0} | {name: 1}


def test_a_reply_at_the_moment_of_a_merge_is_in_the_thread_that_stays_or_refused(tmp_path):
    gunnel, ends, stays = given.steward("gunnel"), given.thread("Ends"), given.thread("Stays")
    leyla = given.person("leyla")
    answers, seen = race(
        tmp_path,
        lambda: actions.merge_threads(ends, stays, by=gunnel, reason="Same.").pk,
        lambda: actions.add_post(ends, "At once.", by=leyla).pk,
        then=lambda: (state(), Post.objects.filter(plain="At once.").values_list("thread", flat=True).first()),
    )
    written = not isinstance(answers[1], Exception)
    count = 3 if written else 2
    assert written or str(answers[1]).startswith("This thread was merged into another one meanwhile.")
    assert seen == (([(count, count, list(range(1, count + 1)))], {"Housing": 1}), stays.pk if written else None)


def test_of_two_merges_that_want_each_other_one_is_done(tmp_path):
    gunnel, one, other = given.steward("gunnel"), given.thread("One"), given.thread("Other")
    answers, seen = race(
        tmp_path,
        lambda: actions.merge_threads(one, other, by=gunnel, reason="Same.").pk,
        lambda: actions.merge_threads(other, one, by=gunnel, reason="Same.").pk,
        then=state,
    )
    [refused] = [answer for answer in answers if isinstance(answer, Refused)]
    assert str(refused) == "This thread was merged into another one already."
    assert seen == ([(2, 2, [1, 2])], {"Housing": 1})


def test_a_post_deleted_at_the_moment_of_a_merge_is_counted_where_it_was(tmp_path):
    gunnel, ends, stays = given.steward("gunnel"), given.thread("Ends"), given.thread("Stays")
    post, leyla = given.post(ends, by="leyla"), given.person("leyla")
    _answers, seen = race(
        tmp_path,
        lambda: actions.merge_threads(ends, stays, by=gunnel, reason="Same.").pk,
        lambda: actions.delete_post(post, by=leyla).pk,
        then=state,
    )
    assert seen == ([(2, 3, [1, 2, 3])], {"Housing": 1})


def test_a_post_deleted_at_the_moment_it_is_split_off_is_in_neither_count(tmp_path):
    gunnel, thread = given.steward("gunnel"), given.thread()
    post, leyla = given.post(thread, by="leyla"), given.person("leyla")
    given.post(thread, by="bram")
    _answers, seen = race(
        tmp_path,
        lambda: actions.split_thread(thread, [2, 3], "Apart", thread.category, by=gunnel, reason="Apart.").pk,
        lambda: actions.delete_post(post, by=leyla).pk,
        then=state,
    )
    (old, made), _counts = seen
    assert old == (1, 3, [1, 2, 3])
    assert made in ((1, 2, [1, 2]), (1, 1, [1]))


def test_an_answer_chosen_at_the_moment_of_a_merge_is_an_answer_nowhere(tmp_path):
    gunnel = given.steward("gunnel")
    ends, stays = given.thread("Ends", kind="question", by="amina"), given.thread("Stays")
    post, amina = given.post(ends, by="leyla"), given.person("amina")
    answers, seen = race(
        tmp_path,
        lambda: actions.merge_threads(ends, stays, by=gunnel, reason="Same.").pk,
        lambda: actions.accept_answer(post, by=amina).pk,
        then=lambda: list(Thread.objects.order_by("pk").values_list("answer", "state")),
    )
    assert answers[0] == stays.pk
    assert seen == [(None, "open"), (None, "")]
