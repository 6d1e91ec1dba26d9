"""What a log may say about something that broke: never what somebody wrote, asked for or is called."""

from __future__ import annotations

import io
import logging

import pytest
from django.conf import settings
from django.core.exceptions import DisallowedHost

from dugnad.kernel.trouble import WithoutWords


@pytest.fixture
def log():
    """A logger that writes as that of the house does, and what it wrote."""
    assert settings.LOGGING["handlers"]["console"]["formatter"] == "plain"
    assert settings.LOGGING["formatters"]["plain"]["()"] == "dugnad.kernel.trouble.WithoutWords"
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(WithoutWords())

    def say(name: str, level: str, *words: object, **more: object) -> str:
        logger = logging.Logger(name)
        logger.addHandler(handler)
        getattr(logger, level)(*words, **more)
        return written.getvalue()

    return say


def test_a_broken_page_is_told_without_its_address_and_the_message(log):
    try:
        raise ValueError("leyla@example.org is there already")
    except ValueError as trouble:
        said = log(
            "django.request", "error", "%s: %s", "Internal Server Error", "/i/secret-token",
            exc_info=trouble, extra={"status_code": 500},
        )  # fmt: skip
    assert said.startswith("answered with 500: ValueError\n")
    assert "test_trouble.py" in said
    assert "leyla" not in said
    assert "secret-token" not in said


def test_a_header_that_a_stranger_chose_is_not_repeated(log):
    trouble = DisallowedHost("Invalid HTTP_HOST header: 'leyla.example'")
    said = log("django.security.DisallowedHost", "error", str(trouble), exc_info=trouble, extra={"status_code": 400})
    assert said == "a request was refused: DisallowedHost\n"


def test_what_any_other_part_says_keeps_its_sentence_and_loses_the_message(log):
    said = log("uvicorn.error", "error", "Exception in %s", "ASGI", exc_info=KeyError("leyla"))
    assert said == "Exception in ASGI: KeyError\n"


def test_a_line_about_nothing_broken_stays_as_it_is(log):
    assert log("dugnad.worker", "info", "%s removed", 3) == "3 removed\n"
