"""What the tests of care share: ground rules, a group with two stewards, and a thread that got heated."""

from __future__ import annotations

import pytest

from dugnad.groups.actions import make_steward
from dugnad.kernel.place import Place
from tests import given
from tests.english import everybody_speaks_english  # noqa: F401 - a fixture of every test here

RULES = "# How we are here\n\n- Speak about the matter, not the person.\n- What is said here **stays** here.\n"


@pytest.fixture
def place(db):
    """A place with two ground rules, in English."""
    Place(name="Linden", languages=["en"], agreements={"en": RULES}).save()


@pytest.fixture
def group(place):
    """Amina and Gunnel look after it; Leyla, Jonas and Bram are members."""
    group = given.group("Tenants", members=("leyla", "jonas", "bram", "gunnel"))
    make_steward(group, given.person("gunnel"), by=given.person("amina"))
    return group


@pytest.fixture
def room(group):
    """The group's own category."""
    return given.category("Yard", group=group)


@pytest.fixture
def heated(room):
    """A thread in the group, in which Jonas got personal."""
    thread = given.thread("Who waters the trees?", within=room, by="leyla", text="Nobody did in July.")
    given.post(thread, "You never do anything, Leyla. Zebra.", by="jonas")
    given.post(thread, "I can on Mondays.", by="bram")
    return thread
