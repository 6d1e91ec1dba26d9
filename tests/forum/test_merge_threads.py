"""Merging: the posts of one stand behind those of the other, every old address leads there, and nobody loses their place."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dugnad.forum import actions
from dugnad.forum.models import Category, Post, ScheduledPost, Thread, ThreadReading
from dugnad.forum.queries import unread_of
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from dugnad.kernel.search import SearchEntry, search
from dugnad.notices.models import MailStop, Notice
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def gunnel():
    return given.steward("gunnel")


@pytest.fixture
def two(gunnel):
    """A thread of three posts, and one of four: (the one that ends, the one that stays). They were written by turns."""
    ends, stays = given.thread("Ladders", by="amina", text="A1"), given.thread("Tools", by="bram", text="B1")
    for number in (2, 3):
        given.post(stays, f"B{number}", by="leyla")
        given.post(ends, f"A{number}", by="leyla")
    given.post(stays, "B4", by="leyla")
    return ends, stays


def merge(ends, stays, *, by, **more) -> Thread:
    told = {"reason": "The same matter.", "other_readers": True} | more
    return actions.merge_threads(ends, stays, by=by, **told)


def refusal(ends, stays, by, **more) -> str:
    with pytest.raises(Refused) as refused:
        merge(ends, stays, by=by, **more)
    return str(refused.value)


def unread(thread, who) -> int:
    thread.refresh_from_db()
    return unread_of([thread], given.viewer(who))[thread.pk].count


def opened(browser, address):
    answer = browser.get(address)
    return answer.status_code, answer.headers.get("Location")


def test_the_posts_stand_behind_the_others_in_order(two, gunnel):
    ends, stays = two
    merge(ends, stays, by=gunnel)
    stays.refresh_from_db()
    assert [post.plain.split("\n")[-1] for post in stays.posts.order_by("number")] == [
        "B1",
        "B2",
        "B3",
        "B4",
        "A1",
        "A2",
        "A3",
    ]
    assert list(stays.posts.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    newest = Post.objects.get(plain="B4")
    assert (stays.post_count, stays.last_number, stays.last_post_id, stays.last_author.name) == (
        7, 7, newest.pk, "Leyla Demir",
    )  # fmt: skip


def test_title_and_facts_stand_at_the_beginning_of_what_was_its_opening_post(gunnel):
    ends = given.thread("2 *ladders*", kind="need", by="amina", text="Three metres.", fields={"where": "Hjällbo"})
    stays = given.thread("Tools")
    merge(ends, stays, by=gunnel)
    post = stays.posts.get(number=2)
    assert post.source.startswith("**2 \\*ladders\\***\n\n")
    assert "Hjällbo\n\nThree metres." in post.source
    assert (post.edits, post.versions.get().source, post.author.name) == (1, "Three metres.", "Amina Warsame")


def test_an_experience_told_in_its_facts_alone_loses_none_of_them(gunnel):
    ends = given.thread(
        "It rained", kind="experience", by="amina", text="", fields={"did": "We *stood* there.", "result": "failed"}
    )
    stays = given.thread("Tools")
    merge(ends, stays, by=gunnel)
    assert "We *stood* there." in stays.posts.get(number=2).source


def test_the_empty_row_is_in_no_list_and_the_counts_follow(two, gunnel):
    ends, stays = two
    merge(ends, stays, by=gunnel)
    assert Category.objects.get(pk=stays.category_id).thread_count == 1
    assert "Ladders</a></h3>" not in given.said(given.client("oona").get("/c/housing"))
    ends.refresh_from_db()
    assert (ends.title, ends.post_count, ends.merged_into_id, ends.merged_after) == ("…", 0, stays.pk, 4)
    assert Happening.objects.get(verb="threads_merged").payload == {
        "merged": ends.pk, "starter": ends.author_id, "posts": 3, "before": ends.category_id, "reason": "The same matter.",
    }  # fmt: skip


def test_every_old_address_leads_to_where_it_is_now(two, gunnel):
    ends, stays = two
    merge(ends, stays, by=gunnel)
    old, new, oona = f"/t/{ends.pk}", f"/t/{stays.pk}", given.client("oona")
    led = {
        old: stays.url, f"{old}/ladders": stays.url, f"{old}/ladders?from=2": f"{stays.url}?from=6",
        f"{old}/post/2": f"{new}/post/6", f"{old}/post/3/versions": f"{new}/post/7/versions",
        f"{old}/reply": f"{new}/reply", f"{old}/reply?quote=2": f"{new}/reply?quote=6",
    }  # fmt: skip
    assert {address: opened(oona, address) for address in led} == {address: (301, to) for address, to in led.items()}
    assert given.client().get(old).status_code == 301


def test_a_reply_that_was_being_written_arrives(two, gunnel):
    ends, stays = two
    merge(ends, stays, by=gunnel)
    oona = given.client("oona")
    answer = oona.post(f"/t/{ends.pk}/reply", {"text": "Here."})
    assert (answer.status_code, answer["Location"]) == (308, f"/t/{stays.pk}/reply")
    oona.post(answer["Location"], {"text": "Here."})
    assert stays.posts.get(number=8).plain == "Here."


def test_who_may_not_see_the_other_finds_nothing(gunnel):
    there = given.category("Inside", group=given.group(by="gunnel", members=("amina",)))
    ends, stays = given.thread(by="amina"), given.thread("Inside", by="amina", within=there)
    given.post(ends, "Baitpost", by="leyla")
    merge(ends, stays, by=gunnel)
    answers = [given.client(who).get(f"/t/{ends.pk}/post/2").status_code for who in ("amina", "leyla", "")]
    assert answers == [301, 404, 404]
    assert search("baitpost", given.viewer("leyla")).found == []
    assert {post.audience_id for post in stays.posts.all()} == {there.audience_id}


def test_chains_lead_to_the_end(two, gunnel):
    ends, stays = two
    last = given.thread("All of it", by="oona")
    merge(ends, stays, by=gunnel)
    merge(Thread.objects.get(pk=stays.pk), last, by=gunnel)
    oona = given.client("oona")
    assert [opened(oona, f"/t/{ends.pk}/post/2"), opened(oona, f"/t/{stays.pk}/post/2")] == [
        (301, f"/t/{last.pk}/post/7"), (301, f"/t/{last.pk}/post/3"),
    ]  # fmt: skip


def test_a_post_split_off_after_a_merge_is_found_under_both_old_addresses(two, gunnel):
    ends, stays = two
    merge(ends, stays, by=gunnel)
    made = actions.split_thread(stays, [6], "Apart", stays.category, by=gunnel, reason="Apart.")
    oona = given.client("oona")
    first = opened(oona, f"/t/{ends.pk}/post/2")
    assert (first, opened(oona, first[1])) == ((301, f"/t/{stays.pk}/post/6"), (301, f"/t/{made.pk}/post/1"))


def test_what_moves_on_takes_its_old_addresses_along(two, gunnel):
    ends, stays = two
    merge(ends, stays, by=gunnel)
    there = given.category("Inside", group=given.group(by="gunnel"))
    actions.move_thread(stays, there, by=gunnel, reason="Inside.", other_readers=True)
    assert Thread.objects.get(pk=ends.pk).audience_id == there.audience_id
    assert [given.client(who).get(f"/t/{ends.pk}").status_code for who in ("gunnel", "oona")] == [301, 404]


def test_not_into_itself_nor_into_or_out_of_one_that_ended(two, gunnel):
    ends, stays = two
    assert refusal(stays, stays, gunnel) == "A thread cannot be merged into itself. Choose another one."
    merge(ends, stays, by=gunnel)
    other, words = given.thread("Other"), "This thread was merged into another one already."
    assert [refusal(ends, other, gunnel), refusal(other, ends, gunnel)] == [words, words]


def test_not_while_one_of_them_is_closed(two, gunnel):
    ends, stays = two
    actions.close_thread(stays, by=gunnel, outcome="Done.")
    assert refusal(ends, stays, gunnel).startswith("The other thread is closed.")
    assert refusal(stays, ends, gunnel).startswith("This thread is closed with an outcome.")


def test_stewards_of_both_rooms_and_who_started_both(two, gunnel):
    ends, stays = two
    assert refusal(ends, stays, given.person("leyla")).startswith("Only a steward, or the person who started both")
    assert refusal(ends, stays, given.person("amina")).startswith("Only a steward of both places")
    mine = given.thread("Mine too", by="amina")
    given.post(mine, by="leyla")
    merge(mine, ends, by=given.person("amina"), reason="")
    assert Thread.objects.get(pk=mine.pk).merged_into_id == ends.pk


def test_what_others_wrote_gets_no_more_readers(gunnel):
    there = given.category("Inside", group=given.group(by="gunnel", members=("amina",)))
    ends, stays = given.thread("Inside", by="gunnel", within=there), given.thread()
    given.post(ends, by="amina")
    assert refusal(ends, stays, gunnel).startswith("More people can read “Housing” than this was written for")


def test_a_steward_says_why(two, gunnel):
    assert refusal(*two, gunnel, reason="").startswith("Say why in a sentence")


def test_what_named_it_names_the_other(two, gunnel):
    ends, stays = two
    grew = given.thread("Grew", grew_out_of=ends)
    leyla, oona = given.person("leyla"), given.person("oona")
    plan = ScheduledPost.objects.create(
        author=oona, thread=ends, source="Later", language="en", due_at="2030-01-01T12:00Z"
    )
    MailStop.objects.create(person=oona, within=f"thread:{ends.pk}")
    MailStop.objects.create(person=leyla, within=f"thread:{ends.pk}")
    merge(ends, stays, by=gunnel)
    grew.refresh_from_db()
    plan.refresh_from_db()
    assert (grew.grew_out_of_id, plan.thread_id) == (stays.pk, stays.pk)
    assert list(MailStop.objects.values_list("person", "within")) == [(oona.pk, f"thread:{stays.pk}")]
    assert SearchEntry.objects.filter(within=f"thread:{ends.pk}").count() == 0
    assert Notice.objects.filter(within=f"thread:{ends.pk}").count() == 0
    assert [hit.title for hit in search("ladders", given.viewer("oona")).found] == [""]


def test_unread_counts_are_exact_for_who_read_none_some_and_all(two, gunnel):
    ends, stays = two
    read = {"jonas": (0, 0), "oona": (0, 2), "selam": (1, 0), "nienke": (4, 1), "turid": (2, 3), "sjoerd": (4, 3)}
    for who, (of_stays, of_ends) in read.items():
        given.newcomer(who)
        for thread, number in ((stays, of_stays), (ends, of_ends)):
            if number:
                actions.read_thread(thread, number, by=given.person(who))
    before = {who: unread(stays, who) + unread(ends, who) for who in read}
    merge(ends, stays, by=gunnel)
    assert {who: unread(stays, who) for who in read} == before
    assert before == {"jonas": 7, "oona": 5, "selam": 6, "nienke": 2, "turid": 2, "sjoerd": 0}


def test_marks_made_before_count_for_the_posts_that_were_there_then(two, gunnel):
    ends, stays = two
    for who in ("jonas", "oona"):
        given.newcomer(who)
    actions.mark_all_read(by=given.person("jonas"))
    actions.mark_category_read(stays.category, by=given.person("oona"))
    given.person("selam")
    given.post(ends, "A4", by="leyla")
    given.post(stays, "B5", by="leyla")
    merge(ends, stays, by=gunnel)
    assert [unread(stays, who) for who in ("jonas", "oona", "selam")] == [2, 2, 2]
    given.post(stays, "B6", by="leyla")
    assert [unread(stays, who) for who in ("jonas", "oona", "selam")] == [3, 3, 3]
    actions.mark_all_read(by=given.person("jonas"))
    actions.mark_category_read(Category.objects.get(pk=stays.category_id), by=given.person("oona"))
    assert [unread(stays, who) for who in ("jonas", "oona", "selam")] == [0, 0, 3]


def test_marks_of_another_category_count_for_what_stood_in_it(gunnel):
    there = given.category("Climate")
    ends, stays = given.thread("Ladders", by="amina"), given.thread("Tools", by="bram", within=there)
    for who in ("jonas", "oona"):
        given.newcomer(who)
    given.post(ends, by="leyla")
    given.post(stays, by="leyla")
    actions.mark_category_read(ends.category, by=given.person("jonas"))
    actions.mark_category_read(there, by=given.person("oona"))
    given.person("selam")
    merge(ends, stays, by=gunnel)
    assert [unread(stays, who) for who in ("jonas", "oona")] == [2, 2]
    assert unread(stays, "selam") == 0


def test_the_page_begins_at_the_first_post_that_is_unread(gunnel):
    given.newcomer("oona")
    ends, stays = given.thread("Ladders"), given.thread("Tools")
    given.posts(ends, 3)
    given.posts(stays, 29)
    actions.read_thread(ends, 4, by=given.person("oona"))
    actions.read_thread(stays, 25, by=given.person("oona"))
    merge(ends, stays, by=gunnel)
    page = given.said(given.client("oona").get(stays.url))
    assert page.index('id="post-25"') < page.index('id="new"') < page.index('id="post-26"')
    assert unread(stays, "oona") == 0


def test_own_posts_and_those_of_somebody_blocked_are_not_unread_in_it(two, gunnel):
    ends, stays = two
    given.newcomer("jonas")
    given.post(ends, by="jonas")
    given.post(ends, by="selam")
    given.block("jonas", "selam")
    actions.read_thread(ends, 2, by=given.person("jonas"))
    merge(ends, stays, by=gunnel)
    assert unread(stays, "jonas") == 5


def test_who_watches_either_watches_it_and_what_was_said_of_the_one_that_stays_counts_first(two, gunnel):
    ends, stays = two
    oona, jonas = given.person("oona"), given.person("jonas")
    actions.follow_thread(ends, "mute", by=oona)
    actions.follow_thread(ends, "watch", by=jonas)
    actions.follow_thread(stays, "mute", by=jonas)
    merge(ends, stays, by=gunnel)
    said = dict(ThreadReading.objects.filter(thread=stays).values_list("person__name", "attention"))
    assert said == {
        "Amina Warsame": "watch", "Bram Kuipers": "watch", "Leyla Demir": "watch", "Oona Mac a' Bhaird": "mute",
        "Jonas Ek": "mute",
    }  # fmt: skip
    assert not ThreadReading.objects.filter(thread=ends).exists()


def test_a_list_with_merged_threads_costs_one_statement_more(two, gunnel, django_assert_num_queries):
    ends, stays = two
    given.person("jonas")
    merge(ends, stays, by=gunnel)
    given.post(stays, by="leyla")
    threads, viewer = list(Thread.objects.filter(post_count__gt=0)), given.viewer("jonas")
    viewer.audiences()
    with django_assert_num_queries(2):
        assert unread_of(threads, viewer)[stays.pk].count == 1


def test_it_costs_the_same_statements_however_long_the_threads_are(gunnel):
    costs = []
    for length in (3, 300):
        ends, stays = given.thread(f"Ends {length}"), given.thread(f"Stays {length}")
        given.posts(ends, length)
        given.posts(stays, length)
        with CaptureQueriesContext(connection) as captured:
            merge(ends, stays, by=gunnel)
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_who_started_it_is_told_why(two, gunnel):
    ends, stays = two
    merge(ends, stays, by=gunnel)
    notice = Notice.objects.get(kind="threads_merged")
    assert (notice.person.name, notice.note, notice.url) == ("Amina Warsame", "The same matter.", stays.url)


def test_open_pages_hear_of_it(two, gunnel, announced):
    ends, stays = two
    with announced() as sent:
        merge(ends, stays, by=gunnel)
    for thread in (ends, stays):
        assert {"to": f"thread:{thread.pk}", "event": {"type": "thread_changed", "thread": thread.pk}} in sent


def test_the_page_says_with_numbers_what_happens_before_it_does(two, gunnel):
    ends, stays = two
    browser, address = given.client("gunnel"), f"/t/{ends.pk}/merge"
    sent = {"into": f"https://example.org/t/{stays.pk}/tools?from=3#post-3", "reason": "The same matter."}
    page = given.said(browser.post(address, sent))
    assert "3 posts by 2 people move to the end of" in page
    assert "There they are the posts 5 to 7, in the order they have now." in page
    assert "It cannot be undone." in page
    assert Thread.objects.get(pk=ends.pk).merged_into is None
    answer = browser.post(address, sent | {"confirmed": "1"})
    assert (answer["Location"], Thread.objects.get(pk=ends.pk).merged_into_id) == (stays.url, stays.pk)


@pytest.mark.parametrize(
    ("into", "words"),
    [
        ("nowhere", "This is no address of a thread here. It looks like /t/12."),
        ("/t/99999", "There is no such thread that you can see. Look at the number after /t/."),
        ("", "Give the address of the thread that this one is merged into."),
        ("itself", "A thread cannot be merged into itself. Choose another one."),
    ],
)
def test_the_page_says_what_is_wrong_with_an_address(two, gunnel, into, words):
    ends, _stays = two
    into = ends.url if into == "itself" else into
    answer = given.client("gunnel").post(f"/t/{ends.pk}/merge", {"into": into, "reason": "Same."})
    assert (answer.status_code, words in given.said(answer)) == (422, True)
