"""Two people (or two clicks) at the same moment: numbers are dense, nothing is lost and nothing happens twice."""

from __future__ import annotations

import pytest

from dugnad.forum import actions
from dugnad.forum.models import Category, Post, PostVersion, Reaction, Thread, ThreadReading
from dugnad.kernel.policies import Refused
from tests import given
from tests.groups.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def numbers(thread: Thread) -> tuple[list[int], int, int]:
    """The numbers of the posts, how many the thread counts, and the number of its last."""
    found = Post.objects.filter(thread=thread).order_by("number").values_list("number", flat=True)
    row = Thread.objects.get(pk=thread.pk)
    return list(found), row.post_count, row.last_number


def test_replies_at_once_get_numbers_one_after_the_other(tmp_path):
    thread = given.thread()
    people = [given.person(who) for who in ("leyla", "bram", "oona", "jonas")]
    answers, seen = race(
        tmp_path,
        *(lambda who=who: actions.add_post(thread, "At once.", by=who).number for who in people),
        then=lambda: numbers(thread),
    )
    assert (sorted(answers), seen) == ([2, 3, 4, 5], ([1, 2, 3, 4, 5], 5, 5))


def test_a_reply_sent_by_a_double_click_is_one_post(tmp_path):
    thread, oona = given.thread(), given.person("oona")
    answers, seen = race(
        tmp_path,
        *[lambda: actions.add_post(thread, "Once.", by=oona, form_key="key").number] * 2,
        then=lambda: numbers(thread),
    )
    assert (answers, seen) == ([2, 2], ([1, 2], 2, 2))


def test_a_thread_started_by_a_double_click_is_one_thread(tmp_path):
    category, oona = given.category(), given.person("oona")
    answers, seen = race(
        tmp_path,
        *[lambda: actions.start_thread(category, "talk", "Once", "Once.", by=oona, form_key="key").title] * 2,
        then=lambda: (Thread.objects.count(), Category.objects.get().thread_count),
    )
    assert (answers, seen) == (["Once", "Once"], (1, 1))


def test_of_two_edits_at_once_one_is_kept_and_the_other_is_shown_it(tmp_path):
    post = given.post(given.thread(), "Before", by="leyla")
    leyla = given.person("leyla")
    answers, seen = race(
        tmp_path,
        *(lambda text=text: actions.edit_post(post, text, by=leyla, seen_edits=0).source for text in ("One", "Two")),
        then=lambda: (Post.objects.get(pk=post.pk).source, list(PostVersion.objects.values_list("source", flat=True))),
    )
    [late] = [answer for answer in answers if isinstance(answer, actions.EditedMeanwhile)]
    [kept] = [answer for answer in answers if isinstance(answer, str)]
    assert (seen, late.post.source) == ((kept, ["Before"]), kept)


def test_words_given_at_once_are_all_counted(tmp_path):
    post = given.thread().posts.get()
    people = [given.person(who) for who in ("leyla", "bram", "oona", "jonas")]
    _answers, seen = race(
        tmp_path,
        *(lambda who=who: actions.add_reaction(post, "thanks", by=who).pk for who in people),
        then=lambda: (Post.objects.get(pk=post.pk).reaction_counts, Reaction.objects.count()),
    )
    assert seen == ({"thanks": 4}, 4)


def test_a_word_given_by_a_double_click_is_given_once(tmp_path):
    post, oona = given.thread().posts.get(), given.person("oona")
    answers, seen = race(
        tmp_path,
        *[lambda: actions.add_reaction(post, "thanks", by=oona).pk] * 2,
        then=lambda: Post.objects.get(pk=post.pk).reaction_counts,
    )
    assert (answers, seen) == ([post.pk, post.pk], {"thanks": 1})


def test_opening_a_thread_in_two_windows_at_once_leaves_one_mark(tmp_path):
    thread, oona = given.thread(), given.person("oona")
    answers, seen = race(
        tmp_path,
        *[lambda: actions.read_thread(thread, 1, by=oona)] * 2,
        lambda: actions.follow_thread(thread, "watch", by=oona),
        then=lambda: list(ThreadReading.objects.filter(person=oona).values_list("read_to", "attention")),
    )
    assert (answers, seen) == ([None, None, None], [(1, "watch")])


def test_deleting_twice_at_once_counts_once(tmp_path):
    thread = given.thread()
    post, leyla = given.post(thread, by="leyla"), given.person("leyla")
    answers, seen = race(
        tmp_path, *[lambda: actions.delete_post(post, by=leyla).number] * 2, then=lambda: numbers(thread)
    )
    assert [str(answer) for answer in answers if isinstance(answer, Refused)] == ["This post was deleted already."]
    assert seen == ([1, 2], 1, 2)


def test_an_answer_that_is_chosen_while_it_is_deleted_is_no_answer(tmp_path):
    question = given.thread(kind="question", by="amina")
    post, leyla, amina = given.post(question, by="leyla"), given.person("leyla"), given.person("amina")
    answers, seen = race(
        tmp_path,
        lambda: actions.accept_answer(post, by=amina).pk,
        lambda: actions.delete_post(post, by=leyla).pk,
        then=lambda: Thread.objects.filter(pk=question.pk).values_list("answer", "state")[0],
    )
    assert answers[1] == post.pk
    assert answers[0] == question.pk or str(answers[0]) == "This post was deleted."
    assert seen == (None, "open")


def test_a_reply_while_the_thread_closes_is_there_before_it_or_refused(tmp_path):
    thread, amina, leyla = given.thread(by="amina"), given.person("amina"), given.person("leyla")
    answers, seen = race(
        tmp_path,
        lambda: actions.close_thread(thread, by=amina, outcome="Done.").pk,
        lambda: actions.add_post(thread, "One more.", by=leyla).number,
        then=lambda: (Thread.objects.get(pk=thread.pk).closed_at is not None, numbers(thread)),
    )
    written = answers[1] == 2
    assert written or str(answers[1]).startswith("This thread is closed.")
    assert seen == (True, ([1, 2], 2, 2) if written else ([1], 1, 1))
