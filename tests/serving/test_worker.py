"""Background work: in order, again after a crash, once at a time, and at once when somebody asks for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dugnad.kernel import registry
from dugnad.kernel.live.wake import bell
from dugnad.kernel.outbox import Mail, send_mail
from dugnad.kernel.stamps import Stamp
from dugnad.site.serving.clock import Keeper, Lease
from dugnad.site.serving.presence import Presence, put_back_own, take_up_orphans
from dugnad.site.serving.supervisor import Supervisor
from dugnad.site.serving.worker import Worker, forget_done_tasks
from tests.serving import chores

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("database_on_disk")]

READY, RUNNING = TaskResultStatus.READY, TaskResultStatus.RUNNING
FAILED, SUCCESSFUL = TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL


@pytest.fixture(autouse=True)
def nothing_done() -> Iterator[None]:
    chores.killed.clear()
    chores.begun.clear()
    chores.may_end.clear()
    bell.clear()
    chores.everything_done()
    yield
    assert chores.everything_done() == []


@pytest.fixture
def presence(tmp_path: Path) -> Iterator[Presence]:
    presence = Presence(tmp_path)
    presence.begin()
    yield presence
    presence.end()


@pytest.fixture
def worker(presence: Presence) -> Worker:
    return Worker(presence, stop=threading.Event(), wake=threading.Event())


def statuses() -> list[str]:
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


def test_tasks_are_done_in_the_order_of_the_line(worker: Worker) -> None:
    chores.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("later")
    first = chores.note.enqueue("first")
    chores.note.enqueue("second")
    chores.note.using(priority=10).enqueue("urgent")
    assert [worker.do_one() for _ in range(4)] == [True, True, True, False]
    assert chores.everything_done() == ["urgent", "first", "second"]
    first.refresh()
    assert (first.status, first.return_value, len(first.worker_ids)) == (SUCCESSFUL, "FIRST", 1)


def test_a_task_that_fails_is_marked_and_the_next_gets_its_turn(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    chores.break_on.enqueue("what Amal wrote")
    chores.note.enqueue("next")
    assert [worker.do_one(), worker.do_one()] == [True, True]
    assert chores.everything_done() == ["next"]
    assert statuses() == [FAILED, SUCCESSFUL]
    ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith("dugnad"))
    assert "ValueError" in ours
    assert "Amal" not in ours


def test_a_task_whose_code_is_gone_fails_and_the_next_gets_its_turn(worker: Worker) -> None:
    chores.note.enqueue("old")
    DBTaskResult.objects.update(task_path="tests.serving.chores.gone")
    chores.note.enqueue("next")
    assert [worker.do_one(), worker.do_one()] == [True, True]
    assert statuses() == [FAILED, SUCCESSFUL]
    assert chores.everything_done() == ["next"]


def test_a_thread_that_dies_is_replaced_and_does_the_task_it_had_in_hand(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    supervisor.start()
    try:
        chores.end_the_thread_once.enqueue("in hand")
        assert chores.done.get(timeout=30) == "in hand"
        assert chores.killed == ["in hand"]
    finally:
        supervisor.stop()
    assert statuses() == [SUCCESSFUL]
    assert list(tmp_path.glob("*.lock")) == []


def test_whatever_breaks_in_a_post_it_begins_again(tmp_path: Path) -> None:
    began: list[int] = []
    third = threading.Event()

    def breaks_twice(stop: threading.Event, wake: threading.Event) -> None:
        began.append(1)
        if len(began) < 3:
            raise RuntimeError
        third.set()
        stop.wait(30)

    supervisor = Supervisor(tmp_path, {"odd": breaks_twice})
    supervisor.start()
    assert third.wait(30)
    supervisor.stop()
    assert len(began) == 3


def test_work_begins_with_the_commit_and_not_before(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    supervisor.start()
    try:
        with transaction.atomic():
            chores.note.enqueue("committed")
            assert not bell.is_set()
        assert chores.done.get(timeout=30) == "committed"
        with transaction.atomic():
            send_mail("kari@example.org", "Subject", "Text", kind="notice")
        wait_for_mail()
        assert [message.to for message in mail.outbox] == [["kari@example.org"]]
    finally:
        supervisor.stop()


def wait_for_mail() -> None:
    pause = threading.Event()
    for _ in range(3000):
        if Mail.objects.filter(sent_at__isnull=False).exists():
            return
        pause.wait(0.01)
    raise AssertionError("the mail was not sent")


def test_stopping_waits_for_the_task_in_hand_and_begins_no_other(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    supervisor.start()
    chores.wait_to_end.enqueue("in hand")
    assert chores.begun.wait(30)
    chores.note.enqueue("next")
    supervisor.stop_soon()
    chores.may_end.set()
    supervisor.stop()
    assert chores.everything_done() == ["in hand"]
    assert statuses() == [SUCCESSFUL, READY]


def claimed_by(name: str, times: int = 1) -> DBTaskResult:
    chores.note.enqueue("orphan")
    task = DBTaskResult.objects.latest("enqueued_at")
    for _ in range(times):
        task.claim(name)
    return task


def test_what_a_dead_process_had_in_hand_is_done_by_the_next(
    presence: Presence, worker: Worker, tmp_path: Path
) -> None:
    killed = tmp_path / "house-other-1.lock"
    killed.touch()  # a file that nobody holds a lock on: its process was killed
    claimed_by("house-other-1")
    claimed_by("house-elsewhere-2")  # never seen, no file: its row is gone
    Stamp.objects.create(name="worker:house-elsewhere-3", at=timezone.now() - timedelta(seconds=61))
    claimed_by("house-elsewhere-3")
    assert take_up_orphans(presence) == 3
    assert statuses() == [READY] * 3
    assert not killed.exists()
    assert [worker.do_one() for _ in range(4)] == [True, True, True, False]
    assert chores.everything_done() == ["orphan"] * 3


def test_what_a_living_process_has_in_hand_is_left_to_it(presence: Presence, tmp_path: Path) -> None:
    neighbour = Presence(tmp_path)
    neighbour.begin()
    claimed_by(neighbour.name)
    claimed_by(presence.name)
    Stamp.objects.create(name="worker:house-elsewhere-3", at=timezone.now() - timedelta(seconds=50))
    claimed_by("house-elsewhere-3")
    claimed_by("a worker that somebody started by hand")
    assert take_up_orphans(presence) == 0
    assert statuses() == [RUNNING] * 4
    neighbour.end()
    assert take_up_orphans(presence) == 1
    assert put_back_own(presence) == 1


def test_a_task_that_was_begun_five_times_is_given_up(presence: Presence) -> None:
    claimed_by("house-other-1", times=4)
    claimed_by("house-other-1", times=5)
    assert take_up_orphans(presence) == 1
    assert statuses() == [READY, FAILED]


def test_done_tasks_are_forgotten_after_two_days(worker: Worker) -> None:
    chores.note.enqueue("old")
    worker.do_one()
    chores.note.enqueue("waiting")
    assert forget_done_tasks() == "0 finished tasks removed"
    with time_machine.travel(timezone.now() + timedelta(days=2, seconds=1)):
        assert forget_done_tasks() == "1 finished tasks removed"
    assert statuses() == [READY]
    worker.do_one()
    assert chores.everything_done() == ["old", "waiting"]


def test_one_process_holds_a_lease_until_it_gives_it_up_or_dies(tmp_path: Path) -> None:
    one, two = Presence(tmp_path), Presence(tmp_path)
    one.begin()
    two.begin()
    assert (Lease("mail", one).held(), Lease("mail", two).held(), Lease("mail", one).held()) == (True, False, True)
    Lease("mail", one).give_up()
    assert (Lease("mail", two).held(), Lease("mail", one).held()) == (True, False)
    two.end()
    assert Lease("mail", one).held()
    one.end()


def test_a_daily_job_is_done_once_a_day_and_again_an_hour_after_it_broke(
    presence: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = registry.Table("for this test")
    monkeypatch.setattr(registry, "daily_jobs", jobs)
    done: list[str] = []
    breaks = [True]

    @jobs.register("sweep")
    def sweep() -> str:
        done.append("sweep")
        return "swept"

    @jobs.register("weigh")
    def weigh() -> str:
        if breaks:
            breaks.clear()
            raise ValueError
        done.append("weigh")
        return "weighed"

    start = timezone.now().replace(hour=12)
    looks = ((0, 0), (0, 1), (24, 0), (24, 2), (25, 1), (26, 0), (48, 3))
    seen = []
    with time_machine.travel(start, tick=False) as clock:
        keeper = Keeper(presence, seconds=lambda: timezone.now().timestamp())
        for hours, minutes in looks:
            clock.move_to(start + timedelta(hours=hours, minutes=minutes))
            keeper.look()
            seen.append(sorted(done))
            done.clear()
    assert seen == [[], [], ["sweep"], [], ["weigh"], [], ["sweep", "weigh"]]


def test_a_night_of_a_day_that_has_not_come_yet_keeps_no_job_from_its_turn(
    presence: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = registry.Table("for this test")
    monkeypatch.setattr(registry, "daily_jobs", jobs)
    jobs.register("sweep")(lambda: "swept")
    today = timezone.now().date().toordinal()
    for value, then in ((today + 1, today + 1), (today + 2, today), (today - 1, today)):
        Stamp.objects.update_or_create(name="daily:sweep", defaults={"value": value})
        Keeper(presence).look()
        assert Stamp.objects.get(name="daily:sweep").value == then
