"""A cast whose pages and mails are in English, for tests that read whole sentences. A conftest imports it for its folder."""

from __future__ import annotations

import pytest

from tests import given


@pytest.fixture(autouse=True)
def everybody_speaks_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a language matters, the test says `given.person(who, language=…)`."""
    monkeypatch.setattr(given, "CAST", {who: (name, "en") for who, (name, _language) in given.CAST.items()})
