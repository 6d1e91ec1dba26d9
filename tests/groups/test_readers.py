"""The line that says who can read, for what groups can read; and who holds the keys."""

from __future__ import annotations

import pytest

from dugnad.groups import actions
from dugnad.groups.models import Group
from dugnad.kernel.audience import audience_of, readers_of
from dugnad.notices.queries import holders
from tests import given

pytestmark = pytest.mark.django_db


def line(audience, who: str) -> str:
    return readers_of(audience, given.viewer(who, "en")).sentence


def test_a_group_is_one_line_with_its_people_counted():
    group = given.group(members=("leyla", "jonas"))
    inside = audience_of(group.key, group.stewards_key)
    assert line(inside, "leyla") == "The 3 people in Hyresgäster i Hjällbo and its stewards can read this."
    assert line(audience_of(group.key), "leyla") == line(inside, "leyla")
    actions.leave_group(group, by=given.person("leyla"))
    actions.leave_group(group, by=given.person("jonas"))
    assert line(inside, "amina") == "The 1 person in Hyresgäster i Hjällbo and its stewards can read this."


def test_the_stewards_of_a_group_and_of_the_place():
    group = given.group(members=("leyla",))
    stewards = audience_of(group.stewards_key)
    assert line(stewards, "amina") == "The steward of Hyresgäster i Hjällbo can read this."
    actions.make_steward(group, given.person("leyla"), by=given.person("amina"))
    assert line(stewards, "amina") == "The 2 stewards of Hyresgäster i Hjällbo can read this."
    assert line(audience_of("stewards:place"), "amina") == "The stewards of this place can read this."


def test_a_network_counts_each_person_once_and_is_one_line():
    network = given.group("Bostad för alla", by="gunnel", kind="network")
    for name in ("One", "Two"):
        group = given.group(name, members=("leyla",))
        actions.accept_tie(actions.tie_to_network(group, network, by=given.person("amina")), by=given.person("gunnel"))
    inside = audience_of(network.key, network.stewards_key, f"network:{network.pk}")
    assert line(inside, "leyla") == "The 3 people in Bostad för alla and its groups can read this."


def test_a_hidden_group_is_not_named_to_those_outside_and_not_left_out_of_the_line():
    hidden = given.group("Bait Name", hidden=True)
    group = given.group("Seen", members=("leyla",))
    both = audience_of(hidden.key, group.key)
    assert line(both, "leyla") == (
        "People in a group that you are not in can read this too. The 2 people in Seen and its stewards can read this."
    )
    assert "Bait Name" in line(both, "amina")
    for key in (hidden.stewards_key, f"network:{hidden.pk}"):
        assert "Bait" not in line(audience_of(key), "leyla")


@pytest.mark.parametrize("kind", ["group", "stewards", "network"])
def test_who_holds_a_key_is_answered_alike_from_both_sides(kind):
    network = given.group("Net", by="gunnel", kind="network")
    group = given.group(members=("leyla", "jonas"))
    actions.accept_tie(actions.tie_to_network(group, network, by=given.person("amina")), by=given.person("gunnel"))
    closed = given.group("Closed", by="bram")
    actions.close_group(closed, by=given.person("bram"))
    asked = given.group("Only asked", by="oona")
    actions.tie_to_network(asked, network, by=given.person("oona"))
    people = [given.person(who) for who in ("amina", "leyla", "jonas", "gunnel", "bram", "oona", "selam")]
    for each in Group.objects.all():
        rest = f"group:{each.pk}" if kind == "stewards" else str(each.pk)
        by_query = holders.get(kind)({rest}, [person.pk for person in people])
        by_viewer = {person.pk for person in people if given.viewer_of(person).holds(f"{kind}:{rest}")}
        assert by_query == by_viewer, (kind, each.name)
