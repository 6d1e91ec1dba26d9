"""Searching posts: stems of five languages, beginnings of words, who sees which hits, what the page says."""

from __future__ import annotations

import pytest

from dugnad.forum import actions
from dugnad.forum.actions.translating import translate_post
from dugnad.groups.actions import leave_group
from dugnad.kernel import search
from tests import given

pytestmark = pytest.mark.django_db


def found(query: str, who: str = "", **more) -> list[str]:
    """The titles of the threads that hold the hits, in order."""
    from dugnad.forum.models import Post

    ids = [hit.thing_id for hit in search.search(query, given.viewer(who), **more).found]
    posts = Post.objects.select_related("thread").in_bulk(ids)
    return [posts[pk].thread.title for pk in ids]


def page(query: str, who: str = "") -> str:
    return given.said(given.client(who).get("/search", {"q": query}))


@pytest.mark.parametrize(
    ("language", "text", "query"),
    [
        ("sv", "Grannarna samlas på gården.", "grannen"),
        ("sv", "Ett hus på gården.", "husen"),
        ("nb", "Naboen har stige.", "naboer"),
        ("nn", "Innbyggjarane kom.", "innbyggjaren"),
        ("nl", "Een lege kamer.", "kamers"),
        ("nl", "De bewoner belde.", "bewoners"),
        ("en", "We organised the stairs.", "organising"),
        ("sv", "Ett möte i kväll.", "mote"),
        ("nb", "Møte i kveld.", "møtet"),
    ],
)
def test_a_word_is_found_in_its_other_forms(language, text, query):
    given.thread("Found", text=text, language=language)
    given.thread("Other", text="Nothing of the kind.", language=language)
    assert found(query) == ["Found"]


@pytest.mark.parametrize("query", ["lad", "ladder", "LADDER", "ladder cellar", '"a ladder"', "  ladder\t"])
def test_these_ways_of_asking_find_it(query):
    given.thread("Found", text="There is a ladder in the cellar.")
    assert found(query) == ["Found"]


@pytest.mark.parametrize(
    "query", ["", " ", "ladder roof", '"cellar ladder"', "la", "*", '"', "AND", "(", "ladder)OR(1", "'; --", "\x00"]
)
def test_these_find_nothing_and_break_nothing(query):
    given.thread("Found", text="There is a ladder in the cellar.")
    assert found(query) == []
    assert given.client().get("/search", {"q": query}).status_code == 200


def test_a_title_finds_its_opening_post_and_stands_before_texts():
    given.thread("Ladders", text="Nothing more.")
    given.thread("Later", text="A ladder is mentioned here.")
    assert found("ladder") == ["Ladders", "Later"]


def test_the_facts_of_a_thread_are_found():
    given.thread(
        "Door to door",
        kind="experience",
        text="",
        fields={"did": "We **knocked**.", "went": "Fine.", "where": "Angered"},
    )
    assert (found("knocked"), found("angered")) == (["Door to door"], ["Door to door"])
    assert "We <mark>knocked</mark>." in page("knocked")


def test_each_sees_hits_where_they_may_read():
    group = given.group(members=("leyla",))
    given.thread("Closed", text="A ladder.", within=given.category("Houses", group=group))
    given.thread("Members", text="A ladder.", within=given.category("Inside", reach="members"))
    given.thread("Open", text="A ladder.")
    assert [found("ladder", who) for who in ("", "oona", "leyla")] == [
        ["Open"], ["Open", "Members"], ["Open", "Members", "Closed"],
    ]  # fmt: skip
    assert "1 hit" in page("ladder")


def test_who_left_the_group_finds_nothing_of_it_any_more():
    group = given.group(members=("leyla",))
    given.thread("Closed", text="A ladder.", within=given.category("Houses", group=group))
    leave_group(group, by=given.person("leyla"))
    assert found("ladder", "leyla") == []


def test_posts_of_somebody_one_blocked_are_not_found():
    given.post(given.thread("Open"), "A ladder.", by="bram")
    given.block("oona", "bram")
    assert (found("ladder", "oona"), found("ladder", "jonas")) == ([], ["Open"])


