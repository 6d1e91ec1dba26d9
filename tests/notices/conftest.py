"""The people of these tests."""

from __future__ import annotations

from contextlib import contextmanager

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


@pytest.fixture
def announced(django_capture_on_commit_callbacks):
    """`with announced() as sent:` plays the commit at the end of the block; `sent` is then what went over the bus."""
    from dugnad.kernel.live import bus

    class Ear(list):
        def send(self, message):
            self.append(message)

    @contextmanager
    def listen():
        sent = Ear()
        bus.use(sent)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                yield sent
        finally:
            bus.use(None)

    return listen
