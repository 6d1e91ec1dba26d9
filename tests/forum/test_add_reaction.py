"""Giving and taking back a word: who may, what is counted, what the button answers."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.forum.kinds import REACTIONS
from dugnad.forum.models import Reaction
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return given.post(given.thread())


def give(post, who: str, kind: str = "thanks"):
    return actions.add_reaction(post, kind, by=given.person(who))


def press(who: str, post, value: str, **headers: str):
    return given.client(who).post(f"/t/{post.thread_id}/deeds", {"react": value}, headers=headers)


def test_members_may_and_strangers_are_told_to_sign_in(post):
    assert policies.can_react(given.viewer("jonas"), post)
    assert str(policies.can_react(given.viewer(), post).reason) == "Sign in to write here."


def test_there_are_four_words():
    assert list(REACTIONS) == ["thanks", "agree", "learned", "joining"]


def test_words_are_counted_by_kind(post):
    for who, kind in (("amina", "thanks"), ("jonas", "thanks"), ("jonas", "agree"), ("bram", "joining")):
        give(post, who, kind)
    post.refresh_from_db()
    assert (post.reaction_counts, post.revision) == ({"thanks": 2, "agree": 1, "joining": 1}, 5)


def test_giving_the_same_word_twice_counts_once(post):
    give(post, "jonas")
    give(post, "jonas")
    post.refresh_from_db()
    assert (post.reaction_counts, post.revision, Reaction.objects.count()) == ({"thanks": 1}, 2, 1)
    assert Happening.objects.filter(verb="reaction_added").count() == 1


def test_a_word_can_be_taken_back_and_the_last_one_leaves_no_zero(post):
    give(post, "jonas")
    actions.remove_reaction(post, "thanks", by=given.person("jonas"))
    post.refresh_from_db()
    assert (post.reaction_counts, Reaction.objects.count()) == ({}, 0)
    assert Happening.objects.filter(verb="reaction_removed").count() == 1


def test_taking_back_what_was_not_given_changes_nothing(post):
    give(post, "jonas")
    actions.remove_reaction(post, "thanks", by=given.person("bram"))
    actions.remove_reaction(post, "agree", by=given.person("jonas"))
    post.refresh_from_db()
    assert (post.reaction_counts, post.revision) == ({"thanks": 1}, 2)


def test_counts_come_from_the_rows_so_that_a_wrong_one_is_put_right(post):
    post.reaction_counts = {"thanks": 40}
    post.save()
    give(post, "jonas")
    post.refresh_from_db()
    assert post.reaction_counts == {"thanks": 1}


def test_a_word_that_is_not_one_of_the_four_is_refused(post):
    with pytest.raises(ValueError, match="'evil' is not a reaction"):
        give(post, "jonas", "evil")


def test_a_deleted_post_gets_no_words(post):
    actions.delete_post(post, by=given.person("leyla"))
    with pytest.raises(Refused) as refused:
        give(post, "jonas")
    assert str(refused.value) == "This post was deleted."


def test_who_cannot_see_the_post_cannot_give_it_a_word():
    hidden = given.thread(within=given.category("Houses", group=given.group())).posts.get()
    with pytest.raises(Refused):
        give(hidden, "bram")
    assert press("bram", hidden, f"{hidden.pk}:thanks").status_code == 404
    assert Reaction.objects.count() == 0


def test_nobody_is_told_of_a_word(post):
    Notice.objects.all().delete()
    give(post, "jonas")
    assert Notice.objects.count() == 0


def test_it_is_announced_as_a_change_of_the_post(post, announced):
    with announced() as sent:
        give(post, "jonas")
    event = {"type": "post_edited", "post": post.pk, "number": 2, "author": post.author_id, "revision": 2}
    assert sent == [{"to": f"thread:{post.thread_id}", "event": event}]


def test_the_button_gives_and_takes_back_and_leads_to_the_post(post):
    first = press("jonas", post, f"{post.pk}:thanks")
    assert (first.status_code, first.headers["Location"]) == (302, f"{post.thread.url}?from=1#post-2")
    assert Reaction.objects.count() == 1
    press("jonas", post, f"{post.pk}:thanks")
    assert Reaction.objects.count() == 0


def test_a_page_that_stays_open_gets_a_short_answer(post):
    assert press("jonas", post, f"{post.pk}:thanks", **{"X-Dugnad-Live": "1"}).status_code == 204


def test_the_page_shows_the_count_to_all_and_presses_ones_own_button(post):
    give(post, "jonas")
    button = f'<button class="react" form="deeds" name="react" value="{post.pk}:thanks" aria-pressed="%s">'
    pages = {who: given.said(given.client(who).get(post.thread.url)) for who in ("jonas", "bram", "")}
    assert [button % "true" in pages["jonas"], button % "false" in pages["bram"], "<button class=\"react\"" in pages[""]] == [
        True, True, False,
    ]  # fmt: skip
    assert all('Thanks <span class="num">1</span>' in page for page in pages.values())


def test_a_stranger_is_led_to_the_sign_in_page(post):
    answer = press("", post, f"{post.pk}:thanks")
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize(
    "value",
    ["1:evil", "999999999999999999999:thanks", "-1:thanks", "x:thanks", ":thanks", "", "1", "१:thanks", "1:thanks:1"],
)
def test_values_that_no_button_sends_answer_404_and_change_nothing(post, value):
    assert press("jonas", post, value).status_code == 404
    assert Reaction.objects.count() == 0


def test_a_post_of_another_thread_is_not_touched_through_this_one(post):
    other = given.thread("Elsewhere").posts.get()
    answer = given.client("jonas").post(f"/t/{post.thread_id}/deeds", {"react": f"{other.pk}:thanks"})
    assert (answer.status_code, Reaction.objects.count()) == (404, 0)


def test_pressing_nothing_leads_back_to_the_thread(post):
    answer = given.client("jonas").post(f"/t/{post.thread_id}/deeds", {})
    assert (answer.status_code, answer.headers["Location"]) == (302, post.thread.url)


def test_the_door_takes_no_other_method(post):
    assert given.client("jonas").get(f"/t/{post.thread_id}/deeds").status_code == 405
