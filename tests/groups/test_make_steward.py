"""Giving and ending the task of a steward."""

from __future__ import annotations

import pytest

from dugnad.groups import actions, queries
from dugnad.kernel.models import Happening
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db


def stewards(group) -> list[str]:
    return [row.person.name for row in queries.stewards_of(group, given.viewer("bram"))]


def test_a_steward_makes_another_member_one(announced):
    group, leyla = given.group(members=("leyla",)), given.person("leyla")
    with announced() as sent:
        actions.make_steward(group, leyla, by=given.person("amina"))
    assert stewards(group) == ["Amina Warsame", "Leyla Demir"]
    assert group.stewards_key in given.viewer("leyla").keys
    assert {"hang_up": leyla.pk} in sent
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.actor) == (leyla, "made_steward", given.person("amina"))


def test_making_somebody_a_steward_twice_changes_nothing():
    group = given.group(members=("leyla",))
    for _ in range(2):
        actions.make_steward(group, given.person("leyla"), by=given.person("amina"))
    assert (Notice.objects.count(), Happening.objects.filter(verb="steward_made").count()) == (1, 1)


def test_who_can_make_whom_a_steward(refusal):
    group = given.group(members=("leyla",))
    with refusal("Only the stewards of Hyresgäster i Hjällbo can do this."):
        actions.make_steward(group, given.person("leyla"), by=given.person("leyla"))
    with refusal("Bram Kuipers is not a member of Hyresgäster i Hjällbo."):
        actions.make_steward(group, given.person("bram"), by=given.person("amina"))


def test_ending_it_tells_the_person_and_never_takes_the_last(refusal):
    group = given.group(members=("leyla",))
    with refusal("A group needs at least one steward. Make somebody else a steward first."):
        actions.end_stewardship(group, given.person("amina"), by=given.person("amina"))
    with refusal("Leyla Demir is not a steward of Hyresgäster i Hjällbo."):
        actions.end_stewardship(group, given.person("leyla"), by=given.person("amina"))
    actions.make_steward(group, given.person("leyla"), by=given.person("amina"))
    actions.end_stewardship(group, given.person("amina"), by=given.person("leyla"))
    assert stewards(group) == ["Leyla Demir"]
    assert group.stewards_key not in given.viewer("amina").keys
    assert Notice.objects.get(person=given.person("amina")).kind == "stewardship_ended"


def test_being_made_a_steward_again_is_told_again():
    group, leyla, amina = given.group(members=("leyla",)), given.person("leyla"), given.person("amina")
    actions.make_steward(group, leyla, by=amina)
    actions.end_stewardship(group, leyla, by=amina)
    actions.make_steward(group, leyla, by=amina)
    assert Notice.objects.filter(person=leyla, kind="made_steward").count() == 2


def test_the_doors():
    group = given.group(members=("leyla",))
    browser = given.client("amina")
    answer = browser.post(f"{group.url}/members/leyla-demir/make-steward")
    assert (answer.status_code, answer["Location"]) == (302, f"{group.url}/members")
    assert stewards(group) == ["Amina Warsame", "Leyla Demir"]
    browser.post(f"{group.url}/members/amina-warsame/end-stewardship")
    assert stewards(group) == ["Leyla Demir"]
    answer = browser.post(f"{group.url}/members/leyla-demir/end-stewardship")
    assert answer.status_code == 403
    assert "Only the stewards of Hyresgäster i Hjällbo can do this." in answer.content.decode()
