"""What Prometheus is told, who may ask, and how the house says that it lives and is ready."""

from __future__ import annotations

import asyncio
import re
import threading

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from dugnad import __version__
from dugnad.kernel import tally
from dugnad.kernel.outbox import send_mail
from dugnad.site.serving.app import House, Parts
from dugnad.site.watching import doors, requests
from dugnad.site.watching.metrics import written
from dugnad.site.watching.requests import watch, watched
from tests import given

LINE = re.compile(r'^[a-z_]+(?:\{[a-z_]+="[^"\n]*"(?:,[a-z_]+="[^"\n]*")*\})? -?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?|inf)$')


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch):
    """Counts of other tests are put away."""
    monkeypatch.setattr(requests, "_all", [])
    monkeypatch.setattr(requests, "_own", threading.local())
    monkeypatch.setattr(tally, "_all", [])
    monkeypatch.setattr(tally, "_own", threading.local())


def value(text: str, start: str) -> float:
    """The number behind the line that begins so."""
    (line,) = [line for line in text.splitlines() if line.startswith(start)]
    return float(line.rpartition(" ")[2])


@pytest.mark.django_db
def test_every_line_is_in_the_format_and_every_family_has_its_words():
    given.client().get("/about")
    text = written(lambda: {"live_sockets": 3, "requests_waiting": 1})
    families = set()
    for line in text.splitlines():
        if line.startswith("# "):
            families.add(line.split()[2])
        else:
            assert LINE.match(line), line
            assert any(line.startswith(family) for family in families), line
    assert text.endswith("\n")
    assert value(text, f'dugnad_info{{version="{__version__}"}}') == 1
    assert value(text, "dugnad_live_sockets ") == 3
    assert value(text, "dugnad_database_up") == 1
    assert value(text, "dugnad_disk_free_bytes") > 0
    assert value(text, "dugnad_memory_bytes") > 10_000_000


@pytest.mark.django_db
def test_requests_are_counted_by_door_and_class_never_by_address():
    person = given.person("leyla")
    browser = given.client("leyla")
    for address in (
        "/people/leyla-demir",
        "/people/leyla-demir",
        "/people/nobody-zebra",
        "/no/door/zebra",
        "/static/zebra.js",
    ):
        browser.get(address)
    text = written()
    assert value(text, 'dugnad_requests_total{door="person",status="2xx"}') == 2
    assert value(text, 'dugnad_requests_total{door="person",status="4xx"}') == 1
    assert value(text, 'dugnad_requests_total{door="(no door)",status="4xx"}') == 1
    assert value(text, 'dugnad_requests_total{door="(static file)",status="4xx"}') == 1
    assert "zebra" not in text
    assert person.handle not in text


@pytest.mark.django_db
def test_a_kept_page_is_a_hit():
    for _time in range(3):
        given.client().get("/about")
    text = written()
    assert value(text, 'dugnad_page_cache_total{kind="miss"}') == 1
    assert value(text, 'dugnad_page_cache_total{kind="hit"}') == 2
    assert value(text, 'dugnad_requests_total{door="(kept page)",status="2xx"}') == 2


@pytest.mark.django_db
def test_a_histogram_adds_up():
    for seconds in (0.001, 0.02, 0.02, 0.3, 99):
        watch("thread", 200, seconds)
    text = written()
    labels = 'door="thread",status="2xx"'
    buckets = [
        value(text, f'dugnad_request_seconds_bucket{{{labels},le="{le}"}}')
        for le in ("0.005", "0.025", "0.5", "10", "+Inf")
    ]
    assert buckets == [1, 3, 4, 4, 5]
    assert value(text, f"dugnad_request_seconds_sum{{{labels}}}") == pytest.approx(99.341)
    assert value(text, f"dugnad_request_seconds_count{{{labels}}}") == 5


