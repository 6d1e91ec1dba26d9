"""Unread state is exact: for new, read, muted, deleted, own and blocked posts, and after "mark all read"."""

from __future__ import annotations

import pytest

from dugnad.forum import actions
from dugnad.forum.models import Reader
from dugnad.forum.queries import new_threads_for, unread_of
from dugnad.people.models import Block
from tests import given

pytestmark = pytest.mark.django_db


def unread(thread, who):
    thread.refresh_from_db()
    return unread_of([thread], given.viewer(who))[thread.pk].count


def newcomer(who):
    """Somebody for whom everything counts as new."""
    Reader.objects.filter(person=given.person(who)).delete()
    return given.person(who)


def test_what_was_there_before_somebody_came_is_not_unread():
    thread = given.thread()
    given.person("jonas")
    assert unread(thread, "jonas") == 0


def test_each_new_post_is_unread_until_it_was_on_the_page():
    newcomer("jonas")
    thread = given.thread()
    given.post(thread)
    assert unread(thread, "jonas") == 2
    actions.read_thread(thread, 1, by=given.person("jonas"))
    assert unread(thread, "jonas") == 1
    actions.read_thread(thread, 2, by=given.person("jonas"))
    assert unread(thread, "jonas") == 0


def test_reading_never_goes_back():
    newcomer("jonas")
    thread = given.thread()
    given.post(thread)
    actions.read_thread(thread, 2, by=given.person("jonas"))
    actions.read_thread(thread, 1, by=given.person("jonas"))
    assert unread(thread, "jonas") == 0


def test_ones_own_posts_are_not_unread():
    newcomer("jonas")
    thread = given.thread()
    given.post(thread, by="leyla")
    given.post(thread, by="jonas")
    given.post(thread, by="leyla")
    assert unread(thread, "jonas") == 3


def test_a_post_that_was_deleted_before_one_read_it_is_not_unread():
    newcomer("jonas")
    thread = given.thread()
    actions.delete_post(given.post(thread, by="leyla"), by=given.person("leyla"))
    assert unread(thread, "jonas") == 1


def test_posts_of_somebody_one_blocked_are_not_unread():
    newcomer("jonas")
    thread = given.thread()
    given.post(thread, by="bram")
    Block.objects.create(person=given.person("jonas"), blocked=given.person("bram"))
    assert unread(thread, "jonas") == 1


def test_mark_all_read_leaves_nothing_and_later_posts_are_new_again():
    newcomer("jonas")
    thread = given.thread()
    given.post(thread)
    actions.mark_all_read(by=given.person("jonas"))
    assert unread(thread, "jonas") == 0
    given.post(thread, "Later")
    assert unread(thread, "jonas") == 1


def test_marking_one_category_read_leaves_others_unread():
    newcomer("jonas")
    here, there = given.thread(), given.thread("Elsewhere", within=given.category("Climate"))
    actions.mark_category_read(here.category, by=given.person("jonas"))
    assert (unread(here, "jonas"), unread(there, "jonas")) == (0, 1)


def test_a_muted_thread_is_not_among_what_is_new():
    newcomer("jonas")
    muted, other = given.thread("Muted"), given.thread("Heard")
    actions.follow_thread(muted, "mute", by=given.person("jonas"))
    rows = new_threads_for(given.viewer("jonas"))
    assert len(rows) == 1
    assert other.title in rows[0]


def test_the_page_of_a_thread_marks_what_it_shows_as_read_and_draws_the_line_once():
    newcomer("oona")
    thread = given.thread()
    oona = given.client("oona")
    assert 'class="since"' not in oona.get(thread.url).content.decode()
    given.post(thread, "Later")
    assert unread(thread, "oona") == 1
    assert oona.get(thread.url).content.decode().count('class="since"') == 1
    assert unread(thread, "oona") == 0
    assert 'class="since"' not in oona.get(thread.url).content.decode()


def test_a_page_of_twenty_marks_twenty():
    newcomer("jonas")
    thread = given.thread()
    given.posts(thread, 29)
    given.client("jonas").get(thread.url)
    assert unread(thread, "jonas") == 10


def test_strangers_have_nothing_unread(django_assert_num_queries):
    thread = given.thread()
    viewer = given.viewer()
    with django_assert_num_queries(0):
        assert unread_of([thread], viewer)[thread.pk].count == 0


def test_the_state_of_many_threads_costs_two_statements(django_assert_num_queries):
    newcomer("jonas")
    threads = [given.thread(f"Thread {n}") for n in range(6)]
    viewer = given.viewer("jonas")
    for some in (threads[:1], threads):
        with django_assert_num_queries(2):
            unread_of(some, viewer)
