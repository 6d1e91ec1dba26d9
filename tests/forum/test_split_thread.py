"""Splitting: the chosen posts are a thread of their own, what hangs on them comes along, and old places lead there."""

from __future__ import annotations

import pytest

from dugnad.forum import actions
from dugnad.forum.models import Bookmark, Category, Post, Reaction, Thread, ThreadReading
from dugnad.forum.queries import unread_of
from dugnad.kernel.happenings import Happening
from dugnad.kernel.models import Mail
from dugnad.kernel.policies import Refused
from dugnad.kernel.search import SearchEntry, search
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db

WHO = ("jonas", "oona", "bram", "selam")


@pytest.fixture
def gunnel():
    return given.steward("gunnel")


@pytest.fixture
def thread(gunnel):
    """Six posts: 1 by Amina, the others by Leyla."""
    made = given.thread("Who has a drill?", by="amina")
    for number in range(2, 7):
        given.post(made, f"Post {number}, a ladder.", by="leyla")
    return made


def split(thread, numbers=(3, 5), title="Ladders", *, by, category=None, **more) -> Thread:
    told = {"reason": "Another matter.", "other_readers": True} | more
    return actions.split_thread(thread, numbers, title, category or thread.category, by=by, **told)


def texts(thread) -> list[tuple[int, str]]:
    return list(thread.posts.order_by("number").values_list("number", "plain"))


def unread(thread, who) -> int:
    thread.refresh_from_db()
    return unread_of([thread], given.viewer(who))[thread.pk].count


def test_the_posts_are_counted_from_one_and_empty_places_stay(thread, gunnel):
    made = split(thread, by=gunnel)
    thread.refresh_from_db()
    assert texts(made) == [(1, "Post 3, a ladder."), (2, "Post 5, a ladder.")]
    left = list(thread.posts.order_by("number"))
    assert [post.number for post in left if post.deleted_at is None] == [1, 2, 4, 6]
    assert [(post.number, post.author, post.source, post.moved_to.number) for post in left if post.moved_to] == [
        (3, None, "", 1), (5, None, "", 2),
    ]  # fmt: skip
    counts = [(t.post_count, t.last_number, t.last_post_id) for t in (made, thread)]
    assert counts == [(2, 2, made.posts.get(number=2).pk), (4, 6, thread.posts.get(number=6).pk)]


def test_who_wrote_the_first_of_them_started_the_new_one_and_it_grew_out_of_the_old(thread, gunnel):
    made = split(thread, by=gunnel)
    assert (made.author.name, made.kind, made.title, made.grew_out_of_id) == (
        "Leyla Demir",
        "talk",
        "Ladders",
        thread.pk,
    )
    assert Category.objects.get(pk=thread.category_id).thread_count == 2
    assert Happening.objects.get(verb="thread_split").payload == {
        "into": made.pk, "posts": 2, "now": thread.category_id, "reason": "Another matter.",
    }  # fmt: skip


def test_only_stewards_may(thread):
    with pytest.raises(Refused) as refused:
        split(thread, by=given.person("amina"))
    assert str(refused.value) == "Only a steward can split a thread."


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((), "Choose the posts that become a thread of their own."),
        ((1,), "Choose the posts that become a thread of their own."),
        ((99,), "Choose the posts that become a thread of their own."),
    ],
)
def test_something_must_be_chosen_and_the_opening_post_stays(thread, gunnel, numbers, words):
    with pytest.raises(Refused) as refused:
        split(thread, numbers, by=gunnel)
    assert (str(refused.value), Thread.objects.count()) == (words, 1)


def test_not_everything_that_still_stands(thread, gunnel):
    actions.delete_post(thread.posts.get(number=1), by=given.person("amina"))
    with pytest.raises(Refused) as refused:
        split(thread, range(2, 7), by=gunnel)
    assert str(refused.value).startswith("Nothing would be left here.")


