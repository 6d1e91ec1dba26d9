"""What has its moment within the day is done by one process, whatever breaks beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dugnad.kernel import registry
from dugnad.kernel.registry import Table
from dugnad.site.serving.clock import Timekeeper
from dugnad.site.serving.presence import Presence

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("database_on_disk")]


@pytest.fixture
def presence(tmp_path: Path) -> Iterator[Presence]:
    presence = Presence(tmp_path)
    presence.begin()
    yield presence
    presence.end()


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Table:
    """A table of jobs of this test's own."""
    table = Table("jobs of a test")
    monkeypatch.setattr(registry, "minute_jobs", table)
    return table


def test_one_job_that_breaks_keeps_no_other_from_its_turn(
    presence: Presence, jobs: Table, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()

    @jobs.register("breaks")
    def breaks() -> str:
        raise ValueError("what Amal wrote")

    @jobs.register("works")
    def works() -> str:
        stop.set()
        return "one thing done"

    with caplog.at_level("INFO", "dugnad.clock"):
        Timekeeper(presence, stop=stop).run()
    assert "works: one thing done" in caplog.text
    assert "breaks broke: ValueError" in caplog.text
    assert "Amal" not in caplog.text


def test_of_two_processes_one_looks_and_the_other_takes_over_when_it_stops(
    presence: Presence, jobs: Table, tmp_path: Path
) -> None:
    other = Presence(tmp_path / "other")
    other.begin()
    done: list[str] = []
    first, second = (Timekeeper(one, stop=threading.Event()) for one in (presence, other))
    jobs.register("job")(lambda: done.append("done") or "")
    assert first._lease.held()
    assert not second._lease.held()
    first._stop.set()
    first.run()
    assert second._lease.held()
    assert done == []
    other.end()


def test_nothing_is_said_when_there_was_nothing_to_do(
    presence: Presence, jobs: Table, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()

    @jobs.register("idle")
    def idle() -> str:
        stop.set()
        return ""

    with caplog.at_level("INFO", "dugnad.clock"):
        Timekeeper(presence, stop=stop).run()
    assert caplog.text == ""
