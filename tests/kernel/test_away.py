"""While the database is away a page says so, in the person's language, and what they typed is all there."""

from __future__ import annotations

import re

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client
from tests import given

from dugnad.kernel.away import database_is_away

pytestmark = pytest.mark.django_db

TEXT = "Bring the long ladder.\n\nAnd <both> ropes."


@pytest.fixture
def away(monkeypatch):
    """From the call on, the database answers nothing, as a server that stopped."""

    def begin() -> None:
        def gone(*_words: object, **_more: object) -> None:
            raise OperationalError("the connection is lost") from psycopg.OperationalError(
                "server closed the connection"
            )

        monkeypatch.setattr(CursorWrapper, "execute", gone)

    return begin


def browser(who: str = "") -> Client:
    made = given.client(who)
    made.raise_request_exception = False
    return made


def test_a_page_says_that_the_database_is_away_in_the_language_of_who_was_here_before(away):
    amina = browser("amina")
    assert amina.get("/").status_code == 200
    away()
    page = amina.get("/")
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "10"
    assert page.headers["Content-Language"] == "sv"
    assert '<html lang="sv"' in page.content.decode()
    stranger = browser().get("/forum", headers={"accept-language": "nl,en;q=0.5"})
    assert (stranger.status_code, stranger.headers["Content-Language"]) == (503, "nl")


def test_what_was_typed_comes_back_with_a_button_that_sends_it_once_more(away):
    thread = given.thread()
    leyla = browser("leyla")
    leyla.get(thread.url)
    away()
    form = {"text": TEXT, "language": "en", "form_key": "abc123", "csrfmiddlewaretoken": "x" * 64}
    page = leyla.post(f"/t/{thread.pk}/reply", form).content.decode()
    assert "Bring the long ladder.\n\nAnd &lt;both&gt; ropes.</textarea>" in page
    assert f'<form method="post" action="/t/{thread.pk}/reply"' in page
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert carried == {"language": "en", "form_key": "abc123", "csrfmiddlewaretoken": "x" * 64}


def test_a_password_is_never_written_into_the_page(away):
    away()
    page = browser().post("/sign-in/password", {"login": "amina@example.org", "password": "long live the ladder"})
    assert page.status_code == 503
    assert "ladder" not in page.content.decode()
    assert "<form" not in page.content.decode()


@pytest.mark.parametrize(
    ("state", "is_away"),
    [
        (None, True),
        ("57P01", True),
        ("08006", True),
        ("40P01", True),
        ("53300", True),
        ("53100", False),
        ("42601", False),
    ],
)
def test_a_server_that_stops_is_told_from_a_mistake_of_ours(state, is_away):
    cause = psycopg.OperationalError("words")
    cause.sqlstate = state
    trouble = OperationalError("words")
    trouble.__cause__ = cause
    assert database_is_away(trouble) is is_away
    later = RuntimeError("while this was told")
    later.__context__ = trouble
    assert database_is_away(later) is is_away


def test_a_file_that_is_locked_for_long_is_away_and_a_wrong_statement_is_not():
    assert database_is_away(OperationalError("database is locked"))
    assert not database_is_away(OperationalError("no such table: thread"))
    assert database_is_away(InterfaceError("the connection is closed"))
    assert not database_is_away(ValueError("other"))
    assert not database_is_away(None)
