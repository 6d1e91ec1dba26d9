"""What moving groups adds to the hooks of the kernel: what is kept about a person, and what goes by itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.groups.carrying import actions
from dugnad.groups.models import Arrival, CarriedName, Departure, DepartureAnswer
from dugnad.kernel import registry
from dugnad.kernel.happenings import SYSTEM
from dugnad.people.models import Person

WAITS = timedelta(days=1)
LOST_AFTER = timedelta(hours=6)
FOLDERS = ("leaving", "arriving-groups")


@registry.exporters.register
def export(person: Person) -> tuple[str, Any, dict[str, str], str]:
    """What the person said about groups that move, which groups they brought, and under which names they wrote elsewhere."""
    data = {
        "answers": list(
            DepartureAnswer.objects.filter(person=person).values("departure__group__name", "agrees", "created_at")
        ),
        "brought": list(Arrival.objects.filter(person=person).values("facts", "created_at", "finished_at")),
        "names_elsewhere": list(CarriedName.objects.filter(person=person).values("name", "from_place", "claimed_at")),
    }
    return (
        "moving",
        data,
        {},
        _("Groups that move: what you answered, what you brought, and the names that you claimed."),
    )


@registry.erasers.register
def erase(person: Person, leave_posts: bool) -> None:
    """No name of the person is left from elsewhere, and no file here still holds it."""
    for departure in Departure.objects.filter(answers__person=person, answers__agrees=True, ended_at=None):
        if departure.making_at is not None:
            actions.end_departure(departure, by=SYSTEM)
    DepartureAnswer.objects.filter(person=person).delete()
    Departure.objects.filter(begun_by=person).update(begun_by=None)
    for arrival in Arrival.objects.filter(person=person):
        actions.drop_arrival(arrival)
    CarriedName.objects.filter(person=person).update(name="", from_place="", salt="", digest="", person=None)


def drop_old_files() -> str:
    """Files whose time is over, files that nobody said yes to, and files that no row knows."""
    now = timezone.now()
    over = Departure.objects.filter(Q(ends_at__lt=now) | Q(making_at__lt=now - WAITS, ready_at=None), ended_at=None)
    departures = list(over)
    for departure in departures:
        actions.end_departure(departure, by=SYSTEM)
    lost = Q(unpacking_at=None) | Q(unpacking_at__lt=now - LOST_AFTER)
    waited = list(Arrival.objects.filter(lost, finished_at=None, created_at__lt=now - WAITS))
    for arrival in waited:
        actions.drop_arrival(arrival)
    return f"{len(departures)} departures ended, {len(waited)} arrivals dropped, {_sweep()} files removed"


def _sweep() -> int:
    known = {row.path.stem for row in Departure.objects.filter(ended_at=None)}
    known |= {row.path.stem for row in Arrival.objects.filter(finished_at=None)}
    before = (timezone.now() - WAITS).timestamp()
    paths = [path for folder in FOLDERS for path in (Path(settings.DATA_DIR) / folder).glob("*")]
    orphans = [path for path in paths if path.stem not in known and path.stat().st_mtime < before]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


registry.daily_jobs.register("old group files")(drop_old_files)
