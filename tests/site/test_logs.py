"""The log says what happens and never to whom: bait goes through requests that succeed, fail and break, and is looked for."""

from __future__ import annotations

import asyncio
import io
import json
import logging

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path

from dugnad.kernel.outbox import Mail
from dugnad.kernel.trouble import WithoutWords
from dugnad.people.models import Person
from dugnad.site.watching.logs import JsonLines
from dugnad.site.watching.requests import Watching
from tests import given

pytestmark = pytest.mark.django_db

EMAIL, NAME, WORDS, TOKEN, IP, AGENT = (
    "bait.zebra@example.org", "Zebra Baitsson", "my zebra secret is a kitchen", "zebraT0kenZ7f3QpLk29vbnMw", "203.0.113.77",
    "ZebraBrowser/7",
)  # fmt: skip
BAIT = ("zebra", "Baitsson", "kitchen", TOKEN, IP, "203.0", "ZebraBrowser", "bait.zebra", "?q=", "/i/")


def breaks(request, who):
    raise ValueError(f"{NAME} <{EMAIL}> wrote {WORDS} {request.GET}")


def doubles(request):
    """Two rows with one address: the message of the database quotes it."""
    with transaction.atomic():
        for handle in ("one", "two"):
            Person.objects.create(email=EMAIL, name=NAME, handle=handle)
    return HttpResponse()


def asks_wrongly(request):
    list(Mail.objects.extra(where=[f"nonsense = '{EMAIL}'"]))
    return HttpResponse()


urlpatterns = [
    path("broken/<str:who>", breaks, name="broken"),
    path("doubled", doubles, name="doubled"),
    path("wrong", asks_wrongly, name="wrong"),
    path("", include("dugnad.site.urls")),
]
handler404 = "dugnad.kernel.errors.not_found"
handler500 = "dugnad.kernel.errors.server_error"


@pytest.fixture(params=[JsonLines, WithoutWords])
def log(request, settings, monkeypatch):
    """All that the house, its libraries and its server would write, at the loudest."""
    settings.ROOT_URLCONF, settings.LOG_REQUESTS = __name__, True
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(request.param())
    root = logging.getLogger()
    levels = {logging.getLogger(name): logging.getLogger(name).level for name in ("", "dugnad", "django.request")}
    for logger in levels:
        logger.setLevel(logging.INFO)
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)


def ask_everything() -> list[int]:
    """Requests of every kind with bait in address, query, body, headers and cookies; answers their statuses."""
    browser = given.client("leyla")
    browser.raise_request_exception = False
    browser.cookies["zebra"] = TOKEN
    headers = {"user-agent": AGENT, "x-forwarded-for": IP, "referer": f"http://testserver/people/{TOKEN}"}
    category = given.category()
    asked = [
        browser.get("/", headers=headers, REMOTE_ADDR=IP),
        browser.get(f"/search?q={WORDS}", headers=headers, REMOTE_ADDR=IP),
        browser.get(f"/people/{TOKEN}", headers=headers, REMOTE_ADDR=IP),
        browser.get(f"/i/{TOKEN}", headers=headers, REMOTE_ADDR=IP),
        browser.get(f"/no-such-door/{EMAIL}", headers=headers, REMOTE_ADDR=IP),
        browser.post(f"/c/{category.slug}/new", {"title": WORDS, "text": NAME}, headers=headers, REMOTE_ADDR=IP),
        browser.get(f"/broken/{TOKEN}?q={WORDS}", headers=headers, REMOTE_ADDR=IP),
        browser.get("/wrong", headers=headers, REMOTE_ADDR=IP),
        browser.get("/doubled", headers=headers, REMOTE_ADDR=IP),
        browser.get("/", headers={**headers, "host": "zebra.evil.example"}, REMOTE_ADDR=IP),
    ]
    return [answer.status_code for answer in asked]


@pytest.mark.django_db(transaction=True)
def test_no_bait_of_any_request_comes_into_the_log(log):
    statuses = ask_everything()
    assert {200, 404, 400, 500} <= set(statuses)
    said = log.getvalue()
    assert {bait for bait in BAIT if bait.lower() in said.lower()} == set()
    assert "ValueError" in said
    assert "IntegrityError" in said
    assert "in breaks" in said


