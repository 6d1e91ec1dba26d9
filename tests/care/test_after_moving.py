"""A thread comes into another room: what care keeps of it is read and decided by those who may read it there."""

from __future__ import annotations

import pytest

from dugnad.care import actions
from dugnad.care.models import Report, StewardDeed
from dugnad.forum import actions as forum
from dugnad.forum.models import Post
from dugnad.groups.actions import leave_group
from dugnad.notices.models import Notice
from tests import given

Kind = StewardDeed.Kind


@pytest.fixture
def common(place):
    """A thread in a common category; Gunnel and Bram look after the place, Bram alone after a hidden group."""
    given.steward("gunnel")
    given.steward("bram")
    given.category("Inner", group=given.group("Night owls", by="bram", members=("leyla",), hidden=True))
    thread = given.thread("Who is awake?", by="jonas")
    given.post(thread, "Zebra.", by="leyla")
    return thread


def moved(thread):
    inner = given.category("Inner", group=given.group("Night owls"))
    forum.move_thread(thread, inner, by=given.person("bram"), reason="It is theirs.", other_readers=True)
    Post.objects.filter(thread=thread).update(plain="What we say there.", html="<p>What we say there.</p>")


def test_a_report_goes_with_its_post_to_the_stewards_there(common):
    report = given.report(common, by="amina")
    moved(common)
    report.refresh_from_db()
    assert report.group == given.group("Night owls")
    page = given.said(given.client("gunnel").get("/care"))
    assert "What we say there." not in page and "Not nice." not in page
    assert "What we say there." in given.said(given.client("bram").get(f"{report.group.url}/care"))
    waiting = Notice.objects.filter(kind="post_reported", read_at=None).values_list("person__name", flat=True)
    assert list(waiting) == ["Bram Kuipers"]
    actions.settle_reports(common.posts.get(number=2), by=given.person("bram"), answer="Fine.")
    assert Notice.objects.get(kind="reports_settled").title == "…"  # Amina is not in the group
    assert not Report.objects.filter(settled_at=None).exists()


def test_the_line_of_the_log_stays_and_shows_the_post_only_to_those_who_read_it_there(common):
    warned, hidden = given.deed(Kind.WARN, common, 1, by="gunnel"), given.deed(Kind.HIDE, common, 2, by="gunnel")
    moved(common)
    for deed in (warned, hidden):
        for who, shown in (("gunnel", False), ("bram", True)):
            page = given.said(given.client(who).get(f"/care/deeds/{deed.pk}"))
            assert "Enough." in page and ("What we say there." in page) is shown
    forum.edit_post(common.posts.get(number=2), "Later.", by=given.person("leyla"), seen_edits=0)
    appeal = actions.appeal_deed(warned, by=given.person("jonas"), text="No.")
    page = given.said(given.client("gunnel").get(f"/care/appeals/{appeal.pk}"))
    assert "Asked for another look" in page and "What we say there." not in page


def test_who_left_reads_in_a_deed_what_they_wrote_and_not_what_others_made_of_it(heated, group):
    deed, post = given.deed(Kind.WARN, heated, 2), heated.posts.get(number=2)
    forum.make_living(post, by=given.person("jonas"))
    leave_group(group, by=given.person("jonas"))
    browser = given.client("jonas")
    assert "Zebra." in given.said(browser.get(f"/care/deeds/{deed.pk}"))
    forum.edit_post(post, "We meet on Mondays.", by=given.person("bram"), seen_edits=0)
    page = given.said(browser.get(f"/care/deeds/{deed.pk}"))
    assert "Enough." in page and "Mondays" not in page
