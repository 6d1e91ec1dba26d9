"""The database: its form, its soundness, and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.kernel.happenings import Happening
from dugnad.kernel.place import the_place
from dugnad.kernel.stamps import Stamp
from dugnad.site.doctor.finding import Finding, fine, look, wrong

CLOCKS_DIFFER = timedelta(seconds=5)
FROM_THE_FUTURE = timedelta(minutes=5)
LAST_DEEDS = 1000


def database_has_its_form() -> Finding:
    """The database has exactly the migrations that this version knows."""
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        return wrong(
            "database",
            _("There is no place here yet: the database is empty."),
            _(
                "Start it with dugnad serve, or name the folder of the place that you mean with --data or DUGNAD_DATA_DIR."
            ),
        )
    known = executor.loader.disk_migrations
    newer = sorted(f"{app} {name}" for app, name in executor.loader.applied_migrations if (app, name) not in known)
    if newer:
        return wrong(
            "database",
            _("The database is newer than this version of Dugnad: it has %(names)s.") % {"names": ", ".join(newer[:3])},
            _("Install the version that made it, or restore a backup from before."),
        )
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return wrong(
            "database",
            ngettext(
                "The database lacks %(count)d step to the form of this version.",
                "The database lacks %(count)d steps to the form of this version.",
                len(missing),
            )
            % {"count": len(missing)},
            _("Make a backup, then run dugnad migrate, or start the place: it does so by itself."),
        )
    return fine("database", _("The database has the form of this version."))


def database_is_sound() -> Finding:
    """The database finds no damage in itself."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check(1)")
            damage = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        else:
            cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
            damage = [row[0] for row in cursor.fetchall()]
    if damage:
        return wrong(
            "database",
            _("The database is damaged (%(what)s).") % {"what": damage[0][:80]},
            _(
                "Look at the disk, and restore the newest backup that is whole: dugnad restore FILE --check says which is."
            ),
        )
    return fine("database", _("The database finds no damage in itself."))


def clocks_agree(now: datetime | None = None) -> Iterator[Finding]:
    """The clock of this machine, that of the database, and what was written so far. `now` is this machine's."""
    now = now or timezone.now()
    found = []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - now)
        if apart > CLOCKS_DIFFER:
            found.append(
                wrong(
                    "clock",
                    _("The clocks of this machine and of the database are %(seconds)d seconds apart.")
                    % {"seconds": apart.total_seconds()},
                    _("Let both set their clocks by the network (NTP)."),
                )
            )
    if _written_later_than(now + FROM_THE_FUTURE):
        found.append(
            wrong(
                "clock",
                _("The clock jumped back: something here happened at a time that has not come yet."),
                _(
                    "Set the clock of this machine by the network (NTP). If it is right now, it was ahead, and that passes."
                ),
            )
        )
    yield from found or [fine("clock", _("The clocks agree."))]


def _written_later_than(moment: datetime) -> bool:
    """Whether one of the last thousand deeds, or what processes wrote down for each other, bears a later time."""
    deeds = Happening.objects.order_by("-pk").values_list("at", flat=True)[:LAST_DEEDS]
    return max(deeds, default=moment) > moment or Stamp.objects.filter(at__gt=moment).exists()


def time_zone_is_one() -> Finding:
    """The place's time zone is one that this machine knows."""
    name = the_place().time_zone
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return look(
            "clock",
            _("The time zone “%(name)s” is not known on this machine.") % {"name": name},
            _("Choose another one in the settings of the place, or install tzdata."),
        )
    return fine("clock", _("The place's time zone is %(name)s.") % {"name": name})
