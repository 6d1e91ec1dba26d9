"""Marking read: by opening, a category, everything; what the pages show then."""

from __future__ import annotations

import pytest

from dugnad.forum import actions
from dugnad.forum.models import ThreadReading
from dugnad.forum.queries import new_threads_for, unread_of
from dugnad.kernel.happenings import Happening
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def jonas():
    return given.newcomer("jonas")


def unread(thread) -> int:
    thread.refresh_from_db()
    return unread_of([thread], given.viewer("jonas"))[thread.pk].count


def new() -> int:
    return len(new_threads_for(given.viewer("jonas")))


def test_the_form_of_a_category_marks_all_of_it_and_says_so(jonas):
    here, there = given.thread(), given.thread("Elsewhere", within=given.category("Climate"))
    answer = given.client("jonas").post("/c/housing/read", follow=True)
    assert answer.redirect_chain == [("/c/housing", 302)]
    assert "Everything here counts as read now." in given.said(answer)
    assert (unread(here), unread(there), new()) == (0, 1, 1)


def test_the_form_of_everything_marks_everything_and_says_so(jonas):
    threads = [given.thread(), given.thread("Elsewhere", within=given.category("Climate"))]
    answer = given.client("jonas").post("/read-all", follow=True)
    assert "Everything counts as read now." in given.said(answer)
    assert ([unread(thread) for thread in threads], new()) == ([0, 0], 0)
    assert "You have read everything." in given.said(given.client("jonas").get("/new-for-me"))


def test_only_ones_own_marks_change(jonas):
    given.newcomer("bram")
    given.thread()
    actions.mark_all_read(by=jonas)
    assert len(new_threads_for(given.viewer("bram"))) == 1


def test_it_is_no_happening(jonas):
    thread = given.thread()
    Happening.objects.all().delete()
    actions.read_thread(thread, 1, by=jonas)
    actions.mark_category_read(thread.category, by=jonas)
    actions.mark_all_read(by=jonas)
    assert Happening.objects.count() == 0


def test_a_category_one_cannot_see_answers_404_and_strangers_sign_in(jonas):
    hidden = given.category("Houses", group=given.group())
    assert given.client("jonas").post(f"{hidden.url}/read").status_code == 404
    assert given.client().post(f"{given.category().url}/read").status_code == 302
    assert given.client().post("/read-all").status_code == 302
    assert given.client("jonas").get("/read-all").status_code == 405


def test_an_empty_category_is_marked_without_harm(jonas):
    assert given.client("jonas").post(f"{given.category().url}/read").status_code == 302


def test_opening_a_thread_after_everything_was_marked_shows_no_old_line(jonas):
    thread = given.thread()
    given.posts(thread, 29)
    actions.read_thread(thread, 5, by=jonas)
    actions.mark_all_read(by=jonas)
    page = given.client("jonas").get(thread.url)
    assert 'class="since"' not in given.said(page)
    assert 'id="post-30"' in given.said(page)


def test_opening_a_long_thread_begins_two_posts_before_the_first_unread(jonas):
    thread = given.thread()
    given.posts(thread, 39)
    actions.read_thread(thread, 25, by=jonas)
    page = given.said(given.client("jonas").get(thread.url))
    assert ['id="post-23"' in page, 'id="post-24"' in page, 'id="post-40"' in page] == [False, True, True]
    assert page.index('id="post-25"') < page.index('class="since"') < page.index('id="post-26"')


def test_the_list_leads_to_the_first_unread_post_and_says_how_many(jonas):
    thread = given.thread()
    given.post(thread)
    given.client("jonas").get(thread.url)
    given.post(thread)
    given.post(thread)
    page = given.said(given.client("jonas").get("/c/housing"))
    assert f'href="{thread.url}?from=3#new"' in page
    assert "2 new" in page


def test_a_thread_that_was_never_opened_is_new(jonas):
    thread = given.thread()
    page = given.said(given.client("jonas").get("/c/housing"))
    assert f'<a href="{thread.url}">' in page
    assert '<span class="fresh">new</span>' in page


def test_only_unread_shows_only_unread(jonas):
    read, fresh = given.thread("Read already"), given.thread("Still fresh")
    actions.read_thread(read, 1, by=jonas)
    page = given.said(given.client("jonas").get("/c/housing?show=unread"))
    assert ("Read already" in page, fresh.title in page) == (False, True)


def test_reading_a_thread_reads_the_notices_about_it(jonas):
    thread, other = given.thread(), given.thread("Elsewhere")
    given.post(thread, "Ask @jonas-ek.")
    given.post(other, "And @jonas-ek here.")
    given.client("jonas").get(thread.url)
    still = Notice.objects.filter(person=jonas, read_at=None).values_list("within", flat=True)
    assert list(still) == [f"thread:{other.pk}"]


def test_a_stranger_leaves_no_mark():
    thread = given.thread()
    given.client().get(thread.url)
    assert list(ThreadReading.objects.values_list("person", flat=True)) == [given.person("amina").pk]


def test_ones_own_newest_post_is_not_announced_as_new(jonas):
    thread = given.thread()
    given.client("jonas").get(thread.url)
    given.client("jonas").post(f"/t/{thread.pk}/reply", {"text": "My own words"})
    assert 'class="since"' not in given.said(given.client("jonas").get(thread.url))


def test_new_for_me_lists_across_categories_newest_first(jonas):
    given.thread("First")
    given.thread("Second", within=given.category("Climate"))
    given.thread("Hidden", within=given.category("Houses", group=given.group()))
    page = given.said(given.client("jonas").get("/new-for-me"))
    assert "Hidden" not in page
    assert page.index(">Second<") < page.index(">First<")
