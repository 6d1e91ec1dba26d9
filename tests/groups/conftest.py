"""What the tests of groups share: the sentences of a refusal, and what goes over the bus."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from dugnad.kernel.policies import Refused
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cast_that_speaks_english(monkeypatch):
    """These tests read whole sentences, so the cast speaks English unless a test gives somebody another language."""
    monkeypatch.setattr(given, "CAST", {who: (name, "en") for who, (name, _language) in given.CAST.items()})


@pytest.fixture
def refusal():
    """`with refusal("You are …"):` passes when the deed is refused with exactly this sentence."""

    @contextmanager
    def refused(sentence: str):
        with pytest.raises(Refused) as caught:
            yield
        assert str(caught.value) == sentence

    return refused
