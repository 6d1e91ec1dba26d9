"""Deleting a post: its text is gone from rows, versions, pictures, search, mails and everything kept; a quiet line stays."""

from __future__ import annotations

import pytest
from django.db import connection

from dugnad.forum import actions, policies
from dugnad.forum.models import Bookmark, Post, PostFile, PostVersion, Reaction, Thread
from dugnad.forum.uploads import keep_picture, with_picture
from dugnad.kernel import fragments, pagecache, search
from dugnad.kernel.files import StoredFile
from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db

BAIT = ("baitfirst", "baitsecond", "baitreason", "baitpicture")


def delete(post: Post, who: str = "leyla") -> Post:
    return actions.delete_post(post, by=given.person(who))


def shown_to(post: Post, who: str, text: str):
    """A picture that `who` uploaded, in a new text of `post`."""
    stored = keep_picture(given.picture(), "baitpicture", by=given.person(who))
    return stored, actions.edit_post(
        post, with_picture(text, stored), by=given.person(who), seen_edits=post.edits, reason="baitreason"
    )


def whole_database() -> str:
    """Every column of every row. Not what SQLite's index keeps of words nobody can find until it merges its segments."""
    said = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("kernel_search_terms_"):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            said += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(said)


def test_only_the_writer_may_delete_a_post():
    post = given.post(given.thread(), by="leyla")
    given.steward("gunnel")
    assert [policies.can_delete_post(given.viewer(who), post).ok for who in ("leyla", "amina", "gunnel")] == [
        True,
        False,
        False,
    ]
    with pytest.raises(Refused) as refused:
        delete(post, "amina")
    assert str(refused.value) == "Only the person who wrote a post can delete it."


def test_a_post_is_deleted_once():
    post = delete(given.post(given.thread()))
    with pytest.raises(Refused) as refused:
        delete(post)
    assert str(refused.value) == "This post was deleted already."
    assert Thread.objects.get().post_count == 1


def test_nothing_of_the_text_is_left_anywhere(django_capture_on_commit_callbacks):
    thread = given.thread()
    post = given.post(thread, "baitfirst for @jonas-ek", by="leyla")
    stored, post = shown_to(post, "leyla", "baitsecond")
    actions.add_reaction(post, "thanks", by=given.person("amina"))
    actions.keep_bookmark(post, by=given.person("amina"))
    path = stored.path
    for browser in (given.client(), given.client("jonas")):
        assert "baitsecond" in given.said(browser.get(thread.url))
    assert all(word in whole_database() for word in BAIT)
    with django_capture_on_commit_callbacks(execute=True):
        delete(post)
    assert [line[:300] for line in whole_database().split("\n") if "bait" in line] == []
    assert [model.objects.count() for model in (PostVersion, PostFile, Reaction, Bookmark, StoredFile)] == [
        0,
        0,
        0,
        0,
        0,
    ]
    assert not path.exists()
    kept = f"{fragments._pieces} {[page.content for _s, _t, page in pagecache._pages.values()]}"
    assert [word for word in BAIT if word in kept] == []


