"""Watching, following and muting threads and categories: what is told, what is among the new, whose word wins."""

from __future__ import annotations

import pytest

from dugnad.forum import actions
from dugnad.forum.models import CategoryReading, ThreadReading
from dugnad.forum.queries import new_threads_for
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db

WORDS = {
    "watch": "You are told of each new post here.",
    "follow": "New posts here are among what is new for you.",
    "mute": "This is quiet now: no notices, and not among what is new for you.",
    "": "You are told when somebody mentions you or replies to you.",
}


@pytest.fixture
def jonas():
    return given.newcomer("jonas")


@pytest.fixture
def thread(jonas):
    return given.thread()


def told(who: str = "jonas") -> list[str]:
    return list(Notice.objects.filter(person=given.person(who)).order_by("pk").values_list("kind", flat=True))


def new(who: str = "jonas") -> int:
    return len(new_threads_for(given.viewer(who)))


def follow_both(thread, of_thread: str, of_category: str):
    actions.follow_thread(thread, of_thread, by=given.person("jonas"))
    actions.follow_category(thread.category, of_category, by=given.person("jonas"))


@pytest.mark.parametrize(
    ("of_thread", "of_category", "told_of", "among_new"),
    [
        ("", "", [], 1),
        ("watch", "", ["post_watched"], 1),
        ("follow", "", [], 1),
        ("mute", "", [], 0),
        ("", "watch", ["post_watched"], 1),
        ("", "follow", [], 1),
        ("", "mute", [], 0),
        ("watch", "mute", ["post_watched"], 1),
        ("follow", "mute", [], 1),
        ("mute", "watch", [], 0),
        ("follow", "watch", [], 1),
    ],
)
def test_what_was_said_of_the_thread_wins_over_its_category(thread, of_thread, of_category, told_of, among_new):
    follow_both(thread, of_thread, of_category)
    given.post(thread)
    assert (told(), new()) == (told_of, among_new)


def test_a_new_thread_in_a_watched_category_is_told(jonas):
    category = given.category()
    actions.follow_category(category, "watch", by=jonas)
    given.thread()
    assert told() == ["post_watched"]


def test_a_new_thread_in_another_category_is_not(jonas):
    actions.follow_category(given.category(), "watch", by=jonas)
    given.thread(within=given.category("Climate"))
    assert told() == []


@pytest.mark.parametrize("how", ["thread", "category"])
def test_who_muted_hears_of_neither_mention_nor_reply_nor_closing(thread, how):
    mine = given.thread("Mine", by="jonas")
    for one in (thread, mine):
        if how == "thread":
            actions.follow_thread(one, "mute", by=given.person("jonas"))
        else:
            actions.follow_thread(one, "", by=given.person("jonas"))
            actions.follow_category(one.category, "mute", by=given.person("jonas"))
    given.post(thread, "Ask @jonas-ek.")
    given.post(mine, "A reply to what jonas started.")
    actions.close_thread(thread, by=given.person("amina"), outcome="Done.")
    assert told() == []


def test_as_usual_goes_back_to_what_the_category_says(thread):
    follow_both(thread, "mute", "watch")
    follow_both(thread, "", "watch")
    given.post(thread)
    assert told() == ["post_watched"]


def test_following_keeps_how_far_one_has_read(thread):
    actions.read_thread(thread, 1, by=given.person("jonas"))
    actions.follow_thread(thread, "watch", by=given.person("jonas"))
    row = ThreadReading.objects.get(person=given.person("jonas"))
    assert (row.read_to, row.attention) == (1, "watch")


def test_it_is_ones_own_and_no_happening(thread):
    Happening.objects.all().delete()
    follow_both(thread, "watch", "watch")
    assert Happening.objects.count() == 0


def test_what_one_cannot_see_cannot_be_followed():
    thread = given.thread(within=given.category("Houses", group=given.group()))
    with pytest.raises(Refused):
        actions.follow_thread(thread, "watch", by=given.person("bram"))
    with pytest.raises(Refused):
        actions.follow_category(thread.category, "watch", by=given.person("bram"))
    bram = given.client("bram")
    for address in (f"/t/{thread.pk}/follow", f"{thread.category.url}/follow"):
        assert bram.post(address, {"attention": "watch"}).status_code == 404


def test_who_lost_sight_of_the_group_is_not_told_any_more():
    from dugnad.groups.actions import leave_group

    group = given.group(members=("jonas", "leyla"))
    thread = given.thread(within=given.category("Houses", group=group))
    actions.follow_thread(thread, "watch", by=given.person("jonas"))
    leave_group(group, by=given.person("jonas"))
    given.post(thread, by="leyla")
    assert told() == []


@pytest.mark.parametrize("attention", list(WORDS))
def test_the_buttons_say_what_happens_from_now_on(thread, attention):
    jonas = given.client("jonas")
    for address in (f"/t/{thread.pk}/follow", f"{thread.category.url}/follow"):
        answer = jonas.post(address, {"attention": attention}, follow=True)
        assert WORDS[attention] in given.said(answer)
    assert ThreadReading.objects.get(person=given.person("jonas")).attention == attention
    assert CategoryReading.objects.get(person=given.person("jonas")).attention == attention


def test_the_page_says_how_one_follows_it(thread):
    follow_both(thread, "watch", "mute")
    jonas = given.client("jonas")
    assert "You watch this" in given.said(jonas.get(thread.url))
    assert "This is muted" in given.said(jonas.get(thread.category.url))


def test_a_word_that_no_button_sends_answers_404(thread):
    with pytest.raises(ValueError, match="spy"):
        actions.follow_thread(thread, "spy", by=given.person("jonas"))
    jonas = given.client("jonas")
    for address in (f"/t/{thread.pk}/follow", f"{thread.category.url}/follow"):
        assert jonas.post(address, {"attention": "spy"}).status_code == 404
        assert jonas.get(address).status_code == 405
        assert given.client().post(address, {"attention": "watch"}).status_code == 302
