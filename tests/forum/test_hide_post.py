"""Hiding a post or a thread: who reads it then, what hangs on it, and that showing it again brings everything back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dugnad.forum import actions, queries
from dugnad.forum.models import Bookmark, Category, Post, Thread
from dugnad.forum.pieces import neutral_piece
from dugnad.groups.actions import hide_group, leave_group
from dugnad.kernel import search
from dugnad.kernel.audience import visible_to
from dugnad.kernel.models import Mail, StoredFile
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from dugnad.notices.queries import notices_of
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    """A public thread in a common category, watched by who wrote in it; Gunnel looks after the place."""
    thread = given.thread("Who has a drill?", by="amina")
    given.post(thread, "Zebra words about @amina-warsame.", by="leyla")
    given.post(thread, "I have one.", by="jonas")
    given.steward("gunnel")
    return thread


def second(thread: Thread) -> Post:
    return Post.objects.get(thread=thread, number=2)


def hide(thread: Thread) -> Post:
    return actions.hide_post(second(thread), by=given.person("gunnel"))


def readers(thread: Thread) -> set[str]:
    everybody = ("", "amina", "leyla", "jonas", "gunnel")
    return {who for who in everybody if "Zebra" in given.said(given.client(who).get(thread.url))}


def test_a_hidden_post_is_read_by_the_stewards_and_who_wrote_it_and_others_see_a_quiet_line(thread):
    assert readers(thread) == {"", "amina", "leyla", "jonas", "gunnel"}
    hide(thread)
    assert readers(thread) == {"leyla", "gunnel"}
    page = given.said(given.client("jonas").get(thread.url))
    assert page.count("A steward hid a post here.") == 1 and "Leyla" not in page
    assert "/care/hidden/" in page
    assert "/care/hidden/" not in given.said(given.client().get(thread.url))
    assert "A steward hid this." in given.said(given.client("leyla").get(thread.url))


def test_its_address_its_history_and_its_quote_are_not_there_for_others(thread):
    post = hide(thread)
    jonas = given.client("jonas")
    assert [jonas.get(f"{post.url}{end}").status_code for end in ("", "/versions", "/edit")] == [404, 404, 404]
    assert "Zebra" not in given.said(jonas.get(f"/t/{thread.pk}/reply?quote=2"))
    assert "Zebra" not in given.said(given.client("gunnel").get(f"/t/{thread.pk}/reply?quote=2"))


def test_the_search_and_notices_and_files_follow_the_post_and_come_back_with_it(thread):
    amina = given.person("amina")
    file = StoredFile.objects.create(
        author=given.person("leyla"), audience=second(thread).audience, content_type="image/webp", size=1
    )
    second(thread).post_files.create(file=file)

    def sees() -> list[bool]:
        viewer = given.viewer("amina")
        return [
            bool(search.search("zebra", viewer).found),
            any(notice.kind == "mentioned" for notice in notices_of(viewer)),
            visible_to(StoredFile.objects.filter(pk=file.pk), viewer).exists(),
        ]

    assert sees() == [True, True, True]
    hide(thread)
    assert sees() == [False, False, False]
    assert [bool(search.search("zebra", given.viewer(who)).found) for who in ("leyla", "gunnel")] == [True, True]
    actions.show_post(second(thread), by=given.person("gunnel"))
    assert sees() == [True, True, True]
    assert readers(thread) == {"", "amina", "leyla", "jonas", "gunnel"}
    assert Notice.objects.filter(person=amina, kind="mentioned").count() == 1


def test_mails_that_quote_it_are_called_back(thread):
    quoting = Mail.objects.filter(text__contains="Zebra")
    assert quoting.count() > 0
    hide(thread)
    assert Mail.objects.filter(text__contains="Zebra").count() == 0


def test_bookmarks_stay_and_are_there_again_with_the_post(thread):
    actions.keep_bookmark(second(thread), by=given.person("jonas"))
    hide(thread)
    jonas = given.client("jonas")
    assert "Zebra" not in given.said(jonas.get("/me/bookmarks"))
    actions.show_post(second(thread), by=given.person("gunnel"))
    assert "Zebra" in given.said(jonas.get("/me/bookmarks"))
    assert Bookmark.objects.count() == 1


def test_it_stays_hidden_when_who_wrote_it_changes_or_deletes_it(thread):
    hide(thread)
    actions.edit_post(second(thread), "Zebra, milder.", by=given.person("leyla"), seen_edits=0)
    assert readers(thread) == {"leyla", "gunnel"}
    assert search.search("milder", given.viewer("jonas")).found == []
    actions.delete_post(second(thread), by=given.person("leyla"))
    assert "A steward hid a post here." in given.said(given.client("jonas").get(thread.url))


def test_a_hidden_post_is_not_unread_takes_no_words_and_answers_no_question(thread):
    given.newcomer("bram")
    hide(thread)
    thread.refresh_from_db()
    assert queries.unread_of([thread], given.viewer("bram"))[thread.pk].count == 2
    with pytest.raises(Refused, match="A steward hid this post"):
        actions.add_reaction(second(thread), "thanks", by=given.person("gunnel"))


def test_only_a_steward_of_the_room_hides_and_nobody_their_own(thread):
    with pytest.raises(Refused, match="Only a steward of this room"):
        actions.hide_post(second(thread), by=given.person("jonas"))
    own = given.post(thread, "Mine.", by="gunnel")
    with pytest.raises(Refused, match="You wrote this yourself"):
        actions.hide_post(own, by=given.person("gunnel"))
    group = given.group("Tenants", by="jonas", members=("leyla",))
    inside = given.thread("Inside", within=given.category("Yard", group=group), by="leyla")
    with pytest.raises(Refused, match="Only a steward of this room"):
        actions.hide_thread(inside, by=given.person("gunnel"))


def test_hiding_twice_is_hiding_once(thread):
    hide(thread)
    hide(thread)
    thread.refresh_from_db()
    assert thread.hidden_count == 1
    actions.show_post(second(thread), by=given.person("gunnel"))
    actions.show_post(second(thread), by=given.person("gunnel"))
    thread.refresh_from_db()
    assert thread.hidden_count == 0


def test_open_pages_get_the_quiet_line_and_never_the_text(thread, announced):
    with announced() as heard:
        post = hide(thread)
    event = next(m["event"] for m in heard if m.get("to") == f"thread:{thread.pk}")
    assert (event["type"], event["post"], event["revision"]) == ("post_edited", post.pk, post.revision)
    for language in ("en", "sv"):
        piece = str(neutral_piece(second(thread), language))
        assert "Zebra" not in piece and "Leyla" not in piece and f'data-revision="{post.revision}"' in piece


def test_a_hidden_thread_is_found_by_its_stewards_and_who_started_it_only(thread, announced):
    category = Category.objects.get(pk=thread.category_id)
    assert category.thread_count == 1
    hide(thread)
    with announced() as heard:
        actions.hide_post(Post.objects.get(thread=thread, number=1), by=given.person("gunnel"))
    assert {"everybody": True} in heard
    answers = {who: given.client(who).get(thread.url).status_code for who in ("", "amina", "leyla", "jonas", "gunnel")}
    assert answers == {"": 404, "amina": 200, "leyla": 404, "jonas": 404, "gunnel": 200}
    category.refresh_from_db()
    assert category.thread_count == 0
    assert "Who has a drill?" not in given.said(given.client("jonas").get("/forum"))
    assert search.search("drill", given.viewer("jonas")).found == []
    # What was hidden for itself is not even for who wrote it, who cannot open the thread.
    assert search.search("zebra", given.viewer("leyla")).found == []
    with pytest.raises(Refused, match="A steward hid this thread"):
        given.post(Thread.objects.get(pk=thread.pk), "More", by="amina")


def test_a_thread_that_is_shown_again_is_as_it_was_and_what_was_hidden_in_it_stays_hidden(thread):
    before = list(Post.objects.filter(thread=thread).order_by("number").values_list("number", "audience"))
    hide(thread)
    actions.hide_thread(thread, by=given.person("gunnel"))
    actions.show_thread(thread, by=given.person("gunnel"))
    after = list(
        Post.objects.filter(thread=thread, hidden_at=None).order_by("number").values_list("number", "audience")
    )
    assert after == [before[0], before[2]]
    assert readers(thread) == {"leyla", "gunnel"}
    actions.show_post(second(thread), by=given.person("gunnel"))
    assert list(Post.objects.filter(thread=thread).order_by("number").values_list("number", "audience")) == before
    assert Category.objects.get(pk=thread.category_id).thread_count == 1
    assert "Who has a drill?" in given.said(given.client().get("/forum"))


def test_who_leaves_a_group_does_not_read_their_hidden_post_there_any_more():
    group = given.group("Tenants", members=("leyla",))
    thread = given.thread("Inside", within=given.category("Yard", group=group), by="amina")
    post = given.post(thread, "Zebra.", by="leyla")
    actions.hide_post(post, by=given.person("amina"))
    leave_group(group, by=given.person("leyla"))
    assert search.search("zebra", given.viewer("leyla")).found == []
    assert [bool(search.search("zebra", given.viewer(who)).found) for who in ("amina", "gunnel")] == [True, False]


def test_what_is_hidden_stays_hidden_when_the_group_hides_or_the_thread_moves():
    group = given.group("Tenants", members=("leyla", "jonas"))
    yard, stairs = (given.category(name, group=group, in_group="public") for name in ("Yard", "Stairs"))
    thread = given.thread("Inside", within=yard, by="leyla")
    post = given.post(thread, "Zebra.", by="leyla")
    actions.hide_post(post, by=given.person("amina"))
    hide_group(group, by=given.person("amina"))
    assert search.search("zebra", given.viewer("jonas")).found == []
    actions.move_thread(Thread.objects.get(pk=thread.pk), stairs, by=given.person("leyla"))
    assert search.search("zebra", given.viewer("jonas")).found == []
    assert readers_in(thread, "amina", "leyla", "jonas") == {"amina", "leyla"}


def readers_in(thread: Thread, *people: str) -> set[str]:
    return {who for who in people if "Zebra" in given.said(given.client(who).get(thread.url))}


def test_a_thread_with_hidden_posts_costs_a_reader_one_query_more_and_one_without_none(thread):
    def cost(who: str) -> int:
        browser = given.client(who)
        browser.get(thread.url)
        with CaptureQueriesContext(connection) as captured:
            browser.get(thread.url)
        return len(captured)

    before = {who: cost(who) for who in ("jonas", "gunnel")}
    hide(thread)
    assert {who: cost(who) - before[who] for who in before} == {"jonas": 1, "gunnel": 1}
