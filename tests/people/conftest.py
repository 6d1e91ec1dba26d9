"""These tests read whole sentences: their cast speaks English, unless a test gives somebody another language."""

from __future__ import annotations

import pytest

from tests import given


@pytest.fixture(autouse=True)
def cast_that_speaks_english(monkeypatch):
    monkeypatch.setattr(given, "CAST", {who: (name, "en") for who, (name, _language) in given.CAST.items()})
