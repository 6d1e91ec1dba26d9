"""Work that the worker does after the answer was given. Each may run twice: a crash hands it out again."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.utils.translation import override
from django_tasks import task

from dugnad.groups.carrying import actions
from dugnad.groups.carrying.form import ArchiveRefused
from dugnad.groups.carrying.moving import contents_of, pack
from dugnad.groups.carrying.parts import group_parts
from dugnad.groups.models import Arrival, Departure
from dugnad.kernel.trouble import without_words
from dugnad.kernel.uploads import UploadRefused

log = logging.getLogger("dugnad.carrying")


@task()
def make_departure(departure_id: int) -> None:
    """Write the file of a group, and tell its stewards."""
    departure = Departure.objects.select_related("group").filter(pk=departure_id, ready_at=None, ended_at=None).first()
    if departure is not None and departure.making_at is not None:
        actions.finish_departure(departure, facts=pack(departure))


@task()
def take_in_arrival(arrival_id: int) -> None:
    """Make the group, then let the search follow. What cannot be taken in is said on the page of the file."""
    arrival = Arrival.objects.select_related("person").filter(pk=arrival_id).first()
    if arrival is None:
        return
    if arrival.finished_at is None:
        try:
            facts, names, contents = contents_of(arrival.path)
            actions.settle_arrival(arrival, group_facts=facts, names=names, contents=contents, by=arrival.person)
        except (ArchiveRefused, UploadRefused, DatabaseError, OSError) as trouble:
            log.error("a group could not be taken in: %s", without_words(trouble))
            _say(arrival, trouble)
            return
        arrival.refresh_from_db()
    if arrival.group is not None:
        for part in group_parts():
            part.finish(arrival.group)


def _say(arrival: Arrival, trouble: Exception) -> None:
    from django.utils.translation import gettext as _

    with override(arrival.person.language):
        known = isinstance(trouble, ArchiveRefused | UploadRefused)
        words = str(trouble) if known else _("The group could not be taken in. Nothing of it was written; try again.")
    Arrival.objects.filter(pk=arrival.pk).update(trouble=words[:300], unpacking_at=None)
