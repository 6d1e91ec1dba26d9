"""Processes see each other at the database, agree on its clock, and say when Redis is missing between them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dugnad.kernel.stamps import Stamp, database_now, take_lease
from dugnad.site.serving.presence import Presence
from dugnad.site.serving.supervisor import ALONE_TOGETHER, Supervisor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("database_on_disk")]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Presence]:
    other = Presence(tmp_path / "elsewhere")
    other.begin()
    yield other
    other.end()


def warnings_of(supervisor: Supervisor, caplog: pytest.LogCaptureFixture) -> int:
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        supervisor._warn_of_others()
    return [record.getMessage() for record in caplog.records].count(ALONE_TOGETHER)


def test_two_processes_without_redis_say_so_once(other: Presence, tmp_path: Path, settings, caplog) -> None:
    settings.REDIS_URL = ""
    supervisor = Supervisor(tmp_path / "workers", {})
    assert supervisor.presence.others() == [other.name]
    assert [warnings_of(supervisor, caplog) for _twice in range(2)] == [1, 0]
    settings.REDIS_URL = "redis://localhost:1/0"
    assert warnings_of(Supervisor(tmp_path / "workers", {}), caplog) == 0


def test_a_process_that_is_alone_says_nothing(tmp_path: Path, settings, caplog) -> None:
    settings.REDIS_URL = ""
    assert warnings_of(Supervisor(tmp_path / "workers", {}), caplog) == 0


def test_a_process_elsewhere_is_dead_when_its_row_is_old_and_when_it_is_of_the_future(
    other: Presence, tmp_path: Path
) -> None:
    mine = Presence(tmp_path / "workers")
    row = Stamp.objects.filter(name=f"worker:{other.name}")
    for shift, dead in ((0, False), (-90, True), (3600, True)):
        row.update(at=database_now() + timedelta(seconds=shift))
        assert mine.is_dead(other.name) is dead


def test_a_lease_that_was_taken_before_the_clock_jumped_back_is_free() -> None:
    assert take_lease("lease:mail", "house-a", 60)
    assert not take_lease("lease:mail", "house-b", 60)
    Stamp.objects.filter(name="lease:mail").update(at=database_now() + timedelta(hours=1))
    assert take_lease("lease:mail", "house-b", 60)
