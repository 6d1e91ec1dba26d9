"""The worker: carries out the tasks that were enqueued, one after the other, in the order of the line.

A task is carried out at least once: if the process dies while a task is in hand, the next worker begins it again from
the start. So tasks are written such that a second run does no harm.
"""

from __future__ import annotations

import logging
from threading import Event
from typing import Any

from django.db import close_old_connections, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskContext
from django_tasks.signals import task_finished, task_started
from django_tasks_db.models import DBTaskResult

from dugnad.kernel.away import database_is_away
from dugnad.kernel.retention import keep
from dugnad.kernel.trouble import without_words
from dugnad.site.serving.presence import Presence, put_back_own

log = logging.getLogger("dugnad.worker")

LOOK_AGAIN_SECONDS = 2.0
KEEP_DONE = keep("tasks", days=2, least=1, most=14, words=_("A finished task of the server, after it ended"))


class Worker:
    """`run()` works until `stop` is set, and looks for work when `wake` is set or two seconds have passed."""

    def __init__(self, presence: Presence, *, stop: Event, wake: Event) -> None:
        self._presence = presence
        self._stop = stop
        self._wake = wake

    def run(self) -> None:
        """Work until told to stop; the task in hand is finished first."""
        put_back_own(self._presence)
        while not self._stop.is_set():
            self._wake.clear()
            close_old_connections()
            if not self.do_one():
                self._wake.wait(LOOK_AGAIN_SECONDS)

    def do_one(self) -> bool:
        """Carry out the first task in line; False when there is none."""
        task = self._claim()
        if task is not None:
            self._carry_out(task)
        return task is not None

    def _claim(self) -> DBTaskResult | None:
        ready = DBTaskResult.objects.ready()
        if not ready.exists():  # looking costs no lock
            return None
        with transaction.atomic():
            task = ready.get_locked()
            if task is not None:
                task.claim(self._presence.name)
        return task

    def _carry_out(self, task: DBTaskResult) -> None:
        # What is no Exception ends the thread, not the task: it stays in hand, and the next thread begins it again. So it is
        # when the database went away, which is not the task's fault.
        try:
            self._call(task)
        except Exception as trouble:
            if database_is_away(trouble):
                raise
            log.error("task %s failed: %s", task.task_path, without_words(trouble))
            task.set_failed(trouble)
            self._tell_finished(task)
        else:
            self._tell_finished(task)

    def _call(self, task: DBTaskResult) -> None:
        work, result = task.task, task.task_result
        task_started.send(sender=type(work.get_backend()), task_result=result)
        context: tuple[Any, ...] = (TaskContext(task_result=result),) if work.takes_context else ()  # type: ignore[arg-type]
        task.set_successful(work.call(*context, *result.args, **result.kwargs))

    def _tell_finished(self, task: DBTaskResult) -> None:
        try:
            backend = type(task.task.get_backend())
        except ImportError:
            return  # the task is no longer part of the house
        task_finished.send(sender=backend, task_result=task.task_result)


def forget_done_tasks() -> str:
    """Remove tasks that ended more than two days ago; what they were given may name people."""
    gone, _kinds = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEEP_DONE.time).delete()
    return f"{gone} finished tasks removed"
