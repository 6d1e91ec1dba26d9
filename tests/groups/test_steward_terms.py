"""Stewardship of a group for a time: it ends by the clock, is told of before and after, and never leaves a group alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dugnad.groups import actions, policies, queries
from dugnad.groups.models import Membership
from dugnad.groups.tasks import end_what_is_over
from dugnad.kernel.models import Happening
from dugnad.notices.models import Notice
from dugnad.notices.queries import holders
from tests import given

pytestmark = pytest.mark.django_db


def term(group, who, **until):
    """Their stewardship ends then, counted from now."""
    ends = timezone.now() + timedelta(**until)
    Membership.objects.filter(group=group, person=given.person(who)).update(steward_until=ends)


def made(*, days, who="leyla"):
    """Amina's group, with somebody who is a steward for a time."""
    group = given.group(members=(who, "jonas"))
    until = timezone.now() + timedelta(days=days)
    actions.make_steward(group, given.person(who), by=given.person("amina"), until=until)
    return group


def kinds(who):
    return list(Notice.objects.filter(person=given.person(who)).order_by("pk").values_list("kind", flat=True))


def test_the_form_gives_a_term_and_the_pages_say_it():
    group, browser = given.group(members=("leyla",)), given.client("amina")
    given.person("amina", language="en")
    door = f"{group.url}/members/leyla-demir/make-steward"
    assert 'type="date"' in browser.get(door).content.decode()
    answer = browser.post(door, {"until": "day", "day": "2020-01-01"})
    assert answer.status_code == 422
    assert browser.post(door, {"until": "day", "day": ""}).status_code == 422
    day = (timezone.now() + timedelta(days=40)).date()
    assert browser.post(door, {"until": "day", "day": day.isoformat()}).status_code == 302
    leyla = Membership.objects.get(group=group, person=given.person("leyla"))
    assert leyla.is_steward
    assert leyla.steward_until.astimezone(UTC) > datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    assert str(day.year) in browser.get(f"{group.url}/members").content.decode()
    assert DBTaskResult.objects.get().run_after == leyla.steward_until
    browser.post(door, {"until": "open"})
    leyla.refresh_from_db()
    assert leyla.steward_until is None


def test_the_key_goes_at_the_end_and_not_with_the_nights_work():
    group = made(days=1)
    assert given.viewer("leyla").holds(group.stewards_key)
    assert holders.get("stewards")({group.key}, [given.person("leyla").pk]) == {given.person("leyla").pk}
    term(group, "leyla", seconds=-1)
    assert not given.viewer("leyla").holds(group.stewards_key)
    assert given.viewer("leyla").holds(group.key)
    assert holders.get("stewards")({group.key}, [given.person("leyla").pk]) == set()
    assert not policies.is_steward(given.person("leyla"), group)
    assert [row.person.name for row in queries.stewards_of(group, given.viewer("bram"))] == ["Amina Warsame"]
    assert [mine.is_steward for mine in queries.my_groups(given.viewer("leyla"))] == [False]


def test_when_it_ended_pages_are_hung_up_and_person_and_stewards_are_told(announced):
    group = made(days=1)
    term(group, "leyla", seconds=-1)
    with announced() as sent:
        end_what_is_over.func()
    assert {"hang_up": given.person("leyla").pk} in sent
    row = Membership.objects.get(group=group, person=given.person("leyla"))
    assert (row.steward_since, row.steward_until) == (None, None)
    assert kinds("leyla") == ["made_steward", "stewardship_over"]
    assert kinds("amina") == ["others_stewardship_over"]
    assert kinds("jonas") == []
    assert Happening.objects.get(verb="stewardship_ended").actor == "system"
    assert actions.end_stewardships_in_time() == "0 stewardships of groups ended, 0 went on"


def test_a_week_before_it_is_told_once():
    group = made(days=6)
    given.group("Other", by="bram")
    for _night in range(2):
        actions.tell_of_ending_stewardships()
    assert kinds("leyla") == ["made_steward", "stewardship_soon_over"]
    assert kinds("amina") == ["others_stewardship_soon_over"]
    term(group, "leyla", days=6, hours=30)
    Notice.objects.all().delete()
    actions.tell_of_ending_stewardships()
    assert kinds("leyla") == []


def test_the_last_steward_stays_for_a_month_and_all_members_are_asked():
    group = made(days=9)
    term(group, "amina", seconds=-2)
    term(group, "leyla", seconds=-1)
    assert [row.person.name for row in queries.stewards_of(group, given.viewer("bram"))] == ["Leyla Demir"]
    assert given.viewer("leyla").holds(group.stewards_key)
    assert not given.viewer("amina").holds(group.stewards_key)
    assert actions.end_stewardships_in_time() == "1 stewardships of groups ended, 1 went on"
    row = Membership.objects.get(group=group, person=given.person("leyla"))
    assert timedelta(days=29) < row.steward_until - timezone.now() < timedelta(days=31)
    assert kinds("jonas") == ["others_stewardship_prolonged"]
    assert kinds("leyla")[-1] == "stewardship_prolonged"


def test_a_steward_for_a_time_is_no_successor_who_lasts_when_the_time_is_over(refusal):
    group = made(days=3)
    term(group, "leyla", seconds=-1)
    with refusal(
        "You are the only steward of Hyresgäster i Hjällbo. Choose who looks after it from now on, then you can leave."
    ):
        actions.leave_group(group, by=given.person("amina"))
    assert list(queries.sole_stewardships(given.person("amina"))) == [group]


def test_two_who_end_at_the_same_moment_leave_one():
    group = made(days=3)
    Membership.objects.filter(group=group, steward_since__isnull=False).update(
        steward_until=timezone.now() - timedelta(hours=1)
    )
    assert Membership.objects.stewards().filter(group=group).count() == 1
    assert actions.end_stewardships_in_time() == "1 stewardships of groups ended, 1 went on"
