"""Bookmarks: one's own, seen by nobody else, listed newest first, gone with what they keep."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.forum.models import Bookmark
from dugnad.groups.actions import leave_group
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from tests import given

pytestmark = pytest.mark.django_db


def keep(post, who: str = "jonas") -> Bookmark:
    return actions.keep_bookmark(post, by=given.person(who))


def press(who: str, post, name: str):
    return given.client(who).post(f"/t/{post.thread_id}/deeds", {name: str(post.pk)}, follow=True)


def bookmarks(who: str, query: str = "") -> str:
    return given.said(given.client(who).get(f"/me/bookmarks{query}"))


def test_members_may_keep_any_post_they_see_their_own_too():
    post = given.post(given.thread(), by="leyla")
    assert [policies.can_keep_bookmark(given.viewer(who), post).ok for who in ("jonas", "leyla", "")] == [
        True,
        True,
        False,
    ]


def test_keeping_twice_keeps_once_and_is_no_happening():
    post = given.thread().posts.get()
    given.person("jonas")
    Happening.objects.all().delete()
    assert keep(post).pk == keep(post).pk
    assert Happening.objects.count() == 0


def test_what_one_cannot_see_cannot_be_kept():
    hidden = given.thread(within=given.category("Houses", group=given.group())).posts.get()
    with pytest.raises(Refused):
        keep(hidden, "bram")
    assert press("bram", hidden, "keep").status_code == 404


def test_the_buttons_keep_and_remove_and_say_so():
    post = given.post(given.thread(), "A drill for all")
    page = press("jonas", post, "keep")
    assert "Kept among your bookmarks. Only you see them." in given.said(page)
    assert "Remove the bookmark" in given.said(page)
    assert "A drill for all" in bookmarks("jonas")
    assert "The bookmark is removed." in given.said(press("jonas", post, "unkeep"))
    assert "No bookmarks yet." in bookmarks("jonas")


def test_nobody_else_sees_them():
    post = given.post(given.thread(), "A drill for all", by="leyla")
    keep(post)
    for who in ("leyla", "amina"):
        assert "A drill for all" not in bookmarks(who)
    assert "Remove the bookmark" not in given.said(given.client("leyla").get(post.thread.url))


def test_a_stranger_is_led_to_the_sign_in_page():
    assert given.client().get("/me/bookmarks").headers["Location"] == "/sign-in/?next=/me/bookmarks"


def test_the_newest_bookmark_stands_first_whatever_the_age_of_the_post():
    thread = given.thread()
    older, newer = given.post(thread, "Written first"), given.post(thread, "Written later")
    keep(newer)
    keep(older)
    page = bookmarks("jonas")
    assert page.index("Written first") < page.index("Written later")


def test_a_post_one_may_no_longer_see_is_not_listed_and_comes_back_with_the_right():
    group = given.group(members=("jonas",))
    keep(given.thread(text="Only for us", within=given.category("Houses", group=group)).posts.get())
    assert "Only for us" in bookmarks("jonas")
    leave_group(group, by=given.person("jonas"))
    assert "Only for us" not in bookmarks("jonas")
    given.group(members=("jonas",))
    assert "Only for us" in bookmarks("jonas")


def test_posts_of_somebody_one_blocked_are_not_listed():
    keep(given.post(given.thread(), "Blocked words", by="bram"))
    given.block("jonas", "bram")
    assert "Blocked words" not in bookmarks("jonas")


def test_a_page_holds_thirty_and_leads_to_the_older_ones_even_when_some_are_hidden():
    thread = given.thread()
    posts = [*given.posts(thread, 32, "Kept number"), *given.posts(thread, 1, "Kept number", by="bram")]
    posts += given.posts(thread, 2, "Kept number")
    for post in posts:
        keep(post)
    given.block("jonas", "bram")
    first = bookmarks("jonas")
    assert [f"Kept number {n}." in first for n in (36, 34, 7, 6)] == [True, False, True, False]
    older = f"?before={Bookmark.objects.get(post=posts[5]).pk}"
    assert f'href="{older}"' in first
    second = bookmarks("jonas", older)
    assert [f"Kept number {n}." in second for n in (7, 6, 2)] == [False, True, True]
    assert "Older bookmarks" not in second


def test_an_experience_is_shown_by_its_facts():
    thread = given.thread(
        kind="experience", text="", fields={"did": "We *knocked* on doors.", "went": "Forty answered."}
    )
    keep(thread.posts.get())
    assert "We knocked on doors." in bookmarks("jonas")
