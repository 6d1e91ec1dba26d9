"""What the tests of waves share: a cast whose pages are in English."""

from __future__ import annotations

from tests.english import everybody_speaks_english  # noqa: F401 - a fixture of every test here