def test_a_quiet_line_stays_with_its_number():
    thread = given.thread()
    post = given.post(thread, "baitfirst")
    given.post(thread, "After it", by="bram")
    delete(post)
    page = given.said(given.client().get(thread.url))
    assert "baitfirst" not in page
    assert 'id="post-2"' in page
    assert "A post was deleted here." in page
    assert list(thread.posts.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    thread.refresh_from_db()
    assert (thread.post_count, thread.last_number) == (2, 3)


def test_the_next_post_gets_a_new_number():
    thread = given.thread()
    delete(given.post(thread))
    assert given.post(thread).number == 3


def test_it_is_recorded_without_its_text():
    post = delete(given.post(given.thread(), "baitfirst"))
    happening = Happening.objects.get(verb="post_deleted")
    assert (happening.thing, happening.payload) == (f"post:{post.pk}", {"number": 2})


def test_it_is_announced_to_open_pages(announced):
    post = given.post(given.thread())
    with announced() as sent:
        delete(post)
    event = {"type": "post_deleted", "post": post.pk, "number": 2, "author": post.author_id, "revision": 2}
    assert {"to": f"thread:{post.thread_id}", "event": event} in sent


def test_the_search_no_longer_finds_it():
    thread = given.thread()
    post = given.post(thread, "baitfirst")
    delete(post)
    assert search.search("baitfirst", given.viewer("amina")).found == []
    assert [hit.thing_id for hit in search.search("cellars", given.viewer("amina")).found] == [
        thread.posts.get(number=1).pk
    ]


def test_notices_about_it_go_and_mails_that_quote_it_are_emptied():
    post = given.post(given.thread(), "baitfirst", by="leyla")
    other = given.post(post.thread, "Still here", by="bram")
    Mail.objects.filter(text__contains=f"{post.url}\n").update(sent_at=post.created_at)
    delete(post)
    assert list(Notice.objects.values_list("thing", flat=True)) == [f"post:{other.pk}"] * 2
    assert not Mail.objects.filter(text__contains="baitfirst").exists()
    assert Mail.objects.filter(text__contains="Still here").count() == 1


def test_a_mail_that_waits_is_not_sent_any_more():
    post = given.post(given.thread(), "baitfirst", by="leyla")
    assert Mail.objects.filter(sent_at=None, given_up_at=None).count() == 1
    delete(post)
    assert Mail.objects.filter(sent_at=None, given_up_at=None).count() == 0


def test_a_mail_about_a_post_with_a_longer_number_stays():
    thread = given.thread()
    second = given.post(thread, "Post 2")
    given.posts(thread, 17)
    for number in (20, 21):
        assert given.post(thread, f"Post {number}").number == number
    delete(second)
    assert Mail.objects.filter(text__contains="Post 21").count() == 1
    assert Mail.objects.filter(text__contains="Post 20").count() == 1


def test_a_picture_that_another_post_shows_stays_until_that_is_deleted_too(django_capture_on_commit_callbacks):
    thread = given.thread()
    stored, first = shown_to(given.post(thread, by="leyla"), "leyla", "One")
    second = given.post(thread, with_picture("Two", stored), by="leyla")
    with django_capture_on_commit_callbacks(execute=True):
        delete(first)
    assert stored.path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        delete(second)
    assert not stored.path.exists()
    assert StoredFile.objects.count() == 0


def test_the_answer_to_a_question_opens_it_again():
    question = given.thread(kind="question")
    answer = given.post(question)
    actions.accept_answer(answer, by=given.person("amina"))
    delete(answer)
    question.refresh_from_db()
    assert (question.answer, question.state) == (None, "open")
    assert "answered by" not in given.said(given.client().get(question.category.url))


def test_with_the_opening_post_go_the_facts_of_the_thread():
    thread = given.thread(kind="experience", fields={"did": "baitfirst", "went": "baitsecond"}, text="")
    given.post(thread, "We too.")
    delete(thread.posts.get(number=1), "amina")
    page = given.said(given.client().get(thread.url))
    thread.refresh_from_db()
    assert (thread.fields, thread.title) == ({}, "Who has a drill?")
    assert "baitfirst" not in page
    assert "We too." in page


def test_with_the_last_post_goes_the_thread():
    thread = given.thread("Baittitle")
    reply = given.post(thread)
    delete(thread.posts.get(number=1), "amina")
    assert "Baittitle" in given.said(given.client().get(thread.category.url))
    delete(reply)
    thread.refresh_from_db()
    assert (thread.title, thread.slug, thread.post_count, thread.category.thread_count) == ("…", "", 0, 0)
    for who in ("", "oona", "amina"):
        assert "Baittitle" not in given.said(given.client(who).get(thread.category.url))
        assert f"/t/{thread.pk}" not in given.said(given.client(who).get(thread.category.url))
    assert "Baittitle" not in whole_database()


def test_the_thread_without_posts_still_answers_quietly():
    thread = given.thread("Baittitle")
    delete(thread.posts.get(), "amina")
    for who in ("", "oona"):
        answer = given.client(who).get(f"/t/{thread.pk}")
        assert answer.status_code == 200
        assert "A post was deleted here." in given.said(answer)


def test_the_door_asks_first_and_then_deletes():
    thread = given.thread()
    post = given.post(thread, "Baitfirst words", by="leyla")
    leyla = given.client("leyla")
    asked = leyla.get(f"{post.url}/delete")
    assert "It cannot be undone." in given.said(asked)
    assert "Baitfirst words" in given.said(asked)
    done = leyla.post(f"{post.url}/delete", follow=True)
    assert done.redirect_chain == [(thread.url, 302)]
    assert "The post is deleted for everyone." in given.said(done)


def test_others_get_a_sentence_and_strangers_the_sign_in_page():
    post = given.post(given.thread())
    other, stranger = given.client("oona").post(f"{post.url}/delete"), given.client().post(f"{post.url}/delete")
    assert (other.status_code, stranger.status_code) == (403, 302)
    post.refresh_from_db()
    assert post.deleted_at is None
