"""The forum over the socket: who may listen, what an announcement holds, what the pushed pieces show and hide."""

from __future__ import annotations

import json

import pytest

from dugnad.forum import actions
from dugnad.kernel import registry
from tests import given

pytestmark = pytest.mark.django_db


def may_listen(who: str, kind: str, pk: int) -> bool:
    ask = registry.live_channels.get(kind)
    assert ask is not None
    return ask(given.viewer(who), pk)


def pushed(post, language: str = "en", kind: str = "post_edited") -> str:
    make = registry.live_fragments.get(kind)
    assert make is not None
    return make({"type": kind, "post": post.pk}, language)["html"]


def test_whoever_may_open_the_page_may_listen():
    thread = given.thread()
    assert [may_listen(who, "thread", thread.pk) for who in ("", "oona")] == [True, True]
    assert [may_listen(who, "category", thread.category_id) for who in ("", "oona")] == [True, True]


def test_others_may_not():
    thread = given.thread(within=given.category("Houses", group=given.group(members=("leyla",))))
    assert [may_listen(who, "thread", thread.pk) for who in ("leyla", "oona", "")] == [True, False, False]
    assert [may_listen(who, "category", thread.category_id) for who in ("leyla", "oona", "")] == [True, False, False]


def test_who_blocked_the_one_who_started_it_does_not_listen():
    thread = given.thread(by="bram")
    given.block("oona", "bram")
    assert not may_listen("oona", "thread", thread.pk)


@pytest.mark.parametrize("pk", [0, -1, 999_999, 10**30])
def test_what_is_not_there_cannot_be_listened_to(pk):
    assert not may_listen("oona", "thread", pk)
    assert not may_listen("oona", "category", pk)


def test_an_announcement_holds_numbers_and_no_text(announced):
    thread = given.thread("Baittitle", text="Baitfirst")
    with announced() as sent:
        post = given.post(thread, "Baitreply for @amina-warsame", by="leyla")
        post = actions.edit_post(post, "Baitedit", by=given.person("leyla"), seen_edits=0)
        actions.add_reaction(post, "thanks", by=given.person("oona"))
        actions.close_thread(thread, by=given.person("amina"), outcome="Baitoutcome")
        actions.delete_post(post, by=given.person("leyla"))
    assert len(sent) >= 5
    assert "bait" not in json.dumps(sent).lower()
    assert {type(value) for message in sent for value in message.get("event", {}).values()} == {str, int}


def test_nothing_is_announced_when_the_deed_is_taken_back(announced):
    from django.db import transaction

    thread = given.thread()
    with announced() as sent, pytest.raises(RuntimeError), transaction.atomic():
        given.post(thread)
        raise RuntimeError
    assert sent == []


def test_the_pushed_piece_is_the_post_and_its_revision():
    post = given.post(given.thread(), "I have *one*.", by="leyla")
    make = registry.live_fragments.get("post_added")
    answer = make({"type": "post_added", "post": post.pk}, "en")
    assert answer["revision"] == 1
    assert "<p>I have <em>one</em>.</p>" in answer["html"]
    assert f'id="post-2" data-post="{post.pk}" data-revision="1" data-author="{post.author_id}"' in answer["html"]


def test_it_shows_nobodys_own_marks_and_hides_what_is_its_writers():
    post = given.post(given.thread(), by="leyla")
    actions.add_reaction(post, "thanks", by=given.person("oona"))
    actions.keep_bookmark(post, by=given.person("oona"))
    piece = pushed(post)
    assert 'aria-pressed="true"' not in piece
    assert 'name="unkeep"' not in piece
    assert '<span class="own" hidden><a class="tool" href="' in piece
    assert 'Thanks <span class="num">1</span>' in piece


def test_it_says_which_post_is_the_answer():
    question = given.thread(kind="question")
    post = given.post(question)
    actions.accept_answer(post, by=given.person("amina"))
    piece = pushed(post)
    assert 'class="post answer"' in piece
    assert '<span class="own" hidden>' in piece


def test_a_deleted_post_is_pushed_as_a_quiet_line():
    post = given.post(given.thread(), "Bait", by="leyla")
    actions.delete_post(post, by=given.person("leyla"))
    piece = pushed(post, kind="post_deleted")
    assert "A post was deleted here." in piece
    assert "Bait" not in piece


def test_what_is_gone_altogether_is_not_pushed():
    make = registry.live_fragments.get("post_added")
    assert make({"type": "post_added", "post": 999_999}, "en") is None


def test_each_language_gets_its_own_piece():
    post = given.post(given.thread(), by="leyla", language="en")
    assert 'lang="en"' in pushed(post, "nn")
    assert 'lang="en"' not in pushed(post, "en")


def test_script_in_a_name_is_text_in_the_piece():
    writer = given.person("leyla")
    writer.name = "<script>alert(1)</script>"
    writer.save()
    assert "<script>alert" not in pushed(given.post(given.thread(), by="leyla"))


def test_the_page_says_where_its_channel_stood_before_it_was_read():
    thread = given.thread()
    page = given.said(given.client("oona").get(thread.url))
    assert f'data-live="thread:{thread.pk}"' in page
    assert 'data-end="1"' in page