def test_deleted_and_hidden_posts_stay_where_they_are(thread, gunnel):
    actions.delete_post(thread.posts.get(number=4), by=given.person("leyla"))
    actions.hide_post(thread.posts.get(number=5), by=gunnel)
    made = split(thread, (3, 4, 5), by=gunnel)
    assert texts(made) == [(1, "Post 3, a ladder.")]
    assert thread.posts.get(number=5).hidden_at is not None


def test_what_hangs_on_a_post_comes_along(thread, gunnel):
    post, oona = thread.posts.get(number=3), given.person("oona")
    actions.add_reaction(post, "thanks", by=oona)
    actions.keep_bookmark(post, by=oona)
    split(thread, by=gunnel)
    assert (Reaction.objects.get().post_id, Bookmark.objects.get().post_id) == (post.pk, post.pk)
    assert "Ladders" in given.said(given.client("oona").get("/me/bookmarks"))


def test_it_is_found_under_the_new_title_once_and_leads_to_the_new_thread(thread, gunnel):
    made = split(thread, by=gunnel)
    assert [hit.thing_id for hit in search("ladders", given.viewer("oona")).found if hit.title] == [
        made.posts.get(number=1).pk
    ]
    assert SearchEntry.objects.filter(within=f"thread:{made.pk}").count() == 2
    assert SearchEntry.objects.filter(within=f"thread:{thread.pk}").count() == 4


def test_notices_of_the_posts_belong_to_the_new_thread(thread, gunnel):
    given.post(thread, "See this, @amina-warsame", by="leyla")
    made = split(thread, (7,), by=gunnel)
    assert Notice.objects.get(kind="mentioned").within == f"thread:{made.pk}"


def test_old_addresses_lead_to_the_posts_and_quiet_lines_say_where_they_were(thread, gunnel):
    made = split(thread, by=gunnel)
    oona = given.client("oona")
    answer = oona.get(f"/t/{thread.pk}/post/5")
    assert (answer.status_code, answer["Location"]) == (301, f"/t/{made.pk}/post/2")
    assert oona.get(f"/t/{thread.pk}/post/3/versions")["Location"] == f"/t/{made.pk}/post/1/versions"
    page = given.said(oona.get(thread.url))
    assert page.count("A post was moved from here to another thread.") == 2
    assert f'<a href="/t/{thread.pk}/post/5">' in page


def test_who_may_not_see_where_they_went_learns_nothing_of_it(gunnel):
    given.category("Inside", group=given.group(by="gunnel"))
    thread = given.thread(by="gunnel")
    given.post(thread, "Baitpost", by="gunnel")
    split(thread, (2,), "Baittitle", category=Category.objects.get(name="Inside"), by=gunnel)
    oona = given.client("oona")
    page = given.said(oona.get(thread.url))
    assert "A post was moved from here to another thread." in page
    assert "Bait" not in page
    assert oona.get(f"/t/{thread.pk}/post/2")["Location"] == f"{thread.url}?from=1#post-2"
    assert search("baitpost", given.viewer("oona")).found == []


def test_an_answer_that_goes_away_is_no_answer_here(gunnel):
    question = given.thread(kind="question", by="amina")
    answer = given.post(question, by="leyla")
    actions.accept_answer(answer, by=given.person("amina"))
    split(question, (2,), by=gunnel)
    question.refresh_from_db()
    assert (question.answer, question.state) == (None, "open")


def test_unread_counts_are_exact_for_who_read_none_some_and_all(thread, gunnel):
    for who in WHO:
        given.newcomer(who)
    actions.read_thread(thread, 3, by=given.person("oona"))
    actions.read_thread(thread, 6, by=given.person("bram"))
    actions.mark_category_read(thread.category, by=given.person("selam"))
    assert [unread(thread, who) for who in WHO] == [6, 3, 0, 0]
    made = split(thread, by=gunnel)
    assert [(unread(thread, who), unread(made, who)) for who in WHO] == [(4, 2), (2, 1), (0, 0), (0, 0)]


def test_a_category_mark_counts_for_posts_that_left_the_category(thread, gunnel):
    for who in WHO:
        given.newcomer(who)
    actions.mark_category_read(thread.category, by=given.person("selam"))
    given.post(thread, "Post 7", by="leyla")
    made = split(thread, (3, 7), by=gunnel, category=given.category("Climate"))
    assert [(unread(thread, who), unread(made, who)) for who in ("selam", "jonas")] == [(0, 1), (5, 2)]


