"""These tests read whole sentences: their cast speaks English, unless a test gives somebody another language."""

from __future__ import annotations

from tests.english import everybody_speaks_english  # noqa: F401 - a fixture of every test here
