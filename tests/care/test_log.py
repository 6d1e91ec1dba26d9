"""The log of a room: lines by hand and of themselves, by pages, read by the room; and what goes after a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given as with_any
from hypothesis import strategies as st

from dugnad.care import actions, keeping
from dugnad.care.agreements import LONGEST, MOST, rules_of
from dugnad.care.models import Appeal, Report, StewardDeed
from dugnad.forum import actions as forum
from dugnad.forum.models import Post, Thread
from dugnad.groups.actions import end_stewardship
from dugnad.kernel import registry
from tests import given

pytestmark = pytest.mark.django_db


def warn(thread: Thread, reason: str = "Enough.") -> StewardDeed:
    return given.deed("warn", thread, reason=reason)


def log(who: str, address: str = "/g/tenants/care/log") -> str:
    return given.said(given.client(who).get(address))


def test_it_is_read_by_pages_that_begin_where_the_last_one_ended(heated):
    for number in range(32):
        warn(heated, f"Reason {number}.")
    newest = log("bram")
    assert "Reason 31." in newest and "Reason 1." not in newest
    older = newest.partition("?before=")[2].partition('"')[0]
    assert older.isdigit()
    assert "Reason 1." in log("bram", f"/g/tenants/care/log?before={older}")


def test_who_looks_after_the_group_is_read_there_by_name(group):
    end_stewardship(group, given.person("gunnel"), by=given.person("amina"))
    said = log("bram")
    assert "Amina Warsame made Gunnel Åkesson a steward." in said
    assert "Amina Warsame ended the stewardship of Gunnel Åkesson." in said


def test_a_move_by_a_steward_stands_in_the_log_of_the_room_it_left(heated, group):
    stairs = given.category("Stairs", group=group)
    forum.move_thread(heated, stairs, by=given.person("amina"), reason="It is about the stairs.")
    said = log("bram")
    assert "Amina Warsame moved a thread that a member started." in said and "It is about the stairs." in said
    own = given.thread("Mine", within=stairs, by="leyla")
    forum.move_thread(own, heated.category, by=given.person("leyla"))
    assert StewardDeed.objects.filter(kind="move").count() == 1


def test_a_room_reads_its_own_lines_only(heated):
    warn(heated)
    given.steward("turid")
    assert "Enough." not in log("bram", "/care/log") and "Turid Myklebust became a steward." in log("bram", "/care/log")


def test_a_reader_of_a_public_category_who_is_not_in_the_group_is_told_who_reads_why(group):
    thread = given.thread("Open", within=given.category("Street", group=group, in_group="public"), by="leyla")
    post = given.post(thread, "Zebra.", by="jonas")
    actions.write_deed("hide", post, by=given.person("amina"), reason="Secret reason.")
    page = given.said(given.client("selam").get(f"/care/hidden/{post.pk}"))
    assert "A steward of Tenants hid it." in page and "Secret reason." not in page and "Zebra" not in page
    assert given.client("bram").get(f"/care/hidden/{post.pk}").status_code == 302
    assert given.client("selam").get(f"/care/hidden/{post.pk - 1}").status_code == 404


def test_reports_go_some_time_after_they_were_settled(heated):
    post = Post.objects.get(thread=heated, number=2)
    actions.report_post(post, by=given.person("leyla"), note="Old.")
    actions.report_post(post, by=given.person("bram"), note="Open.")
    Report.objects.filter(note="Old.").update(settled_at=timezone.now() - timedelta(days=91))
    assert registry.daily_jobs.get("old reports and deeds")() == "1 reports, 0 names in logs and 0 appeals forgotten"
    assert [report.note for report in Report.objects.all()] == ["Open."]


def test_after_a_year_the_line_stays_without_whom_it_was_about(heated, group):
    appealed, waiting, recent = (warn(heated, reason) for reason in ("One.", "Two.", "Three."))
    for deed in (appealed, waiting):
        actions.appeal_deed(deed, by=given.person("jonas"), text="No.")
    actions.answer_appeal(appealed.appeal, by=given.person("gunnel"), upheld=True, answer="Yes.")
    long_ago = timezone.now() - timedelta(days=366)
    StewardDeed.objects.exclude(pk=recent.pk).update(created_at=long_ago)
    Appeal.objects.filter(deed=appealed).update(answered_at=long_ago)
    keeping.forget_old()
    persons = {deed.reason: deed.person for deed in StewardDeed.objects.filter(kind="warn")}
    assert persons == {"One.": None, "Two.": given.person("jonas"), "Three.": given.person("jonas")}
    assert [one.deed_id for one in Appeal.objects.all()] == [waiting.pk]
    assert StewardDeed.objects.get(kind="steward_made", group=group).person == given.person("gunnel")


def test_the_file_about_oneself_holds_what_one_reported_and_what_was_done(heated):
    deed = warn(heated)
    actions.appeal_deed(deed, by=given.person("jonas"), text="No.")
    actions.report_post(Post.objects.get(thread=heated, number=2), by=given.person("leyla"), note="Ouch.")
    _name, jonas, _files, _words = keeping.export_care(given.person("jonas"))
    assert [(one["what"], one["reason"], one["appeal"]["text"]) for one in jonas["about_me"]] == [
        ("warn", "Enough.", "No.")
    ]
    assert jonas["reports"] == []
    _name, leyla, _files, _words = keeping.export_care(given.person("leyla"))
    assert [one["note"] for one in leyla["reports"]] == ["Ouch."] and leyla["about_me"] == []


def test_who_is_erased_is_in_no_report_no_deed_and_no_appeal(heated):
    deed = warn(heated, "Jonas wrote about Leyla.")
    actions.appeal_deed(deed, by=given.person("jonas"), text="No.")
    report = actions.report_post(Post.objects.get(thread=heated, number=3), by=given.person("jonas"), note="Me too.")
    keeping.erase_from_care(given.person("jonas"), False)
    deed.refresh_from_db()
    report.refresh_from_db()
    assert (deed.person, deed.reason, report.reporter, report.note) == (None, "", None, "")
    assert Appeal.objects.count() == 0
    keeping.erase_from_care(given.person("amina"), False)
    deed.refresh_from_db()
    assert deed.by is None
    assert "A former steward warned a member." in log("bram")


def test_the_ground_rules_are_the_items_of_its_lists_else_its_headings_else_its_paragraphs():
    assert rules_of("# Here\n\n- One **bold** rule.\n- Two\n  - a detail\n\n1. Three") == [
        "One bold rule.",
        "Two",
        "Three",
    ]
    assert rules_of("# First\n\nWords.\n\n## Second\n") == ["First", "Second"]
    assert rules_of("Be kind.\n\nBe on time.") == ["Be kind.", "Be on time."]
    assert rules_of("") == []


@with_any(st.text(max_size=400))
def test_whatever_is_written_there_the_rules_are_few_short_single_lines(source):
    rules = rules_of(source)
    assert len(rules) <= MOST and len(set(rules)) == len(rules)
    assert all(rule and len(rule) <= LONGEST and "\n" not in rule for rule in rules)
