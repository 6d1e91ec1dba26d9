"""What the tests of groups share: the sentences of a refusal, and what goes over the bus."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from dugnad.kernel.policies import Refused
from tests.english import everybody_speaks_english  # noqa: F401 - a fixture of every test here

pytestmark = pytest.mark.django_db


@pytest.fixture
def refusal():
    """`with refusal("You are …"):` passes when the deed is refused with exactly this sentence."""

    @contextmanager
    def refused(sentence: str):
        with pytest.raises(Refused) as caught:
            yield
        assert str(caught.value) == sentence

    return refused
