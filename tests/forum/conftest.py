"""What the tests of the forum share."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from dugnad.kernel.live import bus
from tests.english import everybody_speaks_english  # noqa: F401 - a fixture of every test here


class Ear(list):
    """A bus that keeps what it is given."""

    def send(self, message):
        self.append(message)


@pytest.fixture
def announced(django_capture_on_commit_callbacks):
    """`with announced() as sent:` plays the commit at the end of the block; `sent` is then what went over the bus."""

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
