"""Lists of threads and the page of one: languages, kinds, who is hidden, what search engines are told."""

from __future__ import annotations

import pytest

from dugnad.forum import actions
from tests import given

pytestmark = pytest.mark.django_db


def titles(who: str, address: str, *expected: str) -> list[str]:
    """Which of the expected titles the page shows, in its order."""
    page = given.said(given.client(who).get(address))
    return sorted(
        (title for title in expected if f">{title}</a></h3>" in page), key=lambda title: page.index(f">{title}<")
    )


@pytest.fixture
def languages():
    for title, language in (("Svenska", "sv"), ("Norsk", "nb"), ("Nynorsk", "nn"), ("English", "en")):
        given.thread(title, language=language)
    return ("Svenska", "Norsk", "Nynorsk", "English")


@pytest.mark.parametrize("address", ["/forum", "/c/housing"])
def test_one_list_holds_all_languages_and_says_which_is_which(languages, address):
    assert titles("oona", address, *languages) == ["English", "Nynorsk", "Norsk", "Svenska"]
    page = given.said(given.client("oona").get(address))
    assert '<h3 lang="nn">' in page
    assert '<h3 lang="en">' not in page


@pytest.mark.parametrize("address", ["/forum", "/c/housing"])
def test_only_the_languages_one_reads(languages, address):
    reader = given.person("oona")
    reader.reads = ["nb", "nn"]
    reader.save()
    assert titles("oona", f"{address}?languages=mine", *languages) == ["Nynorsk", "Norsk"]


def test_who_named_none_reads_the_language_of_the_page(languages):
    assert titles("oona", "/forum?languages=mine", *languages) == ["English"]
    swede = given.client()
    swede.cookies["dugnad_language"] = "sv"
    assert ">Svenska</a></h3>" in given.said(swede.get("/forum?languages=mine"))
    assert ">English</a></h3>" not in given.said(swede.get("/forum?languages=mine"))


def test_only_one_kind(languages):
    given.thread("Asked", kind="question")
    assert titles("", "/c/housing?kind=question", "Asked", "English") == ["Asked"]
    assert titles("", "/c/housing?kind=offer", "Asked", "English") == []
    assert titles("", "/c/housing?kind=evil", "Asked", "English") == ["Asked", "English"]


def test_a_reply_brings_a_thread_to_the_top():
    older, _newer = given.thread("Older"), given.thread("Newer")
    assert titles("", "/c/housing", "Older", "Newer") == ["Newer", "Older"]
    given.post(older)
    assert titles("", "/c/housing", "Older", "Newer") == ["Older", "Newer"]


def test_threads_and_posts_of_somebody_one_blocked_are_not_there():
    thread, theirs = given.thread("Mine", by="amina"), given.thread("Theirs", by="bram")
    given.post(thread, "Blocked words", by="bram")
    given.post(thread, "Heard words", by="leyla")
    given.block("oona", "bram")
    assert titles("oona", "/c/housing", "Mine", "Theirs") == ["Mine"]
    page = given.said(given.client("oona").get(thread.url))
    assert ("Blocked words" in page, "Heard words" in page) == (False, True)
    assert given.client("oona").get(theirs.url).status_code == 404
    assert given.client("oona").get(f"{thread.url[: thread.url.rindex('/')]}/post/2").status_code == 404
    assert titles("bram", "/c/housing", "Mine", "Theirs") == ["Mine", "Theirs"]


def test_the_threads_of_one_person_as_far_as_one_may_see_them():
    group = given.group(members=("leyla",))
    given.thread("Open", by="amina")
    given.thread("Closed", by="amina", within=given.category("Houses", group=group))
    given.thread("Of another", by="leyla")
    address = "/people/amina-warsame/threads"
    assert titles("oona", address, "Open", "Closed", "Of another") == ["Open"]
    assert titles("leyla", address, "Open", "Closed", "Of another") == ["Closed", "Open"]
    assert given.client().get(address).status_code == 302
    assert given.client("oona").get("/people/nobody/threads").status_code == 404


def test_a_row_says_what_kind_it_is_who_began_it_and_how_many_answered():
    thread = given.thread("A ladder", kind="need", fields={"where": "Hjällbo"})
    given.post(thread)
    given.post(thread)
    page = given.said(given.client().get("/c/housing"))
    row = page[page.index('<li class="row">') :].partition("</li>")[0]
    for words in ("Need", "open", "Amina Warsame", "Hjällbo", "2 replies"):
        assert words in row


def test_search_engines_are_told_of_public_threads_only():
    public = given.thread("Open", text="I **looked** in three cellars.")
    closed = given.thread("Closed", within=given.category("Inside", reach="members"))
    assert '<meta name="description" content="I looked in three cellars.">' in given.said(
        given.client().get(public.url)
    )
    page = given.said(given.client("oona").get(closed.url))
    assert '<meta name="robots" content="noindex">' in page
    assert "og:description" not in page


def test_a_closed_thread_is_told_of_by_its_outcome():
    thread = given.thread("Open")
    actions.close_thread(thread, by=given.person("amina"), outcome="We share **one** drill.")
    assert '<meta name="description" content="We share one drill.">' in given.said(given.client().get(thread.url))


def test_an_experience_is_told_of_by_what_was_done():
    thread = given.thread("Doors", kind="experience", text="", fields={"did": "We knocked.", "went": "Forty answered."})
    assert 'content="We knocked. Forty answered."' in given.said(given.client().get(thread.url))


def test_the_lasting_address_of_a_post_leads_to_its_place():
    thread = given.thread()
    given.posts(thread, 40)
    answer = given.client("oona").get(f"/t/{thread.pk}/post/30")
    assert answer.headers["Location"] == f"{thread.url}?from=28#post-30"
    assert given.client("oona").get(f"/t/{thread.pk}/post/99").status_code == 404


def test_strangers_see_what_they_could_before_and_after_a_deed_at_once():
    thread = given.thread("Old title")
    stranger = given.client()
    for address in (thread.url, "/c/housing", "/forum"):
        stranger.get(address)
    given.post(thread, "Fresh words", by="leyla")
    actions.edit_thread(thread, by=given.person("amina"), title="New title", fields={})
    assert "Fresh words" in given.said(stranger.get(f"/t/{thread.pk}"))
    for address in ("/c/housing", "/forum"):
        page = given.said(stranger.get(address))
        assert ("New title" in page, "Old title" in page) == (True, False)
