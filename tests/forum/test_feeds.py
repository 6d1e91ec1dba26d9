"""Atom feeds: well-formed whatever people write, only what is public, and one of one's own under a secret address."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from dugnad.forum import actions
from dugnad.forum.feeds import Entry, Feed, printed
from dugnad.forum.models import FeedKey, Post, ThreadReading
from dugnad.people.keeping.actions import erase_person
from tests import given

pytestmark = pytest.mark.django_db
A = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def fetched(address, who="", **headers):
    return given.client(who).get(address, headers=headers)


def feed(answer):
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(answer.content)


def titles(answer):
    return [entry.findtext(f"{A}title") for entry in feed(answer).findall(f"{A}entry")]


def test_a_thread_stands_in_the_feeds_of_its_place_kind_category_and_group():
    group = given.group()
    category = given.category("Yard", group=group, in_group="public")
    given.thread("A drill", kind="need", within=category, by="amina")
    for address in (
        "/feeds/threads.atom",
        "/feeds/kinds/need.atom",
        f"/c/{category.slug}/feed.atom",
        f"/g/{group.slug}/feed.atom",
    ):
        assert titles(fetched(address)) == ["A drill"], address
    assert titles(fetched("/feeds/kinds/talk.atom")) == []
    assert fetched("/feeds/kinds/nothing.atom").status_code == 404


def test_an_entry_says_what_atom_asks_for(settings):
    settings.URL = "https://forum.example.org"
    thread = given.thread("Who has a <drill>?", text="See [this](/t/1) & **that**", language="nn")
    root = feed(fetched(f"/t/{thread.pk}/feed.atom"))
    [entry] = root.findall(f"{A}entry")
    day = thread.created_at.date().isoformat()
    assert root.get(LANG) == entry.get(LANG) == "nn"
    assert root.findtext(f"{A}id") == f"tag:forum.example.org,{day}:/t/{thread.pk}/feed.atom"
    assert entry.findtext(f"{A}id") == f"tag:forum.example.org,{day}:/t/{thread.pk}/post/1"
    assert entry.findtext(f"{A}title") == "Who has a <drill>?"
    assert entry.findtext(f"{A}author/{A}name") == "Amina Warsame"
    assert entry.find(f"{A}content").get("type") == "html"
    assert '<a href="https://forum.example.org/t/1">this</a> &amp; <strong>that</strong>' in entry.findtext(
        f"{A}content"
    )
    assert entry.findtext(f"{A}published") == thread.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert root.find(f"{A}link[@rel='self']").get("href") == f"https://forum.example.org/t/{thread.pk}/feed.atom"


def test_an_edit_is_an_update_under_the_same_number():
    thread = given.thread()
    before = feed(fetched(f"/t/{thread.pk}/feed.atom")).find(f"{A}entry")
    changed = timezone.now().replace(microsecond=0) + timezone.timedelta(hours=1)
    post = thread.posts.get()
    actions.edit_post(post, "Found one.", by=given.person("amina"), seen_edits=0)
    Post.objects.filter(pk=post.pk).update(edited_at=changed)
    after = feed(fetched(f"/t/{thread.pk}/feed.atom")).find(f"{A}entry")
    assert after.findtext(f"{A}id") == before.findtext(f"{A}id")
    assert after.findtext(f"{A}updated") == changed.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_no_character_breaks_a_feed():
    everything = "".join(map(chr, range(0x20))) + "\x7f\x85\u2028\ufffe\uffff]]>&<\ud800" + chr(0x1F6AA)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    entry = Entry("/t/1", everything, "en", everything, now, now, f"<p>{everything}</p>", everything, everything)
    root = ElementTree.fromstring(printed(Feed("/x", "/y", everything, "en", now.date(), [entry])))
    assert root.findtext(f"{A}title") == "\t\n\n\x7f\x85\u2028]]>&<" + chr(0x1F6AA)


def test_what_is_not_public_is_in_no_public_feed():
    given.thread("zebra members", within=given.category("Inside", reach="members"))
    group = given.group("Nattugglorna", members=("leyla",), hidden=True)
    category = given.category("Night", group=group)
    thread = given.thread("zebra group", within=category)
    for who in ("", "amina"):
        assert titles(fetched("/feeds/threads.atom", who)) == []
        for address in (f"/c/{category.slug}/feed.atom", f"/g/{group.slug}/feed.atom", f"/t/{thread.pk}/feed.atom"):
            assert fetched(address, who).status_code == 404, address


def test_who_is_signed_in_does_not_get_what_they_blocked():
    given.thread("By Amina", by="amina")
    given.block("leyla", "amina")
    assert titles(fetched("/feeds/threads.atom", "leyla")) == []
    assert titles(fetched("/feeds/threads.atom")) == ["By Amina"]


def test_a_deleted_post_is_gone_from_the_feed_and_its_number_is_not_taken_again():
    thread = given.thread("A drill")
    reply = given.post(thread, "Mine", by="leyla")
    given.post(thread, "Ours", by="jonas")
    actions.delete_post(reply, by=given.person("leyla"))
    assert titles(fetched(f"/t/{thread.pk}/feed.atom")) == ["Jonas Ek in “A drill”", "A drill"]


def test_a_reader_that_has_it_already_gets_no_text():
    given.thread("A drill")
    first = fetched("/feeds/threads.atom")
    again = fetched("/feeds/threads.atom", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    given.thread("A saw")
    assert fetched("/feeds/threads.atom", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_the_feed_of_strangers_is_kept_in_the_right_language(django_assert_num_queries):
    given.thread("A drill")
    english = fetched("/feeds/threads.atom", **{"Accept-Language": "en"})
    swedish = fetched("/feeds/threads.atom", **{"Accept-Language": "sv"})
    assert (feed(english).get(LANG), feed(swedish).get(LANG)) == ("en", "sv")
    with django_assert_num_queries(2):
        assert fetched("/feeds/threads.atom", **{"Accept-Language": "sv"}).content == swedish.content
    with django_assert_num_queries(2):
        kept = fetched("/feeds/threads.atom", **{"Accept-Language": "en", "If-None-Match": english["ETag"]})
    assert kept.status_code == 304


def test_a_feed_of_four_threads_takes_as_many_statements_as_one_of_one(django_assert_num_queries):
    thread = given.thread("One", by="amina")
    given.client().get("/feeds/threads.atom")
    for number in range(3):
        given.thread(f"More {number}", within=thread.category)
    with django_assert_num_queries(8):
        assert len(titles(fetched("/feeds/threads.atom"))) == 4


def test_pages_lead_readers_to_their_feeds():
    group = given.group()
    thread = given.thread(within=given.category())
    wanted = {
        "/forum": "/feeds/threads.atom",
        thread.category.url: f"{thread.category.url}/feed.atom",
        thread.url: f"/t/{thread.pk}/feed.atom",
        group.url: f"{group.url}/feed.atom",
    }
    for page, address in wanted.items():
        assert 'type="application/atom+xml" title="' in given.said(fetched(page)), page
        assert f'href="{address}"' in given.said(fetched(page)), page
    closed = given.thread(within=given.category("Inside", reach="members"))
    assert "atom+xml" not in given.said(fetched(closed.url, "leyla"))


def own(who):
    return f"/feeds/{actions.make_feed_key(by=given.person(who))}.atom"


def test_ones_own_feed_holds_what_others_wrote_where_one_may_read():
    group = given.group("Nattugglorna", members=("leyla",), hidden=True)
    thread = given.thread("Night", within=given.category("Night shift", group=group), by="amina")
    given.post(thread, "I am awake", by="leyla")
    address = own("leyla")
    answer = fetched(address)
    assert titles(answer) == ["Night"]
    assert titles(fetched(own("jonas"))) == []
    secret = address.removeprefix("/feeds/").removesuffix(".atom")
    assert secret not in answer.content.decode()
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("private, no-store", "no-referrer")
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert not FeedKey.objects.filter(digest__contains=secret).exists()


def test_ones_own_feed_is_asked_anew_each_time_and_reads_nothing():
    thread = given.thread("Members", within=given.category("Inside", reach="members"), by="amina")
    given.thread("Muted", within=thread.category, by="amina")
    address = own("leyla")
    actions.follow_thread(thread.category.threads.get(title="Muted"), "mute", by=given.person("leyla"))
    marks = list(ThreadReading.objects.values_list("pk", "read_to"))
    assert titles(fetched(address)) == ["Members"]
    assert list(ThreadReading.objects.values_list("pk", "read_to")) == marks
    given.block("leyla", "amina")
    assert titles(fetched(address)) == []


def test_a_new_address_ends_the_one_before_and_ending_it_ends_all():
    given.thread("A drill")
    first, second = own("leyla"), own("leyla")
    assert (fetched(first).status_code, fetched(second).status_code) == (404, 200)
    actions.end_feed_key(by=given.person("leyla"))
    assert fetched(second).status_code == 404


def test_the_address_is_shown_once():
    browser = given.client("leyla")
    page = given.said(browser.post("/me/feed"))
    secret = page.split("/feeds/")[1].split(".atom")[0]
    assert fetched(f"/feeds/{secret}.atom").status_code == 200
    assert secret not in given.said(browser.get("/me/feed"))
    assert browser.post("/me/feed/end").url == "/me/feed"
    assert fetched(f"/feeds/{secret}.atom").status_code == 404


def test_the_feed_of_somebody_who_left_is_gone():
    address, leyla = own("leyla"), given.person("leyla")
    erase_person(leyla, leave_posts=True, by=leyla)
    assert fetched(address).status_code == 404
    assert not FeedKey.objects.exists()


def test_one_who_guesses_addresses_is_told_to_wait():
    statuses = [fetched(f"/feeds/guess{number}.atom").status_code for number in range(152)]
    assert (statuses[149], statuses[151]) == (404, 429)


def test_ones_own_feed_says_nothing_of_threads_by_somebody_blocked():
    thread = given.thread("Nasty title", by="jonas")
    given.post(thread, "An answer.", by="amina")
    given.block("leyla", "jonas")
    said = given.said(fetched(own("leyla")))
    assert "<feed" in said and "Nasty title" not in said and "An answer." not in said
