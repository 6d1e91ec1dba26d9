"""Reporting a post: who is asked, what they see, and what the reporter is told."""

from __future__ import annotations

import pytest

from dugnad.care.models import Report
from dugnad.forum import actions as forum
from dugnad.forum.models import Post
from dugnad.groups.actions import end_stewardship
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from tests import given
from tests.plain_browser import PlainBrowser

pytestmark = pytest.mark.django_db
RULE = "Speak about the matter, not the person."


def post_of(thread, number: int) -> Post:
    return Post.objects.get(thread=thread, number=number)


def test_the_stewards_of_the_room_are_told_what_was_said_and_never_by_whom(heated):
    given.report(heated, agreement=RULE)
    told = Notice.objects.filter(kind="post_reported")
    assert {notice.person.handle for notice in told} == {"amina-warsame", "gunnel-akesson"}
    desk = given.said(given.client("amina").get("/g/tenants/care"))
    page = given.said(given.client("amina").get(f"/care/post/{post_of(heated, 2).pk}"))
    for text in (desk, page):
        assert "Not nice." in text and RULE in text and "1 person reported it" in text
    assert "Leyla Demir" not in desk
    assert {happening.actor for happening in Happening.objects.filter(verb="post_reported")} == {""}


def test_a_second_report_is_counted_and_tells_nobody_again(heated):
    given.report(heated)
    given.report(heated, by="bram")
    assert Notice.objects.filter(kind="post_reported").count() == 2
    assert "2 people reported it" in given.said(given.client("amina").get("/g/tenants/care"))


def test_one_reports_what_others_wrote_once_while_it_is_open(heated):
    given.report(heated)
    for by, number, words in (("leyla", 2, "You reported this post already"), ("jonas", 2, "You wrote this yourself")):
        with pytest.raises(Refused, match=words):
            given.report(heated, number, by=by)
    with pytest.raises(Refused, match="not for you to see"):
        given.report(heated, by="selam")


def test_something_is_said_a_rule_or_words(heated):
    browser = PlainBrowser("leyla").open(heated.url).follow("Report").press("Report the post")
    assert browser.status == 422 and browser.says("Say in a sentence what is wrong with it.")
    assert Report.objects.count() == 0


def test_left_as_it_is_the_reporter_reads_the_reason_and_the_writer_hears_nothing(heated):
    given.report(heated)
    PlainBrowser("amina").open("/g/tenants/care").follow("Look and decide").press(
        "Do it and write it into the log", kind="leave", reason="It is sharp and about the trees."
    )
    told = Notice.objects.get(kind="reports_settled")
    assert (told.person, told.note) == (given.person("leyla"), "It is sharp and about the trees.")
    assert Notice.objects.filter(person=given.person("jonas"), kind__startswith="care_").count() == 0
    assert Notice.objects.filter(kind="post_reported", read_at=None).count() == 0
    assert "It is sharp" in given.said(given.client("leyla").get("/me/care"))
    given.report(heated)  # settled, so it can be reported again
    assert Notice.objects.filter(kind="post_reported", read_at=None).count() == 2


def test_who_deletes_a_reported_post_settles_it(heated):
    given.report(heated)
    forum.delete_post(post_of(heated, 2), by=given.person("jonas"))
    assert Report.objects.get().answer == "Who wrote it has deleted it."


def test_a_report_of_a_stewards_post_goes_to_the_others_and_is_not_on_their_own_desk(heated):
    by_amina = given.post(heated, "You are all lazy.", by="amina")
    given.report(heated, by_amina.number)
    assert [notice.person for notice in Notice.objects.filter(kind="post_reported")] == [given.person("gunnel")]
    assert "You are all lazy." not in given.said(given.client("amina").get("/g/tenants/care"))
    assert "You are all lazy." in given.said(given.client("gunnel").get("/g/tenants/care"))
    own = given.said(given.client("amina").get(f"/care/post/{by_amina.pk}"))
    assert "Another steward decides about it." in own and "Not nice." not in own


def test_where_the_only_steward_wrote_it_the_stewards_of_the_place_see_this_one_post(heated, group):
    given.steward("turid")
    end_stewardship(group, given.person("gunnel"), by=given.person("amina"))
    by_amina = given.post(heated, "You are all lazy.", by="amina")
    turid = PlainBrowser("turid").open(f"/care/post/{by_amina.pk}")
    assert turid.status == 404
    given.report(heated, by_amina.number)
    assert Notice.objects.get(kind="post_reported_elsewhere").person == given.person("turid")
    turid.open("/care")
    assert turid.says("You are all lazy.") and not turid.says(heated.title) and not turid.says("Tenants")
    turid.follow("Look and decide")
    assert turid.status == 200 and not turid.says("Zebra") and not turid.says("Pause the writing")
    assert [given.client("turid").get(url).status_code for url in (heated.url, "/g/tenants/care/log")] == [404, 404]
    turid.press("Do it and write it into the log", kind="hide", reason="It is about people.")
    assert turid.status == 200 and turid.url == "/care" and not turid.says("You are all lazy.")
    assert "You are all lazy." not in given.said(given.client("bram").get(heated.url))
    assert "Turid Myklebust hid a post by a member." in given.said(given.client("bram").get("/g/tenants/care/log"))
    assert turid.open(f"/care/post/{by_amina.pk}").status == 404


def test_where_nobody_else_is_there_it_is_said_and_waits(place):
    given.steward("gunnel")
    thread = given.thread("Mine", by="gunnel", text="Zebra.")
    browser = PlainBrowser("leyla").open(f"/care/post/{post_of(thread, 1).pk}/report")
    assert browser.says("At the moment there is no other steward who could look at it.")
    browser.press("Report the post", note="Hm.")
    assert Notice.objects.filter(kind="post_reported").count() == 0
    given.steward("turid")
    assert "Hm." in given.said(given.client("turid").get("/care"))