def test_only_languages_one_reads():
    given.thread("Norsk", text="En drill.", language="nb")
    given.thread("Svenska", text="En drill.", language="sv")
    assert found("drill", languages=["sv"]) == ["Svenska"]
    reader = given.person("oona")
    reader.reads = ["nb", "nn"]
    reader.save()
    shown = given.client("oona").get("/search?q=drill&languages=mine")
    assert "Norsk" in given.said(shown)
    assert "Svenska" not in given.said(shown)


def test_the_newest_stand_first():
    for title in ("First", "Second", "Third"):
        given.thread(title, text="A ladder.")
    assert found("ladder") == ["Third", "Second", "First"]


def test_the_page_shows_twenty_and_leads_to_the_rest_in_the_same_languages():
    thread = given.thread("Many", text="Nothing.")
    given.posts(thread, 25, "A ladder")
    first = page("ladder")
    assert ("25 hits" in first, first.count("<mark>ladder</mark>")) == (True, 20)
    assert 'href="?q=ladder&page=2"' in first
    second = given.client().get("/search?q=ladder&page=2")
    assert given.said(second).count("<mark>ladder</mark>") == 5
    mine = given.said(given.client().get("/search?q=ladder&languages=mine"))
    assert 'href="?q=ladder&languages=mine&page=2"' in mine


@pytest.mark.parametrize("number", ["0", "-1", "x", "99", "9" * 30])
def test_a_page_that_is_not_there_shows_one_that_is(number):
    given.thread("Open", text="A ladder.")
    assert "<mark>ladder</mark>" in given.said(given.client().get(f"/search?q=ladder&page={number}"))


def test_when_there_are_more_than_are_ranked_the_page_says_so():
    given.posts(given.thread("Many"), search.CANDIDATES + 1, "A ladder")
    assert "There are more: these are among the newest. Another word narrows it down." in page("ladder")
    assert "There are more" not in page("cellars")


def test_nothing_found_says_what_else_to_try():
    assert "Nothing found. Try another word, or the beginning of one." in page("xylophone")


def test_the_hit_leads_to_its_post_and_shows_why():
    thread = given.thread("Who has one?")
    post = given.post(thread, "In our cellar stands a ladder that nobody uses.", by="leyla")
    shown = page("ladders")
    assert f'<a href="{post.url}">Who has one?</a>' in shown
    assert "In our cellar stands a <mark>ladder</mark> that nobody uses." in shown
    assert "Leyla Demir" in shown


def test_markup_in_a_post_is_shown_as_text():
    given.thread("Open", text="`<script>alert(1)</script>` ladder")
    answer = given.client().get("/search?q=ladder").content.decode()
    assert "<script>alert" not in answer
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer


def test_a_script_that_asks_without_pause_is_told_to_wait():
    oona = given.client("oona")
    answers = [oona.get(f"/search?q=ladder{number}").status_code for number in range(41)]
    assert (answers[:40], answers[40]) == ([200] * 40, 429)


def test_forty_people_behind_one_address_may_search_at_once():
    answers = [given.client().get("/search?q=ladder").status_code for _person in range(45)]
    assert set(answers) == {200}


def test_moved_words_follow_an_edit():
    post = given.post(given.thread("Open"), "A ladder.", by="leyla")
    actions.edit_post(post, "A wheelbarrow.", by=given.person("leyla"), seen_edits=0)
    assert (found("ladder"), found("wheelbarrow")) == ([], ["Open"])


def test_a_very_long_query_is_cut():
    given.thread("Open", text="A ladder.")
    assert given.client().get("/search", {"q": "ladder " * 10_000}).status_code == 200
    assert found("ladder " * 10_000) == ["Open"]


def test_a_hit_in_a_thread_by_somebody_blocked_says_no_title():
    thread = given.thread("Nasty title", by="jonas")
    post = given.post(thread, "An elephant.", by="amina")
    translate_post(post, "nb", "En elefant.", by=given.person("amina"), of_edits=0)
    given.block("leyla", "jonas")
    for word in ("elephant", "elefant"):
        assert "Nasty title" in given.said(given.client("bram").get(f"/search?q={word}"))
        assert "Nasty title" not in given.said(given.client("leyla").get(f"/search?q={word}"))
