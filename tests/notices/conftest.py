"""The people of these tests."""

from __future__ import annotations

import pytest

from dugnad.kernel.audience import MEMBERS, audience_of
from dugnad.people.models import Person


@pytest.fixture
def make_person(db):
    """Makes somebody with an account: `make_person("Amal")` has the handle amal and the address amal@example.org."""

    def make(name: str, **fields) -> Person:
        handle = name.lower().replace(" ", "-")
        return Person.objects.create(name=name, handle=handle, **{"email": f"{handle}@example.org", **fields})

    return make


@pytest.fixture
def amal(make_person):
    return make_person("Amal")


@pytest.fixture
def kari(make_person):
    return make_person("Kari")


@pytest.fixture
def members(db):
    """The audience of everyone with an account."""
    return audience_of(MEMBERS)
