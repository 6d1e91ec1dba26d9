"""Replying: who may, what changes, what is recorded, what the door answers."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.forum.models import Post, Thread, ThreadReading
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from tests import given

pytestmark = pytest.mark.django_db


def test_a_member_may_reply_in_a_public_thread():
    assert policies.can_add_post(given.viewer("leyla"), given.thread())


def test_a_stranger_may_not_and_is_told_to_sign_in():
    verdict = policies.can_add_post(given.viewer(), given.thread())
    assert (verdict.ok, str(verdict.reason)) == (False, "Sign in to write here.")


def test_somebody_outside_the_group_may_not_reply_in_its_category():
    closed = given.category("Houses", group=given.group())
    thread = given.thread(within=closed)
    with pytest.raises(Refused) as refused:
        actions.add_post(thread, "Hello", by=given.person("bram"))
    assert str(refused.value) == "This is not here, or not for you to see."
    assert Post.objects.filter(thread=thread).count() == 1


def test_nobody_replies_in_a_closed_thread():
    thread = given.thread()
    actions.close_thread(thread, by=given.person("amina"), outcome="We share one drill.")
    with pytest.raises(Refused) as refused:
        actions.add_post(thread, "One more thing", by=given.person("leyla"))
    assert str(refused.value).startswith("This thread is closed.")


def test_the_reply_is_the_last_post_and_counts():
    thread = given.thread()
    post = given.post(thread, "I have *one*.")
    thread.refresh_from_db()
    assert (post.number, post.html, post.plain) == (2, "<p>I have <em>one</em>.</p>\n", "I have one.")
    assert (thread.last_number, thread.post_count, thread.last_post_id, thread.last_author.name) == (
        2, 2, post.pk, "Leyla Demir",
    )  # fmt: skip


def test_one_happening_is_recorded():
    thread = given.thread()
    post = given.post(thread)
    happening = Happening.objects.get(verb="post_added")
    assert (happening.thing, happening.within, happening.actor) == (
        f"post:{post.pk}", f"thread:{thread.pk}", given.person("leyla").key,
    )  # fmt: skip
    assert happening.payload == {"number": 2, "mentioned": []}


def test_the_same_form_sent_twice_gives_one_post():
    thread = given.thread()
    first = given.post(thread, "Once", form_key="a-form")
    again = given.post(thread, "Once", form_key="a-form")
    assert (again.pk, thread.posts.count()) == (first.pk, 2)


def test_another_text_in_the_same_form_is_another_post():
    thread = given.thread()
    oona = given.client("oona")
    for text in ("First", "Gone back and written anew", "Gone back and written anew"):
        oona.post(f"/t/{thread.pk}/reply", {"text": text, "form_key": "a-form"})
    assert list(thread.posts.order_by("number").values_list("source", flat=True))[1:] == [
        "First",
        "Gone back and written anew",
    ]


def test_the_same_form_after_an_edit_is_still_the_same():
    thread, oona = given.thread(), given.person("oona")
    first = given.post(thread, "Once", by="oona", form_key="a-form")
    actions.edit_post(first, "Changed", by=oona, seen_edits=0)
    assert given.post(thread, "Once", by="oona", form_key="a-form").pk == first.pk


def test_a_form_with_a_picture_sent_twice_gives_one_post():
    thread = given.thread()
    for _time in range(2):
        typed = {"text": "Look", "form_key": "k", "upload": given.picture(), "upload_description": "A yard"}
        given.client("oona").post(f"/t/{thread.pk}/reply", typed)
    assert thread.posts.count() == 2


def test_the_writer_watches_the_thread_and_has_read_their_own_post():
    thread = given.thread()
    actions.read_thread(thread, 1, by=given.person("leyla"))
    given.post(thread)
    reading = ThreadReading.objects.get(thread=thread, person=given.person("leyla"))
    assert (reading.read_to, reading.attention) == (2, "watch")


def test_who_muted_the_thread_does_not_watch_it_by_writing():
    thread = given.thread()
    actions.follow_thread(thread, "mute", by=given.person("leyla"))
    given.post(thread)
    assert ThreadReading.objects.get(thread=thread, person=given.person("leyla")).attention == "mute"


def test_the_door_publishes_and_leads_to_the_post():
    thread = given.thread()
    answer = given.client("leyla").post(
        f"/t/{thread.pk}/reply", {"text": "I have one.", "language": "sv", "form_key": "k"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/t/{thread.pk}/post/2")
    assert thread.posts.get(number=2).language == "sv"


def test_an_empty_reply_comes_back_with_a_sentence():
    thread = given.thread()
    answer = given.client("oona").post(f"/t/{thread.pk}/reply", {"text": "  \n "})
    assert answer.status_code == 422
    assert "There is no text yet. Write something, then publish." in answer.content.decode()


def test_a_text_that_is_too_long_comes_back_whole():
    thread = given.thread()
    answer = given.client("oona").post(f"/t/{thread.pk}/reply", {"text": "a" * 50_001})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The text has 50001 characters and can have at most 50000." in page
    assert "a" * 50_001 in page


def test_a_stranger_is_led_to_the_sign_in_page():
    answer = given.client().get(f"/t/{given.thread().pk}/reply")
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/sign-in/")


def test_who_was_signed_out_while_writing_gets_the_text_back_and_nothing_is_written():
    thread = given.thread()
    answer = given.client().post(f"/t/{thread.pk}/reply", {"text": "An hour of thoughts"})
    page = given.said(answer)
    assert answer.status_code == 403
    assert "An hour of thoughts" in page
    assert f"/sign-in/?next=/t/{thread.pk}/reply" in page
    assert thread.posts.count() == 1


def test_when_the_thread_was_closed_meanwhile_the_text_comes_back():
    thread = given.thread()
    actions.close_thread(thread, by=given.person("amina"), outcome="We share one drill.")
    answer = given.client("oona").post(f"/t/{thread.pk}/reply", {"text": "What I wrote meanwhile"})
    page = given.said(answer)
    assert answer.status_code == 403
    assert "This thread is closed." in page
    assert "What I wrote meanwhile" in page


def test_who_writes_faster_than_people_do_is_asked_to_wait_and_keeps_the_text():
    thread = given.thread()
    oona = given.client("oona")
    for number in range(30):
        assert oona.post(f"/t/{thread.pk}/reply", {"text": f"Post {number}"}).status_code == 302
    answer = oona.post(f"/t/{thread.pk}/reply", {"text": "The thirty-first"})
    page = given.said(answer)
    assert (answer.status_code, thread.posts.count()) == (429, 31)
    assert "That was a lot in a short time." in page
    assert "The thirty-first" in page


def test_a_hidden_thread_answers_like_one_that_is_not_there():
    thread = given.thread(within=given.category("Houses", group=given.group()))
    hidden = given.client("bram").post(f"/t/{thread.pk}/reply", {"text": "Hello"})
    missing = given.client("bram").post("/t/999999/reply", {"text": "Hello"})
    assert (hidden.status_code, missing.status_code) == (404, 404)


def test_the_preview_shows_the_text_and_publishes_nothing():
    thread = given.thread()
    answer = given.client("oona").post(f"/t/{thread.pk}/reply", {"text": "**bold**", "preview": "1"})
    assert (answer.status_code, thread.posts.count()) == (200, 1)
    assert "<p><strong>bold</strong></p>" in answer.content.decode()


def test_a_quote_stands_in_the_form_with_who_wrote_it():
    thread = given.thread(text="I looked in three cellars.")
    page = given.client("oona").get(f"/t/{thread.pk}/reply?quote=1").content.decode()
    assert f"&gt; [Amina Warsame](/t/{thread.pk}/post/1) wrote:\n&gt;\n&gt; I looked in three cellars." in page


def test_a_quote_of_somebody_one_blocked_is_not_offered():
    thread = given.thread()
    given.post(thread, "Bait", by="bram")
    given.block("oona", "bram")
    page = given.said(given.client("oona").get(f"/t/{thread.pk}/reply?quote=2"))
    assert "Bait" not in page


def test_a_quote_of_another_thread_or_a_deleted_post_leaves_the_form_empty():
    thread, other = given.thread(), given.thread("Elsewhere", text="Bait")
    actions.delete_post(given.post(thread, "Gone"), by=given.person("leyla"))
    for address in (f"/t/{thread.pk}/reply?quote=2", f"/t/{thread.pk}/reply?quote={other.posts.get().pk}"):
        page = given.client("oona").get(address)
        assert page.context["form"]["text"].value() == ""


def test_a_long_post_is_quoted_by_its_beginning():
    thread = given.thread(text="word " * 1000)
    quote = given.client("oona").get(f"/t/{thread.pk}/reply?quote=1").context["form"]["text"].value()
    assert 1000 < len(quote) < 1500
    assert quote.endswith("…\n\n") or "…" in quote


def test_numbers_are_dense_when_many_write():
    thread = given.thread()
    for number in range(2, 12):
        given.post(thread, f"Post {number}", by="leyla" if number % 2 else "bram")
    assert list(Thread.objects.get(pk=thread.pk).posts.order_by("number").values_list("number", flat=True)) == [
        *range(1, 12)
    ]


def test_previews_without_end_are_asked_to_wait_and_keep_the_text():
    thread = given.thread()
    oona = given.client("oona")
    for number in range(60):
        assert oona.post(f"/t/{thread.pk}/reply", {"text": f"Try {number}", "preview": "1"}).status_code == 200
    answer = oona.post(f"/t/{thread.pk}/reply", {"text": "The sixty-first", "preview": "1"})
    assert (answer.status_code, answer.context["preview"]) == (429, None)
    assert "The sixty-first" in given.said(answer)
