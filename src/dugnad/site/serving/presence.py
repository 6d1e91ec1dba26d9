"""Which processes are alive to do background work, and what a dead one left undone.

Each process takes a name, holds a lock on a file of that name in the data folder, and renews a row every 20 seconds.
The system lets go of the lock the moment a process dies, however it dies, so another on the same machine knows at
once; a process elsewhere is taken for dead when its row is a minute old.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import socket
from datetime import timedelta
from pathlib import Path

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dugnad.kernel.stamps import Stamp, database_now

STALE = timedelta(seconds=60)
MOST_TRIES = 5
_ROW = "worker:"
_OURS = re.compile(r"house-[a-z0-9-]{1,50}")


class Presence:
    """The name of this process and its signs of life, between `begin()` and `end()`."""

    def __init__(self, folder: Path) -> None:
        host = re.sub("[^a-z0-9]+", "-", socket.gethostname().lower())[:20].strip("-")
        self.name = f"house-{host}-{secrets.token_hex(6)}"
        self._folder = folder
        self._lock: int | None = None

    def begin(self) -> None:
        """From now on the process is known to be alive."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self._path(self.name), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.beat()

    def beat(self) -> None:
        """Renew the row, for processes on other machines."""
        Stamp.objects.update_or_create(name=f"{_ROW}{self.name}", defaults={"at": database_now()})

    def end(self) -> None:
        """The process does no more background work, and left nothing undone."""
        Stamp.objects.filter(name=f"{_ROW}{self.name}").delete()
        if self._lock is not None:
            self._path(self.name).unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def is_dead(self, name: str) -> bool:
        """Whether the process of this name is known to be dead. Of names that are not of this kind nothing is known."""
        if name == self.name or not _OURS.fullmatch(name):
            return False
        if self._path(name).exists():
            return self._lock_is_free(name)
        now = database_now()
        # A row of the future was written before the clock of the database jumped back; whoever lives renews theirs soon.
        return not Stamp.objects.filter(name=f"{_ROW}{name}", at__gt=now - STALE, at__lt=now + STALE).exists()

    def others(self) -> list[str]:
        """Names of the other processes that serve this place now."""
        rows = Stamp.objects.filter(name__startswith=_ROW).exclude(name=f"{_ROW}{self.name}")
        names = [name.removeprefix(_ROW) for name in rows.values_list("name", flat=True)]
        return [name for name in names if not self.is_dead(name)]

    def _lock_is_free(self, name: str) -> bool:
        path = self._path(name)
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
                Stamp.objects.filter(name=f"{_ROW}{name}").delete()
                return True
            finally:
                os.close(handle)
        return False

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"


def take_up_orphans(presence: Presence) -> int:
    """Put back in line every task that a dead process had in hand; answers how many. A task that was begun `MOST_TRIES`
    times without an end is marked as failed instead: it may be what kills the process.
    """
    return sum(
        _put_back(task)
        for task in DBTaskResult.objects.running()
        if task.worker_ids and presence.is_dead(task.worker_ids[-1])
    )


def put_back_own(presence: Presence) -> int:
    """The same for tasks that this very process had in hand, when the thread that did them is gone."""
    running = DBTaskResult.objects.running()
    return sum(_put_back(task) for task in running if task.worker_ids and task.worker_ids[-1] == presence.name)


def _put_back(task: DBTaskResult) -> int:
    if len(task.worker_ids) >= MOST_TRIES:
        task.set_failed(RuntimeError(f"begun {MOST_TRIES} times and never finished"))
        return 0
    # `started_at` tells this run from a later one by somebody who was quicker to take the task up.
    mine = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at)
    return mine.update(status=TaskResultStatus.READY, started_at=None)
