"""Every deed of the forum by links and plain forms alone, with the token that each form carries."""

from __future__ import annotations

import pytest

from dugnad.forum.models import Attention, Bookmark, Category, CategoryReading, Post, Reaction, Thread, ThreadReading
from dugnad.forum.queries import categories_of_tree
from tests import given
from tests.plain_browser import PlainBrowser

pytestmark = pytest.mark.django_db


def test_from_the_forum_to_a_published_thread_by_way_of_the_preview():
    given.category("Housing")
    oona = PlainBrowser("oona").open("/forum").follow("Start a thread")
    assert oona.says("Where does it belong? The category decides who can read it.")
    oona.follow("Housing").follow("Need")
    oona.press("Preview", title="A ladder", text="For *Saturday*.", fact_where="Hjällbo", fact_how_many="2")
    assert (oona.status, Thread.objects.count()) == (200, 0)
    assert oona.says("<p>For <em>Saturday</em>.</p>")
    oona.press("Publish the thread")
    thread = Thread.objects.get()
    assert (oona.url, thread.kind, thread.title, thread.fields) == (
        thread.url,
        "need",
        "A ladder",
        {"where": "Hjällbo", "how_many": 2},
    )
    assert oona.says("Your thread is here. You are told when somebody replies.")


def test_a_thread_that_grows_out_of_another():
    before = given.thread("Cold stairs")
    oona = PlainBrowser("oona").open(before.url).follow("Start a thread from this").follow("Housing")
    assert oona.says("Grows out of")
    oona.follow("Project")
    oona.press("Publish the thread", title="New doors", text="Let us.", fact_what_for="Warmth.")
    assert Thread.objects.get(title="New doors").grew_out_of == before


def test_replying_with_a_quote_and_a_picture():
    thread = given.thread(text="I looked in three cellars.")
    oona = PlainBrowser("oona").open(thread.url).follow("Reply")
    oona.press("Add to the text", upload=given.picture(), upload_description="Our cellar")
    assert oona.says("![Our cellar](file:")
    oona.press("Publish the reply")
    post = Post.objects.get(number=2)
    assert ("I looked in three cellars." in post.source, "Our cellar" in post.source) == (True, True)
    assert oona.says('alt="Our cellar"')


def test_replying_at_the_foot_of_the_thread():
    thread = given.thread()
    oona = PlainBrowser("oona").open(thread.url).press("Publish the reply", text="I have one.")
    assert oona.says("I have one.")
    assert Post.objects.get(number=2).author == given.person("oona")


def test_an_empty_reply_comes_back_as_a_page_one_can_go_on_from():
    thread = given.thread()
    oona = PlainBrowser("oona").open(thread.url).press("Publish the reply", text=" ")
    assert (oona.status, oona.says("There is no text yet. Write something, then publish.")) == (422, True)
    oona.press("Publish the reply", text="Now there is.")
    assert Post.objects.get(number=2).source == "Now there is."


def test_changing_and_deleting_ones_own_post():
    thread = given.thread()
    given.post(thread, "First words", by="oona")
    oona = PlainBrowser("oona").open(thread.url).follow("Edit")
    oona.press("Save the change", text="Second words", reason="A slip")
    assert oona.says("Your change is saved.")
    oona.follow("changed once")
    assert oona.says("<del>First words</del>")
    oona.follow("Back to the post").follow("Delete")
    oona.press("Delete the post")
    assert oona.says("The post is deleted for everyone.")
    assert not oona.says("Second words")


def test_reacting_keeping_and_taking_both_back():
    thread = given.thread()
    post = thread.posts.get()
    oona = PlainBrowser("oona").open(thread.url).press("I agree")
    assert Reaction.objects.get().kind == "agree"
    oona.press("I agree 1")
    assert Reaction.objects.count() == 0
    oona.press("Bookmark")
    assert Bookmark.objects.get().post == post
    oona.open("/me/bookmarks").follow("Who has a drill?").press("Remove the bookmark")
    assert Bookmark.objects.count() == 0


def test_answering_a_question_saying_where_a_need_stands_and_opening_both_again():
    question, need = given.thread("How?", kind="question", by="oona"), given.thread("A ladder", kind="need", by="oona")
    given.post(question, "So.", by="leyla")
    given.post(need, "Here.", by="leyla")
    oona = PlainBrowser("oona").open(question.url).press("This answered my question")
    assert oona.says("The question is answered.")
    oona.follow("Say where it stands").press("Save", state="open")
    question.refresh_from_db()
    assert (question.state, question.answer) == ("open", None)
    oona.open(need.url).follow("Say where it stands").press("Save", state="met", met_by="leyla-demir", note="Thanks.")
    assert oona.says("met, thanks to Leyla Demir")


