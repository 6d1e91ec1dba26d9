"""What a steward does about a post or its writer: each with a reason that the person reads, and a line in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dugnad.care import actions
from dugnad.care.models import StewardDeed
from dugnad.forum import actions as forum
from dugnad.forum.models import Post, Thread
from dugnad.forum.policies import can_add_post
from dugnad.groups.actions import remove_member
from dugnad.groups.models import Membership
from dugnad.kernel.clock import place_zone, today
from dugnad.kernel.models import Mail
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from dugnad.people.backends import HouseBackend
from tests import given
from tests.plain_browser import PlainBrowser

pytestmark = pytest.mark.django_db
Kind = StewardDeed.Kind


def post_of(thread, number: int) -> Post:
    return Post.objects.get(thread=thread, number=number)


def in_days(days: int):
    return timezone.now() + timedelta(days=days)


@pytest.mark.parametrize(
    ("kind", "number", "sentence"),
    [
        (Kind.WARN, 2, "A steward warned you about what you wrote in “Who waters the trees?”."),
        (Kind.HIDE, 2, "A steward hid your post in “Who waters the trees?”."),
        (Kind.HIDE_THREAD, 1, "A steward hid your thread “Who waters the trees?”."),
        (Kind.CLOSE, 1, "A steward closed your thread “Who waters the trees?”."),
        (Kind.PAUSE, 2, "A steward paused your writing in Tenants."),
        (Kind.REMOVE, 2, "The stewards of Tenants removed you from the group."),
    ],
)
def test_the_person_reads_the_reason_as_a_notice_as_a_mail_and_on_the_page_it_leads_to(heated, kind, number, sentence):
    who = "jonas" if number == 2 else "leyla"
    deed = given.deed(
        kind, heated, number, reason="Trees, not people.", ends_at=in_days(3) if kind == Kind.PAUSE else None
    )
    person = PlainBrowser(who).open("/notices")
    assert person.says(sentence) and person.says("Trees, not people.")
    assert Mail.objects.filter(person=given.person(who).key, text__contains="> Trees, not people.").count() == 1
    person.open(f"/care/deeds/{deed.pk}")
    assert person.status == 200 and person.says("Trees, not people.") and person.offers("Ask for another look")
    assert person.open("/me/care").says("Trees, not people.")


def test_each_deed_is_a_line_of_the_log_that_names_the_person_to_stewards_only(heated):
    given.deed(Kind.WARN, heated, agreement="Speak about the matter, not the person.")
    line, rule = "Amina Warsame warned {}.", "about: Speak about the matter, not the person."
    for who, name in (("gunnel", "Jonas Ek"), ("jonas", "Jonas Ek"), ("bram", "a member")):
        log = given.said(given.client(who).get("/g/tenants/care/log"))
        assert line.format(name) in log and rule in log and "Enough." in log
    assert given.client("selam").get("/g/tenants/care/log").status_code == 404
    deed = StewardDeed.objects.get(kind=Kind.WARN)
    assert given.client("selam").get(f"/care/deeds/{deed.pk}").status_code == 404
    assert "Jonas Ek" not in given.said(given.client("bram").get(f"/care/deeds/{deed.pk}"))


def test_closing_says_the_reason_at_the_top_of_the_thread(heated):
    given.deed(Kind.CLOSE, heated, 1, reason="Let us meet on Thursday instead.")
    thread = Thread.objects.get(pk=heated.pk)
    assert thread.closed_at is not None and thread.outcome == "Let us meet on Thursday instead."


def test_who_was_removed_reads_nothing_more_in_the_group_and_still_their_reason(heated, group):
    deed = given.deed(Kind.REMOVE, heated, agreement="What is said here stays here.")
    assert not Membership.objects.filter(group=group, person=given.person("jonas")).exists()
    jonas = given.client("jonas")
    assert [jonas.get(url).status_code for url in (heated.url, "/g/tenants/care/log")] == [404, 404]
    page = given.said(jonas.get(f"/care/deeds/{deed.pk}"))
    assert "Enough." in page and "A steward removed you from the group." in page
    assert StewardDeed.objects.filter(kind=Kind.REMOVE).count() == 1


def test_a_removal_from_the_members_page_stands_in_the_log_too(group):
    remove_member(group, given.person("jonas"), by=given.person("amina"), reason="He asked for it.")
    deed = StewardDeed.objects.get(kind=Kind.REMOVE)
    assert (deed.person, deed.reason, deed.by) == (given.person("jonas"), "He asked for it.", given.person("amina"))


def test_the_same_decision_sent_twice_is_one(heated):
    assert given.deed(Kind.WARN, heated) == given.deed(Kind.WARN, heated)
    assert StewardDeed.objects.filter(kind=Kind.WARN).count() == 1


def test_nobody_acts_on_themselves_and_stewards_are_not_paused_or_removed(heated):
    own = given.post(heated, "Mine.", by="amina")
    by_gunnel = given.post(heated, "Hers.", by="gunnel")
    with pytest.raises(Refused, match="You wrote this yourself"):
        given.deed(Kind.WARN, heated, own.number)
    for kind in (Kind.PAUSE, Kind.REMOVE):
        with pytest.raises(Refused, match="Gunnel Åkesson is a steward"):
            given.deed(kind, heated, by_gunnel.number, ends_at=in_days(1) if kind == Kind.PAUSE else None)
    given.deed(Kind.HIDE, heated, by_gunnel.number)
    assert "Hers." not in given.said(given.client("bram").get(heated.url))


def test_members_and_stewards_of_the_place_do_nothing_in_a_group(heated):
    given.steward("turid")
    for who in ("bram", "turid"):
        with pytest.raises(Refused, match="Only the stewards of this room"):
            given.deed(Kind.WARN, heated, by=who)
        assert given.client(who).get(f"/care/post/{post_of(heated, 2).pk}").status_code == 404


def test_in_the_common_rooms_the_stewards_of_the_place_act_and_nobody_can_be_removed(place):
    given.steward("turid")
    thread = given.thread("Hello", by="leyla")
    given.post(thread, "Zebra.", by="jonas")
    page = PlainBrowser("turid").open(thread.url).follow("Act as a steward", part=1)
    assert page.says("Pause the writing of Jonas Ek") and not page.says("Remove Jonas Ek")
    page.press("Do it and write it into the log", kind="warn", reason="Not here.")
    assert "warned a member." in given.said(given.client("selam").get("/care/log"))
    assert given.client().get("/care/log").status_code == 302


class TestPause:
    """No writing in one room for a time, by a sentence that says until when, why, and where to ask for another look."""

    def test_it_stops_writing_in_the_room_and_nothing_else(self, heated):
        given.thread("Elsewhere", by="leyla")
        given.deed(Kind.PAUSE, heated, ends_at=in_days(3), reason="Take three days.")
        with pytest.raises(Refused, match=r"paused your writing here until .*Take three days"):
            given.post(heated, "More.", by="jonas")
        with pytest.raises(Refused, match="paused your writing here"):
            given.thread("New", within=heated.category, by="jonas")
        with pytest.raises(Refused, match="paused your writing here"):
            forum.edit_post(post_of(heated, 2), "Other.", by=given.person("jonas"), seen_edits=0)
        forum.add_reaction(post_of(heated, 3), "thanks", by=given.person("jonas"))
        forum.keep_bookmark(post_of(heated, 3), by=given.person("jonas"))
        forum.delete_post(post_of(heated, 2), by=given.person("jonas"))
        given.post(Thread.objects.get(title="Elsewhere"), "Hello.", by="jonas")

    def test_it_stops_new_words_in_ones_own_threads_too(self, room):
        thread = given.thread("Trees", by="jonas", within=room)
        given.deed(Kind.PAUSE, thread, 1, ends_at=in_days(3))
        answer = given.client("jonas").post(f"/t/{thread.pk}/edit", {"title": "Zebra"})
        thread.refresh_from_db()
        assert (answer.status_code, thread.title) == (403, "Trees")
        with pytest.raises(Refused, match="paused your writing here"):
            forum.close_thread(thread, by=given.person("jonas"), outcome="Zebra.")

    def test_the_page_says_so_in_the_place_of_the_form(self, heated):
        given.deed(Kind.PAUSE, heated, ends_at=in_days(3), reason="Take <three> days.")
        page = given.client("jonas").get(heated.url).content.decode()
        assert "The stewards paused your writing here until" in page and "Take &lt;three&gt; days." in page
        assert 'name="text"' not in page

    def test_it_ends_by_itself(self, heated):
        deed = given.deed(Kind.PAUSE, heated, ends_at=in_days(3))
        StewardDeed.objects.filter(pk=deed.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
        assert given.post(heated, "Again.", by="jonas").number == 4

    def test_a_day_can_be_chosen(self, heated):
        day = today() + timedelta(days=10)
        browser = PlainBrowser("amina").open(f"/care/post/{post_of(heated, 2).pk}")
        browser.press("Do it and write it into the log", kind="pause", days="date", reason="x")
        assert browser.status == 422 and browser.says("Choose the day on which the pause ends.")
        browser.press("Do it and write it into the log", kind="pause", days="date", until=f"{day:%Y-%m-%d}", reason="x")
        ends_at = StewardDeed.objects.get(kind=Kind.PAUSE).ends_at
        assert f"{ends_at.astimezone(place_zone()):%Y-%m-%d %H:%M}" == f"{day} 23:59"

    def test_whom_nothing_stops_pays_no_query_for_it(self, heated, django_assert_num_queries):
        viewer = given.viewer("bram")
        viewer.may_be_stopped = False
        viewer.audiences()
        thread = Thread.objects.select_related("category").get(pk=heated.pk)
        with django_assert_num_queries(0):
            assert can_add_post(viewer, thread)

    def test_who_signs_in_carries_whether_they_have_any(self, heated):
        given.deed(Kind.PAUSE, heated, ends_at=in_days(3))
        marks = {who: HouseBackend().get_user(given.person(who).pk).may_be_stopped for who in ("jonas", "bram")}
        assert marks == {"jonas": True, "bram": False}


def test_a_steward_who_blocked_somebody_still_finds_what_waits_about_them(heated):
    given.block("amina", "jonas")
    actions.report_post(post_of(heated, 2), by=given.person("leyla"), note="Not nice.")
    desk = given.said(given.client("amina").get("/g/tenants/care"))
    assert "Zebra" in desk
    assert given.client("amina").get(f"/care/post/{post_of(heated, 2).pk}").status_code == 200
    assert "Zebra" not in given.said(given.client("amina").get(heated.url))


def test_notices_about_oneself_are_read_by_nobody_else(heated):
    given.deed(Kind.WARN, heated)
    assert [notice.person for notice in Notice.objects.filter(kind="care_warn")] == [given.person("jonas")]