def test_threads_count_for_themselves_and_are_added_up():
    def work():
        for _time in range(1000):
            watch("home", 200, 0.001)
            tally.add("page_cache", "hit")

    threads = [threading.Thread(target=work) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(watched()["home", 2][:-1]) == 8000
    assert tally.total("page_cache") == {"hit": 8000}


@pytest.mark.django_db
def test_queues_and_errors_of_the_database_are_told():
    send_mail("leyla@example.org", "Hej", "Hej\n", kind="notice")
    lost = send_mail("leyla@example.org", "Hej", "Hej\n", kind="notice")
    lost.given_up_at = timezone.now()
    lost.save()
    from django.db import transaction

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nonsense FROM nowhere")
    text = written()
    assert value(text, "dugnad_mail_waiting") == 1
    assert value(text, "dugnad_mail_given_up") == 1
    assert value(text, "dugnad_tasks_waiting") == 0
    assert sum(tally.total("database_errors").values()) == 1
    assert "leyla" not in text


def scope(*, client: str = "127.0.0.1", **headers: str) -> dict[str, object]:
    pairs = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return {"type": "http", "path": "/metrics", "method": "GET", "client": (client, 5), "headers": pairs}


@pytest.mark.parametrize(
    ("asked", "token", "proxy", "may"),
    [
        (scope(), "", False, True),
        (scope(client="::1"), "", False, True),
        (scope(client="203.0.113.7"), "", False, False),
        (scope(x_forwarded_for="203.0.113.7"), "", False, False),
        (scope(via="1.1 proxy"), "", False, False),
        (scope(), "", True, False),
        (scope(client="203.0.113.7", authorization="Bearer open sesame"), "open sesame", True, True),
        (scope(client="203.0.113.7", authorization="bearer open sesame"), "open sesame", False, True),
        (scope(client="203.0.113.7", authorization="Bearer open"), "open sesame", False, False),
        (scope(client="203.0.113.7", authorization="Bearer "), "", False, False),
        (scope(authorization="Bearer wrong"), "open sesame", False, False),
        (scope(client="203.0.113.7"), "open sesame", False, False),
        ({**scope(), "client": None}, "", False, False),
    ],
)
def test_only_this_machine_or_the_token_opens_the_metrics(settings, asked, token, proxy, may):
    settings.METRICS_TOKEN, settings.TRUST_PROXY = token, proxy
    assert doors.may_see_metrics(asked) is may


def answer_of(path: str, *, check=None, **more: str) -> tuple[int, bytes]:
    """What the application answers under this address, with parts of a house that has nothing else."""
    sent: list[dict[str, object]] = []

    async def bridge(_scope, _receive, send):
        await doors.say(send, 404, b"no such page\n")

    async def fine():
        if check:
            raise check

    async def metrics():
        return "dugnad_info 1\n"

    async def ask():
        house = House(None)
        house._parts = Parts(bridge, None, fine, metrics=metrics)

        async def send(message):
            sent.append(message)

        await house({**scope(**more), "path": path}, None, send)

    asyncio.run(ask())
    return sent[0]["status"], sent[1]["body"]


def test_who_may_not_see_the_metrics_finds_no_such_page(settings):
    settings.METRICS_TOKEN, settings.TRUST_PROXY = "", False
    assert answer_of("/metrics") == (200, b"dugnad_info 1\n")
    assert answer_of("/metrics", x_forwarded_for="203.0.113.7") == (404, b"no such page\n")


def test_alive_is_not_ready():
    assert answer_of("/healthz", check=DatabaseError()) == (200, b"ok\n")
    assert answer_of("/readyz") == (200, b"ready\n")
    assert answer_of("/readyz", check=DatabaseError("password of x")) == (503, b"the database does not answer\n")
    status, words = answer_of(
        "/readyz", check=doors.NotReady("the database is not brought to the form of this version yet")
    )
    assert (status, b"form of this version" in words) == (503, True)


@pytest.mark.django_db
def test_a_database_that_was_brought_to_this_form_is_ready_and_another_is_not(monkeypatch):
    monkeypatch.setattr(doors, "_migrated", False)
    doors.check_ready()
    monkeypatch.setattr(doors, "_migrated", False)
    monkeypatch.setattr(doors.MigrationExecutor, "migration_plan", lambda self, targets: [("kernel", "0009")])
    with pytest.raises(doors.NotReady, match="not brought to the form"):
        doors.check_ready()
