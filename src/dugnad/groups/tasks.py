"""Work that the worker does for groups when its time has come. Each may run twice."""

from __future__ import annotations

from django_tasks import task

from dugnad.groups import actions


@task()
def end_what_is_over() -> None:
    """Stewardships and visits whose time is over end now, and not only in the night."""
    actions.end_stewardships_in_time()
    actions.end_visits_in_time()