def test_what_was_there_before_one_came_or_was_marked_read_stays_read(thread, gunnel):
    given.person("jonas")
    given.newcomer("oona")
    actions.mark_all_read(by=given.person("oona"))
    made = split(thread, by=gunnel)
    actions.mark_all_read(by=given.person("oona"))
    given.post(made, by="bram")
    given.post(thread, by="bram")
    assert [(unread(thread, who), unread(made, who)) for who in ("jonas", "oona")] == [(1, 1), (1, 1)]


def test_who_watches_or_mutes_the_one_does_the_other_too(thread, gunnel):
    actions.follow_thread(thread, "mute", by=given.person("oona"))
    made = split(thread, by=gunnel)
    said = ThreadReading.objects.filter(thread=made).exclude(attention="").values_list("person__name", "attention")
    assert sorted(said) == [("Amina Warsame", "watch"), ("Leyla Demir", "watch"), ("Oona Mac a' Bhaird", "mute")]


def test_who_started_the_old_one_is_told_why(thread, gunnel):
    split(thread, by=gunnel)
    notice = Notice.objects.get(kind="thread_split")
    assert (notice.person.name, notice.note, notice.url) == ("Amina Warsame", "Another matter.", thread.url)


def test_deleting_a_moved_post_calls_back_the_mails_that_name_its_old_place(gunnel):
    thread = given.thread(by="amina")
    given.post(thread, "Baitmail", by="leyla")
    assert Mail.objects.filter(text__contains="Baitmail").count() == 1
    made = split(thread, (2,), by=gunnel)
    actions.delete_post(made.posts.get(number=1), by=given.person("leyla"))
    assert not Mail.objects.filter(text__contains="Baitmail").exists()


def test_who_is_erased_leaves_no_name_in_quotes_that_name_the_old_place(gunnel):
    from dugnad.people.keeping.actions import erase_person

    thread = given.thread(by="amina")
    given.post(thread, "A ladder.", by="leyla")
    given.post(thread, f"> [Leyla Demir](/t/{thread.pk}/post/2) wrote:\n>\n> A ladder.\n\nThanks.", by="bram")
    split(thread, (2,), by=gunnel)
    erase_person(given.person("leyla"), by=given.person("leyla"), leave_posts=True)
    assert "Leyla" not in Post.objects.get(thread=thread, number=3).source


def test_the_page_keeps_what_is_chosen_from_page_to_page(gunnel):
    thread = given.thread()
    given.posts(thread, 50)
    browser, address = given.client("gunnel"), f"/t/{thread.pk}/split"
    first = given.said(browser.get(address))
    assert first.count('type="checkbox" name="post"') == 40
    later = given.said(browser.post(address, {"post": ["3", "5"], "go": "42"}))
    assert later.count('type="checkbox" name="post"') == 10
    assert '<input type="hidden" name="post" value="3">' in later
    assert "2 posts are chosen." in later
    sent = {"post": ["3", "5", "45"], "rest": "1", "title": "Ladders", "category": thread.category_id, "split": "1"}
    answer = browser.post(address, sent | {"reason": "Another matter."})
    made = Thread.objects.get(title="Ladders")
    assert (answer["Location"], made.post_count) == (made.url, 9)


def test_the_page_says_what_is_missing(thread, gunnel):
    answer = given.client("gunnel").post(f"/t/{thread.pk}/split", {"split": "1", "post": "3"})
    assert answer.status_code == 422
    words = ("The new thread needs a title.", "Choose a category.", "Say why in a sentence")
    assert all(word in given.said(answer) for word in words)
    assert given.client("leyla").get(f"/t/{thread.pk}/split").status_code == 403


def test_a_thread_without_replies_has_nothing_to_split_off(gunnel):
    thread = given.thread()
    assert "Nobody has replied here yet" in given.said(given.client("gunnel").get(f"/t/{thread.pk}/split"))
