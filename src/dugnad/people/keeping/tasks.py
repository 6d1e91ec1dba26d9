"""Work that the worker does after the answer was given. Each may run twice: a crash hands it out again."""

from __future__ import annotations

from django_tasks import task

from dugnad.people.actions.stewarding import end_place_stewardships_in_time
from dugnad.people.keeping import erasure
from dugnad.people.keeping.actions import finish_export
from dugnad.people.keeping.export import write_export
from dugnad.people.models import Export


@task()
def make_export(export_id: int) -> None:
    """Write the file that somebody asked for, and tell them. No transaction is open meanwhile: others go on."""
    export = Export.objects.select_related("person").filter(pk=export_id, ready_at=None).first()
    if export is None:
        return
    write_export(export.person, export.path)
    finish_export(export)


@task()
def clean_traces() -> None:
    """What the database file still holds of deleted rows is overwritten."""
    erasure.clean_traces()


@task()
def end_stewardships_of_place() -> None:
    """Stewardships of the place whose time is over end now, and not only in the night."""
    end_place_stewardships_in_time()