@pytest.mark.parametrize(
    ("name", "words", "args"),
    [
        ("uvicorn.error", "Invalid HTTP request received from %s:%d", (IP, 8000)),
        ("uvicorn.error", '%s - "WebSocket %s" 403', (IP, f"/live?token={TOKEN}")),
        ("uvicorn.access", '%s - "%s %s HTTP/%s" %d', (IP, "GET", f"/people/{TOKEN}", "1.1", 200)),
        ("asyncio", f"Task exception was never retrieved\nfuture: <Task {WORDS}>", ()),
        ("asyncio", f"Executing <Handle '{EMAIL}'> took 1 seconds", ()),
        ("django.db.backends", f"(0.1) INSERT INTO x VALUES ('{NAME}', '{EMAIL}')", ()),
        ("websockets.server", f"connection from {IP} failed: {TOKEN}", ()),
        ("redis", "%s", (f"{EMAIL} {WORDS}",)),
    ],
)
def test_what_the_server_and_libraries_say_loses_what_it_is_about(log, name, words, args):
    logging.getLogger(name).handle(logging.LogRecord(name, logging.WARNING, __file__, 1, words, args, None))
    assert {bait for bait in BAIT if bait.lower() in log.getvalue().lower()} == set()
    assert log.getvalue().count("\n") == 1


def test_an_exception_keeps_its_kind_and_its_places_and_loses_its_words(log):
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email=EMAIL, name=NAME, handle="one")
        Person.objects.create(email=EMAIL, name=NAME, handle="two")
    try:
        with transaction.atomic():
            Person.objects.create(email=EMAIL, name=NAME, handle="one")
            Person.objects.create(email=EMAIL, name=NAME, handle="two")
    except IntegrityError as trouble:
        logging.getLogger("dugnad.test").error("a row was not written", exc_info=trouble)
    said = log.getvalue()
    assert {bait for bait in BAIT if bait.lower() in said.lower()} == set()
    assert "IntegrityError" in said
    assert "a row was not written" in said


def test_a_line_for_a_request_has_the_name_of_its_door_and_nothing_of_its_address(settings):
    settings.LOG_REQUESTS = True
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("dugnad.requests")
    logger.addHandler(handler)
    given.client("leyla").get(f"/people/{given.person('leyla').handle}")
    logger.removeHandler(handler)
    (line,) = [json.loads(one) for one in written.getvalue().splitlines()]
    assert set(line) == {"time", "level", "event", "logger", "process", "door", "status", "ms"}
    assert (line["door"], line["status"], line["level"]) == ("person", 200, "info")
    assert line["event"] == f"person answered 200 in {line['ms']} ms"


def test_without_being_asked_only_what_failed_or_was_slow_has_a_line(settings, caplog):
    settings.LOG_REQUESTS = False
    with caplog.at_level(logging.INFO, logger="dugnad.requests"):
        given.client().get("/about")
        assert [record.message for record in caplog.records if record.name == "dugnad.requests"] == []
        with override_settings(ROOT_URLCONF=__name__):
            browser = given.client()
            browser.raise_request_exception = False
            browser.get("/broken/x")
    said = [record for record in caplog.records if record.name == "dugnad.requests"]
    assert [(record.door, record.status, record.levelname) for record in said] == [("broken", 500, "ERROR")]


def test_the_servers_own_log_is_off_for_requests():
    """uvicorn writes no line for each request, and its milder lines, which name addresses, not at all."""
    from dugnad.site.serving.app import House
    from dugnad.site.serving.server import Server

    async def nothing(stack):
        raise NotImplementedError

    server = Server(House(nothing), when_open=lambda: None)
    assert (server.config.access_log, server.config.log_level, server.config.log_config) == (False, "warning", None)
    assert asyncio.iscoroutinefunction(nothing)


def test_a_json_line_of_something_that_broke_has_its_places_in_a_list():
    try:
        raise ValueError(WORDS)
    except ValueError as trouble:
        record = logging.LogRecord("dugnad.x", logging.ERROR, "f", 1, "it broke", (), (ValueError, trouble, None))
    line = json.loads(JsonLines().format(record))
    assert line["event"] == "it broke: ValueError"
    assert [place for place in line["trouble"] if "test_logs.py" in place]


def test_the_middleware_is_the_outermost(settings):
    assert settings.MIDDLEWARE[0] == f"{Watching.__module__}.Watching"
