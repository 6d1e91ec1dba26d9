"""Stewardship of the place for a time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given as over
from hypothesis import strategies as st

from dugnad.kernel.audience import viewer_of
from dugnad.notices.models import Notice
from dugnad.notices.terms import tell_of_ending_place_stewardships
from dugnad.people.actions import end_place_stewardship, give_place_stewardship
from dugnad.people.actions.stewarding import end_place_stewardships_in_time
from dugnad.people.backends import HouseBackend
from dugnad.people.models import PlaceStewardship
from dugnad.people.policies import stewards_the_place
from dugnad.people.terms import months_on
from tests import given

pytestmark = pytest.mark.django_db


def ends(who, **until):
    PlaceStewardship.objects.filter(person=given.person(who)).update(ends_at=timezone.now() + timedelta(**until))


def kinds(who):
    return list(Notice.objects.filter(person=given.person(who)).order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def two():
    """Gunnel for as long as she likes, Turid for a month."""
    gunnel = given.steward("gunnel")
    return give_place_stewardship(given.person("turid"), by=gunnel, ends_at=timezone.now() + timedelta(days=30))


def is_steward(who):
    """As policies, viewers and the session of a page see it."""
    person = given.person(who)
    loaded = HouseBackend().get_user(person.pk)
    answers = {
        stewards_the_place(person),
        viewer_of(person).holds("stewards:place"),
        loaded.stewards_place,
        viewer_of(loaded).holds("stewards:place"),
    }
    assert len(answers) == 1
    return answers.pop()


def test_it_ends_by_the_clock_before_the_nights_work(two):
    assert is_steward("turid")
    ends("turid", seconds=-1)
    assert not is_steward("turid")
    assert is_steward("gunnel")
    assert given.client("turid").get("/place/settings").status_code in (403, 404)


def test_the_nights_work_hangs_up_and_tells_and_it_can_be_given_again(two, announced):
    ends("turid", seconds=-1)
    with announced() as sent:
        end_place_stewardships_in_time()
    assert {"hang_up": given.person("turid").pk} in sent
    assert kinds("turid") == ["place_stewardship_over"]
    assert kinds("gunnel") == ["others_place_stewardship_over"]
    give_place_stewardship(given.person("turid"), by=given.person("gunnel"))
    assert is_steward("turid")


def test_it_can_be_given_again_when_the_night_has_not_come_yet(two):
    ends("turid", seconds=-1)
    give_place_stewardship(given.person("turid"), by=given.person("gunnel"))
    assert is_steward("turid")
    assert PlaceStewardship.objects.filter(person=given.person("turid"), ended_at=None).count() == 1


def test_a_week_before_both_are_told_once(two):
    ends("turid", days=5)
    for _night in range(2):
        tell_of_ending_place_stewardships()
    assert kinds("turid") == ["place_stewardship_soon_over"]
    assert kinds("gunnel") == ["others_place_stewardship_soon_over"]


def test_the_last_one_stays_a_month_and_is_told(two):
    ends("gunnel", seconds=-2)
    ends("turid", seconds=-1)
    assert is_steward("turid")
    assert not is_steward("gunnel")
    assert end_place_stewardships_in_time() == "1 stewardships of the place ended, 1 went on"
    left = PlaceStewardship.objects.get(ended_at=None)
    assert timedelta(days=29) < left.ends_at - timezone.now() < timedelta(days=31)
    assert kinds("turid")[-1] == "place_stewardship_prolonged"


def test_the_form_changes_the_term_of_one_who_is(two):
    browser = given.client("gunnel")
    door = "/people/turid-myklebust/stewardship"
    assert browser.get(door).status_code == 200
    assert browser.post(door, {"until": "year"}).status_code == 302
    two.refresh_from_db()
    assert timedelta(days=360) < two.ends_at - timezone.now() < timedelta(days=368)
    assert given.client("jonas").get(door).status_code == 403
    end_place_stewardship(two, by=given.person("gunnel"))
    assert not is_steward("turid")


@over(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(1, 60))
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day, months):
    later = months_on(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
