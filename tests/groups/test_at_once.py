"""Two people at the same moment: a steward always stays, and the count is right."""

from __future__ import annotations

import uuid

import pytest

from dugnad.groups import actions
from dugnad.groups.models import Group, Membership
from dugnad.kernel.models import Happening
from dugnad.kernel.policies import Refused
from tests import given
from tests.groups.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def state(group: Group) -> tuple[int, int, int]:
    """Members counted, members there, stewards there."""
    rows = Membership.objects.filter(group=group)
    return Group.objects.get(pk=group.pk).member_count, rows.count(), rows.exclude(steward_since=None).count()


def test_of_two_last_stewards_who_leave_at_once_the_second_is_asked_for_a_successor(tmp_path):
    group = given.group(members=("leyla", "jonas"))
    amina, leyla = given.person("amina"), given.person("leyla")
    actions.make_steward(group, leyla, by=amina)
    answers, seen = race(
        tmp_path,
        lambda: actions.leave_group(group, by=amina),
        lambda: actions.leave_group(group, by=leyla),
        then=lambda: state(group),
    )
    refused = [str(answer) for answer in answers if isinstance(answer, Refused)]
    assert refused == [
        "You are the only steward of Hyresgäster i Hjällbo. Choose who looks after it from now on, then you can leave."
    ]
    assert answers.count(None) == 1
    assert seen == (2, 2, 1)


def test_two_stewards_who_end_each_others_task_at_once_leave_one(tmp_path):
    group = given.group(members=("leyla",))
    amina, leyla = given.person("amina"), given.person("leyla")
    actions.make_steward(group, leyla, by=amina)
    answers, seen = race(
        tmp_path,
        lambda: actions.end_stewardship(group, leyla, by=amina),
        lambda: actions.end_stewardship(group, amina, by=leyla),
        then=lambda: state(group),
    )
    refused = [str(answer) for answer in answers if isinstance(answer, Refused)]
    assert refused == ["Only the stewards of Hyresgäster i Hjällbo can do this."]
    assert seen == (2, 2, 1)


def test_the_last_two_members_who_leave_at_once_close_the_group(tmp_path):
    group = given.group(members=("leyla",))
    amina, leyla = given.person("amina"), given.person("leyla")
    actions.make_steward(group, leyla, by=amina)
    answers, seen = race(
        tmp_path,
        lambda: actions.leave_group(group, by=amina),
        lambda: actions.leave_group(group, by=leyla),
        then=lambda: (state(group), Happening.objects.filter(verb="group_closed").count()),
    )
    assert answers == [None, None]
    assert seen == ((0, 0, 0), 1)


def test_many_who_join_and_leave_at_once_are_counted_exactly(tmp_path):
    group = given.group(members=("jonas", "selam"))
    comers = [given.person(who) for who in ("leyla", "bram", "oona")]
    goers = [given.person(who) for who in ("jonas", "selam")]
    deeds = [lambda who=who: actions.join_group(group, by=who).pk for who in comers]
    deeds += [lambda who=who: actions.leave_group(group, by=who) for who in goers]
    answers, seen = race(tmp_path, *deeds, then=lambda: state(group))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert seen == (4, 4, 1)


def test_the_same_person_joining_twice_at_once_is_one_member(tmp_path):
    group, leyla = given.group(), given.person("leyla")
    answers, seen = race(
        tmp_path,
        *[lambda: actions.join_group(group, by=leyla).person_id] * 2,
        then=lambda: (state(group), Happening.objects.filter(verb="group_joined").count()),
    )
    assert answers == [leyla.pk, leyla.pk]
    assert seen == ((2, 2, 1), 1)


def test_the_same_form_sent_twice_at_once_makes_one_group(tmp_path):
    amina, key = given.person("amina"), uuid.uuid4()
    answers, seen = race(
        tmp_path,
        *[lambda: actions.create_group("Repair café", by=amina, form_key=key).slug] * 2,
        then=Group.objects.count,
    )
    assert answers == ["repair-cafe", "repair-cafe"]
    assert seen == 1
