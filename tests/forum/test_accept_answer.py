"""Saying which post answered a question: who may, what the thread says then, who is told."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def question():
    return given.thread("How do you reach the owner?", kind="question", by="amina")


def accept(post, who: str = "amina"):
    return actions.accept_answer(post, by=given.person(who))


def test_who_asked_and_stewards_may_others_are_told_so(question):
    post = given.post(question)
    given.steward("gunnel")
    assert [policies.can_accept_answer(given.viewer(who), post).ok for who in ("amina", "gunnel", "leyla", "")] == [
        True, True, False, False,
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        accept(post, "leyla")
    assert str(refused.value) == "Only the person who started the thread, or a steward, can say this."


def test_only_a_reply_to_a_question_can_answer(question):
    with pytest.raises(Refused) as refused:
        accept(question.posts.get(number=1))
    assert str(refused.value) == "Only a reply to a question can be its answer."
    with pytest.raises(Refused):
        accept(given.post(given.thread("A talk")))


def test_a_deleted_reply_does_not_answer(question):
    post = actions.delete_post(given.post(question), by=given.person("leyla"))
    with pytest.raises(Refused) as refused:
        accept(post)
    assert str(refused.value) == "This post was deleted."


def test_the_thread_is_answered_and_says_by_whom(question):
    post = given.post(question, by="leyla")
    thread = accept(post)
    assert (thread.answer, thread.state, thread.revision) == (post, "answered", 2)
    for who in ("", "jonas"):
        assert "answered by Leyla Demir" in given.said(given.client(who).get(question.category.url))
        page = given.said(given.client(who).get(question.url))
        assert page.count('class="post answer"') == 1
        assert "The answer" in page


def test_a_later_choice_replaces_the_earlier(question):
    first, second = given.post(question, by="leyla"), given.post(question, by="bram")
    accept(first)
    thread = accept(second)
    assert thread.answer == second
    page = given.said(given.client().get(question.url))
    assert page.index('class="post answer"') > page.index('id="post-2"')


def test_one_happening_is_recorded(question):
    post = given.post(question, by="leyla")
    accept(post)
    happening = Happening.objects.get(verb="answer_accepted")
    assert (happening.thing, happening.payload) == (
        f"thread:{question.pk}", {"post": post.pk, "author": given.person("leyla").pk},
    )  # fmt: skip


def test_whoever_answered_is_thanked_once_and_nobody_else(question):
    post = given.post(question, by="leyla")
    Notice.objects.all().delete()
    accept(post)
    accept(post)
    told = Notice.objects.get()
    assert (told.kind, told.person, told.url, told.title) == (
        "answer_accepted", given.person("leyla"), post.url, "How do you reach the owner?",
    )  # fmt: skip


def test_who_answered_their_own_question_is_not_told(question):
    accept(given.post(question, by="amina"))
    assert Notice.objects.count() == 0


def test_when_the_wrong_post_was_chosen_the_question_can_be_opened_again(question):
    accept(given.post(question))
    page = given.said(given.client("amina").get(question.url))
    assert f'href="/t/{question.pk}/state"' in page
    given.client("amina").post(f"/t/{question.pk}/state", {"state": "open"})
    question.refresh_from_db()
    assert (question.answer, question.state) == (None, "open")


def test_the_button_is_there_for_who_asked_and_works(question):
    post = given.post(question, by="leyla")
    button = f'name="answer" value="{post.pk}"'
    pages = {who: given.said(given.client(who).get(question.url)) for who in ("amina", "leyla", "")}
    assert [button in page for page in pages.values()] == [True, False, False]
    answer = given.client("amina").post(f"/t/{question.pk}/deeds", {"answer": str(post.pk)}, follow=True)
    assert "The question is answered. Thanks stand beside the answer." in given.said(answer)
    question.refresh_from_db()
    assert question.answer == post


def test_others_who_send_the_form_get_a_sentence(question):
    post = given.post(question, by="leyla")
    answer = given.client("leyla").post(f"/t/{question.pk}/deeds", {"answer": str(post.pk)})
    assert answer.status_code == 403
    assert "Only the person who started the thread, or a steward, can say this." in given.said(answer)


def test_a_closed_question_takes_no_answer(question):
    post = given.post(question)
    actions.close_thread(question, by=given.person("amina"), outcome="We moved.")
    with pytest.raises(Refused) as refused:
        accept(post)
    assert str(refused.value) == "This thread is closed. Reopen it first."
