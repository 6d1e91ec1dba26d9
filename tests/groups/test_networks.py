"""Groups that belong to networks, and what their members see through it."""

from __future__ import annotations

import pytest

from dugnad.groups import actions, queries
from dugnad.groups.models import NetworkTie
from dugnad.kernel.audience import audience_of
from dugnad.notices.actions import tell
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    return given.group("Bostad för alla", by="gunnel", kind="network")


def test_a_tie_holds_when_both_sides_said_yes(network, announced):
    group = given.group(members=("leyla",))
    tie = actions.tie_to_network(group, network, by=given.person("amina"))
    assert f"network:{network.pk}" not in given.viewer("leyla").keys
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.title) == (given.person("gunnel"), "tie_requested", group.name)
    with announced() as sent:
        actions.accept_tie(tie, by=given.person("gunnel"))
    assert f"network:{network.pk}" in given.viewer("leyla").keys
    assert {"hang_up": given.person("leyla").pk} in sent
    assert Notice.objects.get(kind="tie_accepted").person == given.person("amina")
    assert list(queries.networks_of(group, given.viewer(""))) == [network]
    assert list(queries.groups_in(network, given.viewer(""))) == [group]


def test_who_looks_after_both_needs_no_answer(network):
    group = given.group(by="gunnel")
    assert actions.tie_to_network(group, network, by=given.person("gunnel")).accepted_at is not None


def test_asking_and_accepting_twice_changes_nothing(network):
    group = given.group()
    ties = {actions.tie_to_network(group, network, by=given.person("amina")) for _ in range(2)}
    assert len(ties) == 1
    for _ in range(2):
        actions.accept_tie(ties.copy().pop(), by=given.person("gunnel"))
    assert Notice.objects.filter(kind="tie_accepted").count() == 1


def test_untying_takes_the_networks_key_at_once(network, announced):
    group, leyla = given.group(members=("leyla",)), given.person("leyla")
    tie = actions.tie_to_network(group, network, by=given.person("amina"))
    actions.accept_tie(tie, by=given.person("gunnel"))
    inside = audience_of(network.key, f"network:{network.pk}")
    tell([leyla], "mentioned", thing="post:1", url="/t/1", title="Network talk", audience=inside)
    assert Notice.objects.filter(person=leyla).count() == 1
    with announced() as sent:
        actions.untie(tie, by=given.person("amina"))
    assert f"network:{network.pk}" not in given.viewer("leyla").keys
    assert {"hang_up": leyla.pk} in sent
    assert Notice.objects.filter(person=leyla).count() == 0
    actions.untie(tie, by=given.person("amina"))


def test_who_may_tie_accept_and_untie(network, refusal):
    group = given.group(members=("leyla",))
    with refusal("Only the stewards of Hyresgäster i Hjällbo can do this."):
        actions.tie_to_network(group, network, by=given.person("leyla"))
    tie = actions.tie_to_network(group, network, by=given.person("amina"))
    with refusal("Only the stewards of Bostad för alla can do this."):
        actions.accept_tie(tie, by=given.person("amina"))
    with refusal("Only the stewards of Bostad för alla can do this."):
        actions.untie(tie, by=given.person("leyla"))
    actions.untie(tie, by=given.person("gunnel"))
    assert NetworkTie.objects.count() == 0


def test_what_cannot_be_tied(network, refusal):
    amina, group = given.person("amina"), given.group()
    hidden = given.group("Hidden", hidden=True)
    with refusal("A hidden group cannot belong to a network: the network would show it. List the group first."):
        actions.tie_to_network(hidden, network, by=amina)
    with refusal("Hyresgäster i Hjällbo is not a network."):
        actions.tie_to_network(given.group("Other"), group, by=amina)
    mine = given.group("My network", kind="network")
    with refusal("A network cannot belong to a network."):
        actions.tie_to_network(mine, network, by=amina)
    unseen = given.group("Unseen", by="bram", kind="network", hidden=True)
    with refusal("This group does not exist, or is not for you to see."):
        actions.tie_to_network(group, unseen, by=amina)


def test_the_doors(network):
    group = given.group()
    browser = given.client("amina")
    answer = browser.post(f"{group.url}/networks", {"network": network.pk})
    assert (answer.status_code, answer["Location"]) == (302, f"{group.url}/networks")
    tie = NetworkTie.objects.get()
    assert browser.post(f"{group.url}/networks/{tie.pk}/accept").status_code == 403
    assert given.client("bram").post(f"{network.url}/networks/{tie.pk}/accept").status_code == 404
    keeper = given.client("gunnel")
    keeper.post(f"{network.url}/networks/{tie.pk}/accept")
    assert NetworkTie.objects.get().accepted_at is not None
    assert network.name in given.client("").get(group.url).content.decode()
    assert group.name in given.client("").get(network.url).content.decode()
    keeper.post(f"{network.url}/networks/{tie.pk}/end")
    assert NetworkTie.objects.count() == 0
