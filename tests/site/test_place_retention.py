"""How long things are kept: the place chooses within bounds, the jobs ask anew, and the privacy page says what holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dugnad.kernel import registry, retention
from dugnad.kernel.audience import audience_of
from dugnad.kernel.place import Place, the_place
from dugnad.notices.actions import tell
from dugnad.notices.models import Notice
from dugnad.site.place_settings_actions import choose_retention
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def gunnel():
    Place(pk=1, name="Linden", languages=["en"], opened_at="2023-06-05T12:00Z").save()
    return given.steward("gunnel")


def read_notice(days: int) -> Notice:
    leyla = given.person("leyla")
    tell([leyla], "replied", thing=f"post:{days}", url="/t/1", title="A", audience=audience_of("members"))
    notice = Notice.objects.get(thing=f"post:{days}")
    Notice.objects.filter(pk=notice.pk).update(read_at=timezone.now() - timedelta(days=days))
    return notice


def test_a_job_keeps_for_as_long_as_the_place_says(gunnel):
    read_notice(20), read_notice(40), read_notice(100)
    forget = registry.daily_jobs.get("old notices")
    assert forget() == "1 read notices removed"
    choose_retention(days={"notices": 30}, by=gunnel)
    assert forget() == "1 read notices removed"
    assert [notice.thing for notice in Notice.objects.all()] == ["post:20"]


def test_what_is_out_of_bounds_is_refused_and_what_stands_out_of_bounds_is_brought_back(gunnel):
    with pytest.raises(ValueError, match="notices: 3 days are out of bounds"):
        choose_retention(days={"notices": 3}, by=gunnel)
    Place.objects.update(retention={"notices": 3, "actors": 100_000, "requests": "often", "unknown": 4})
    spans = {span.name: span.chosen for span in retention.spans()}
    assert (spans["notices"], spans["actors"], spans["requests"]) == (7, 730, 60)


def test_what_is_left_as_usual_is_not_written_down(gunnel):
    usual = {span.name: span.days for span in retention.spans()}
    choose_retention(days={**usual, "notices": 30}, by=gunnel)
    assert the_place().retention == {"notices": 30}
    choose_retention(days=usual, by=gunnel)
    assert the_place().retention == {}


def test_the_page_offers_every_span_with_its_bounds_and_what_is_usual(gunnel):
    owner = given.client("gunnel")
    gunnel.language = "en"
    gunnel.save()
    page = given.said(owner.get("/place/settings/retention"))
    assert page.count('type="number"') == len(retention.spans())
    assert "Days, from 7 to 365. Usually 90 days." in page
    typed = {f"days_{span.name.replace(' ', '_')}": span.days for span in retention.spans()}
    assert owner.post("/place/settings/retention", {**typed, "days_notices": 6, "seen": 0}).status_code == 422
    assert owner.post("/place/settings/retention", {**typed, "days_notices": 14, "seen": 0}).status_code == 302
    log = given.said(owner.get("/place/log"))
    assert "A notice, after it was read: as usual → <b>14</b>" in log
    assert "<dt>14 days</dt><dd>A notice, after it was read</dd>" in given.said(given.client().get("/privacy"))


def test_a_span_is_filled_once_and_holds_its_own_default():
    with pytest.raises(RuntimeError, match="has been said already"):
        retention.keep("notices", days=1, least=1, most=1, words="again")
    with pytest.raises(ValueError, match="0 days are not between 1 and 2"):
        retention.keep("nothing", days=0, least=1, most=2, words="none")
