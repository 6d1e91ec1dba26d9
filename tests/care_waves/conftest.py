"""What the tests of waves share: a cast whose pages are in English."""

from __future__ import annotations

import pytest

from tests import given


@pytest.fixture(autouse=True)
def everybody_speaks_english(monkeypatch):
    """Sentences are asserted in English."""
    monkeypatch.setattr(given, "CAST", {who: (name, "en") for who, (name, _language) in given.CAST.items()})
