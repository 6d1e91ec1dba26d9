"""Versions: who changed what, when and why; any two beside each other; an earlier one put back; two changes put together."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given as for_all
from hypothesis import strategies as st

from dugnad.forum import actions
from dugnad.forum.comparing import compared, put_together
from dugnad.forum.models import Post
from dugnad.forum.telling_living import told_of
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db

LINES = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8).map("\n".join)


def edit(post, text, *, by="leyla", reason="") -> Post:
    post.refresh_from_db()
    return actions.edit_post(post, text, by=given.person(by), seen_edits=post.edits, reason=reason)


@pytest.fixture
def post():
    """A living document by Amina in three versions."""
    made = actions.make_living(given.thread(text="One").posts.get(), by=given.person("amina"))
    edit(made, "Two", by="leyla", reason="It was wrong")
    return edit(made, "Three", by="bram")


def test_each_version_says_who_made_it_and_why(post):
    page = given.client("oona").get(f"{post.url}/versions")
    said = [(v.number, v.by, v.reason, v.source) for v in page.context["versions"]]
    assert said == [
        (3, "Bram Kuipers", "", "Three"), (2, "Leyla Demir", "It was wrong", "Two"), (1, "Amina Warsame", "", "One"),
    ]  # fmt: skip


def test_any_two_versions_stand_beside_each_other(post):
    page = given.client("oona").get(f"{post.url}/versions?from=1&to=3")
    assert page.context["lines"] == [("gone", "One"), ("come", "Three")]
    assert "<del>One</del>" in given.said(page)
    assert "Two" not in [line for _what, line in page.context["lines"]]


@pytest.mark.parametrize("query", ["from=1", "from=2&to=2", "from=9&to=1", "from=x&to=1"])
def test_what_cannot_be_compared_shows_all_changes(post, query):
    assert len(given.client("oona").get(f"{post.url}/versions?{query}").context["changes"]) == 2


def test_an_earlier_text_is_put_back_as_a_new_change(post):
    post = actions.restore_version(post, 1, by=given.person("leyla"), seen_edits=2, reason="Better")
    assert (post.source, post.edits) == ("One", 3)
    assert [row.source for row in post.versions.order_by("pk")] == ["One", "Two", "Three"]


def test_only_by_those_who_may_change_it(post):
    actions.end_living(post, by=given.person("amina"))
    with pytest.raises(Refused):
        actions.restore_version(Post.objects.get(pk=post.pk), 1, by=given.person("leyla"), seen_edits=2)
    assert "/restore" not in given.said(given.client("leyla").get(f"{post.url}/versions"))


def test_the_page_shows_what_changes_by_it(post):
    leyla, address = given.client("leyla"), f"{post.url}/versions/1/restore"
    assert leyla.get(address).context["lines"] == [("gone", "Three"), ("come", "One")]
    assert leyla.post(address, {"seen_edits": 2})["Location"] == post.url
    assert Post.objects.get(pk=post.pk).source == "One"


def test_a_change_meanwhile_is_shown_first(post):
    answer = given.client("leyla").post(f"{post.url}/versions/1/restore", {"seen_edits": 1})
    assert (answer.status_code, Post.objects.get(pk=post.pk).source) == (409, "Three")


@pytest.mark.parametrize("version", [0, 3, 9])
def test_there_is_no_such_earlier_version(post, version):
    assert given.client("leyla").get(f"{post.url}/versions/{version}/restore").status_code == 404


def test_of_two_who_write_in_different_places_both_changes_are_in_the_form(post):
    text = "ladder\n\nrope\n\nlamp"
    edit(post, text, by="amina")
    edit(post, text.replace("ladder", "two ladders"), by="bram")
    sent = {"text": text.replace("lamp", "three lamps"), "language": "en", "seen_edits": 3, "reason": ""}
    answer = given.client("leyla").post(f"{post.url}/edit", sent)
    assert answer.status_code == 409
    assert answer.context["form"]["text"].value() == "two ladders\n\nrope\n\nthree lamps"
    assert "Bram Kuipers changed the text while you were writing, in another place." in given.said(answer)


def test_of_two_who_write_in_one_place_the_second_keeps_theirs_in_the_form(post):
    edit(post, "Four", by="bram")
    sent = {"text": "Five", "language": "en", "seen_edits": 2, "reason": ""}
    answer = given.client("leyla").post(f"{post.url}/edit", sent)
    assert answer.context["form"]["text"].value() == "Five"
    assert "What Bram Kuipers changed" in given.said(answer)


@for_all(LINES, LINES)
def test_with_one_change_alone_the_text_is_that_change(base, mine):
    assert put_together(base, mine, base) == "\n".join(mine.splitlines())
    assert put_together(base, base, mine) == "\n".join(mine.splitlines())


@for_all(LINES, LINES, LINES)
def test_the_order_of_two_changes_does_not_matter(base, mine, theirs):
    assert put_together(base, mine, theirs) == put_together(base, theirs, mine)


@for_all(LINES, LINES)
def test_comparing_loses_no_line(before, after):
    lines, _cost = compared(before, after)
    assert [line for what, line in lines if what != "come"] == before.splitlines()
    assert [line for what, line in lines if what != "gone"] == after.splitlines()


def test_lines_that_both_changed_are_not_put_together():
    assert put_together("a\nb\nc", "a\nB\nc", "a\nbb\nc") is None
    assert put_together("a\nb\nc", "A\nb\nc", "a\nb\nC") == "A\nb\nC"
    assert put_together("a\nb\nc", "A\nb\nc", "A\nb\nc") == "A\nb\nc"


def test_who_wrote_it_and_who_watches_are_told_once_an_hour_for_each_who_changes(post):
    actions.follow_thread(post.thread, "watch", by=given.person("oona"))
    actions.follow_thread(post.thread, "mute", by=given.person("selam"))
    Notice.objects.all().delete()
    at = timezone.now() + timedelta(days=1)
    for minutes, who in ((0, "leyla"), (10, "leyla"), (20, "bram"), (50, "leyla"), (70, "leyla"), (75, "amina")):
        with time_machine.travel(at + timedelta(minutes=minutes), tick=False):
            edit(post, f"After {minutes}", by=who)
    told = Notice.objects.filter(kind="living_changed").order_by("pk").values_list("actor__name", "person__name")
    of_amina = [actor for actor, person in told if person == "Amina Warsame"]
    of_oona = [actor for actor, person in told if person.startswith("Oona")]
    assert of_amina == ["Leyla Demir", "Bram Kuipers", "Leyla Demir"]
    assert of_oona == ["Leyla Demir", "Bram Kuipers", "Leyla Demir", "Amina Warsame"]
    assert {person for _actor, person in told} == {"Amina Warsame", "Oona Mac a' Bhaird"}


def test_a_change_of_an_ordinary_post_is_told_to_nobody():
    post = given.post(given.thread(by="amina"), by="leyla")
    actions.follow_thread(post.thread, "watch", by=given.person("oona"))
    edit(post, "Other", by="leyla")
    assert not Notice.objects.filter(kind="living_changed").exists()


def test_notices_of_changes_go_with_the_post(post):
    assert Notice.objects.filter(kind="living_changed").exists()
    actions.delete_post(post, by=given.person("amina"))
    assert not Notice.objects.filter(kind="living_changed").exists()


def test_gathering_counts_from_what_was_told_last():
    at = timezone.now()
    changes = [(minutes, at + timedelta(minutes=minutes)) for minutes in (0, 50, 60, 100, 121)]
    assert told_of(changes) == [0, 60, 121]
