"""What Prometheus is told: counts and gauges in its text format (version 0.0.4), written here since it is a few lines.

No label holds anything but names of doors, kinds and classes that stand in the code: no person, group, address or query.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min, Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dugnad import __version__
from dugnad.kernel import tally
from dugnad.kernel.outbox import Mail
from dugnad.kernel.stamps import Stamp
from dugnad.site.watching.requests import BUCKETS, watched

BEGAN = time.time()
Gauges = Callable[[], dict[str, float]]


def written(gauges: Gauges | None = None) -> str:
    """Everything, as text. `gauges` answers what only the running parts know: open sockets, pages that wait."""
    lines: list[str] = []
    for name, kind, words, samples in _families(gauges() if gauges else {}):
        lines += (f"# HELP {name} {words}", f"# TYPE {name} {kind}")
        lines += samples
    return "\n".join(lines) + "\n"


def _families(gauges: dict[str, float]) -> Iterator[tuple[str, str, str, list[str]]]:
    yield "dugnad_info", "gauge", "The version that runs.", [_line("dugnad_info", {"version": __version__}, 1)]
    yield from _requests()
    for name, words in (
        ("page_cache", "Pages for strangers that were asked for, by whether they were kept."),
        ("database_errors", "Errors of the database, by kind."),
        ("live_deltas", "Changes sent to open pages."),
        ("live_deliveries", "Changes handed to one open page each."),
    ):
        yield _counter(name, words, tally.total(name))
    for name, value in gauges.items():
        yield _gauge(f"dugnad_{name}", _GAUGES.get(name, name), value)
    yield from _machine()
    try:
        yield from _queues()
    except DatabaseError:
        yield _gauge("dugnad_database_up", "Whether the database answers.", 0)
    else:
        yield _gauge("dugnad_database_up", "Whether the database answers.", 1)


_GAUGES = {
    "live_sockets": "Live connections that are open.",
    "live_sockets_of_strangers": "Those of them that nobody is signed in on.",
    "requests_waiting": "Requests that are being made or wait for a thread.",
}


def _requests() -> Iterator[tuple[str, str, str, list[str]]]:
    counts: list[str] = []
    spans: list[str] = []
    for (door, status), row in sorted(watched().items()):
        labels = {"door": door, "status": f"{status}xx"}
        counts.append(_line("dugnad_requests_total", labels, sum(row[:-1])))
        spans += _histogram("dugnad_request_seconds", labels, row)
    yield "dugnad_requests_total", "counter", "Requests by door and class of answer.", counts
    yield "dugnad_request_seconds", "histogram", "How long they took to make.", spans


def _histogram(name: str, labels: dict[str, str], row: list[float]) -> Iterator[str]:
    below = 0.0
    for bound, count in zip((*BUCKETS, float("inf")), row[:-1], strict=True):
        below += count
        yield _line(f"{name}_bucket", {**labels, "le": "+Inf" if bound == float("inf") else f"{bound:g}"}, below)
    yield _line(f"{name}_sum", labels, row[-1])
    yield _line(f"{name}_count", labels, below)


def _counter(name: str, words: str, counted: dict[str, float]) -> tuple[str, str, str, list[str]]:
    full = f"dugnad_{name}_total"
    samples = [_line(full, {"kind": kind} if kind else {}, value) for kind, value in sorted(counted.items())]
    return full, "counter", words, samples or [_line(full, {}, 0)]


def _gauge(name: str, words: str, value: float) -> tuple[str, str, str, list[str]]:
    return name, "gauge", words, [_line(name, {}, value)]


def _line(name: str, labels: dict[str, str], value: float) -> str:
    inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value:.10g}" if inside else f"{name} {value:.10g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _machine() -> Iterator[tuple[str, str, str, list[str]]]:
    folder = Path(settings.DATA_DIR)
    if folder.exists():
        disk = shutil.disk_usage(folder)
        yield _gauge("dugnad_disk_free_bytes", "Room that is left where the data is.", disk.free)
        yield _gauge("dugnad_disk_total_bytes", "All the room there.", disk.total)
    pages = Path("/proc/self/statm")
    if pages.exists():
        resident = int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        yield _gauge("dugnad_memory_bytes", "Memory of the process (resident).", resident)
    yield _gauge("dugnad_seconds_up", "Since when the process runs.", time.time() - BEGAN)


def _queues() -> Iterator[tuple[str, str, str, list[str]]]:
    now = timezone.now()
    waits = Q(sent_at=None, given_up_at=None)
    mail = Mail.objects.aggregate(
        waiting=Count("pk", filter=waits),
        given_up=Count("pk", filter=~Q(given_up_at=None)),
        oldest=Min("created_at", filter=waits),
    )
    tasks = DBTaskResult.objects.aggregate(
        waiting=Count("pk", filter=Q(status=TaskResultStatus.READY)),
        failed=Count("pk", filter=Q(status=TaskResultStatus.FAILED)),
        oldest=Min("enqueued_at", filter=Q(status=TaskResultStatus.READY)),
    )
    beat = Stamp.objects.filter(name__startswith="worker:").order_by("-at").values_list("at", flat=True).first()
    for name, words, value in (
        ("mail_waiting", "Mails that wait to leave.", mail["waiting"]),
        ("mail_given_up", "Mails that will not leave any more.", mail["given_up"]),
        ("mail_oldest_seconds", "Age of the mail that waits longest.", _age(mail["oldest"], now)),
        ("tasks_waiting", "Tasks that wait for the worker.", tasks["waiting"]),
        ("tasks_failed", "Tasks that failed in the last days.", tasks["failed"]),
        ("tasks_oldest_seconds", "Age of the task that waits longest.", _age(tasks["oldest"], now)),
        ("worker_beat_seconds", "Since when no worker has given a sign of life.", _age(beat, now)),
    ):
        yield _gauge(f"dugnad_{name}", words, value)


def _age(moment: object, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if isinstance(moment, type(now)) else 0.0