def test_closing_with_an_outcome_and_reopening():
    thread = given.thread(by="oona")
    oona = PlainBrowser("oona").open(thread.url).follow("Close with an outcome")
    oona.press("Close the thread", outcome="We share one.")
    assert oona.says("We share one.")
    assert not oona.offers("Publish the reply")
    oona.press("Reopen")
    assert oona.offers("Publish the reply")


def test_changing_title_and_facts():
    thread = given.thread("A ladder", kind="need", by="oona")
    oona = PlainBrowser("oona").open(thread.url).follow("Change title and facts")
    oona.press("Save", title="Two ladders", fact_where="Hjällbo")
    assert (oona.says("Two ladders"), oona.says("Hjällbo")) == (True, True)


def test_following_a_thread_and_a_category():
    thread = given.thread()
    oona = PlainBrowser("oona").open(thread.url).press("Watch: tell me of each post")
    assert ThreadReading.objects.get(person=given.person("oona")).attention == Attention.WATCH
    oona.press("As usual")
    assert ThreadReading.objects.get(person=given.person("oona")).attention == ""
    oona.open("/c/housing").press("Mute: keep it quiet")
    assert CategoryReading.objects.get(person=given.person("oona")).attention == Attention.MUTE


def test_marking_a_category_and_everything_read():
    given.newcomer("oona")
    given.thread()
    oona = PlainBrowser("oona").open("/new-for-me")
    assert oona.says("Who has a drill?")
    oona.press("Mark everything as read").open("/new-for-me")
    assert oona.says("You have read everything.")
    given.thread("Another")
    oona.open("/c/housing").follow("Only unread").press("Mark everything here as read").open("/new-for-me")
    assert oona.says("You have read everything.")


def test_searching_and_finding():
    post = given.post(given.thread(), "A ladder in the cellar")
    stranger = PlainBrowser().open("/search").press("Search", q="ladders").follow("Who has a drill?")
    assert stranger.url.startswith(post.thread.url)
    assert stranger.says("A ladder in the cellar")


def test_stewards_pin_make_change_order_close_and_reopen():
    thread = given.thread()
    given.steward("gunnel")
    gunnel = PlainBrowser("gunnel").open(thread.url).press("Pin")
    assert gunnel.offers("Unpin")
    gunnel.open("/forum").follow("Add a category").press(
        "Add the category", name="Climate", reach="public", writers="members"
    )
    assert gunnel.url == "/c/climate"
    gunnel.follow("Arrange this category").press("Save", name="Weather")
    assert gunnel.says("<h1>Weather</h1>")
    gunnel.follow("Arrange this category").press("Move it", before="housing")
    assert [branch.name for branch in categories_of_tree(given.viewer())] == ["Weather", "Housing"]
    gunnel.open("/c/climate").follow("Arrange this category").press("Close the category")
    assert gunnel.says("The category is closed. Everything in it can still be read.")
    gunnel.follow("Arrange this category").press("Open the category again")
    assert Category.objects.get(name="Weather").closed_at is None
    gunnel.follow("Add a category in here").press(
        "Add the category", name="Floods", reach="members", writers="stewards"
    )
    assert Category.objects.get(name="Floods").parent.name == "Weather"


def test_a_stranger_finds_the_way_to_take_part_on_every_page():
    thread = given.thread()
    for address in (thread.url, "/c/housing"):
        stranger = PlainBrowser().open(address)
        assert stranger.offers("Sign in") or stranger.offers("Sign in to write")
        assert not stranger.offers("Publish the reply")


def test_the_pages_of_a_long_thread_lead_on_and_back():
    thread = given.thread()
    given.posts(thread, 49)
    stranger = PlainBrowser().open(thread.url)
    seen = [number for number in range(1, 51) if stranger.says(f'id="post-{number}"')]
    assert seen == [*range(1, 21)]
    stranger.follow("Later posts").follow("Later posts")
    assert stranger.says('id="post-50"')
    assert not stranger.offers("Later posts")
    stranger.follow("Earlier posts")
    assert stranger.says('id="post-21"')
    stranger.follow("From the beginning")
    assert stranger.says('id="post-1"')


def test_the_pages_of_a_long_list_lead_to_its_end():
    for number in range(23):
        given.thread(f"Thread {number:02}")
    stranger = PlainBrowser().open("/c/housing")
    assert (stranger.says(">Thread 22<"), stranger.says(">Thread 02<")) == (True, False)
    stranger.follow("Older threads")
    assert [stranger.says(f">Thread {number:02}<") for number in (3, 2, 1, 0)] == [False, True, True, True]
    assert not stranger.offers("Older threads")
