"""Everything that is looked at, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from dugnad.site.doctor.certificate import certificate_lasts
from dugnad.site.doctor.database import clocks_agree, database_has_its_form, database_is_sound, time_zone_is_one
from dugnad.site.doctor.finding import WRONG, Finding, wrong
from dugnad.site.doctor.ground import (
    backups_are_young,
    disk_has_room,
    files_agree,
    files_can_be_written,
    its_owner_looks,
    only_the_owner_reads,
    settings_fit,
)
from dugnad.site.doctor.mail import mail_has_a_server, mail_has_a_way, mail_leaves, somebody_answers_for_it
from dugnad.site.doctor.work import nights_are_kept, redis_answers, somebody_serves, work_is_done

Check = Callable[[], Finding | Iterable[Finding]]


def _certificate() -> Finding:
    return certificate_lasts(settings.URL)


# For the page: what costs a few small questions, and waits for Redis only, two seconds at most.
CHEAP: tuple[Check, ...] = (
    disk_has_room, files_can_be_written, backups_are_young, mail_has_a_server, mail_leaves, somebody_serves, work_is_done,
    nights_are_kept, redis_answers, clocks_agree, time_zone_is_one, settings_fit, only_the_owner_reads, somebody_answers_for_it,
)  # fmt: skip
ALL: tuple[Check, ...] = (
    database_has_its_form, database_is_sound, disk_has_room, files_can_be_written, files_agree, backups_are_young,
    mail_has_a_way, mail_leaves, _certificate, clocks_agree, time_zone_is_one, somebody_serves, work_is_done, nights_are_kept,
    redis_answers, settings_fit, its_owner_looks, only_the_owner_reads, somebody_answers_for_it,
)  # fmt: skip


def findings(checks: Iterable[Check]) -> Iterator[Finding]:
    """What each of them found. One that breaks says so and keeps none of the others from their turn; of a database
    in which something is known to be wrong it is not said once more.
    """
    away = False
    for check in checks:
        try:
            found = check()
            for one in [found] if isinstance(found, Finding) else list(found):
                away = away or (one.about, one.stands) == ("database", WRONG)
                yield one
        except DatabaseError:
            if not away:
                yield wrong(
                    "database",
                    _("The database does not answer as it should."),
                    _("Is it running, and does DUGNAD_DATABASE_URL name it? Then run dugnad migrate."),
                )
            away = True
        except OSError as trouble:
            yield wrong(
                check.__name__,
                _("Something on the disk could not be looked at (%(why)s).") % {"why": trouble.strerror},
                _("Give the data folder to the user that runs Dugnad."),
            )
