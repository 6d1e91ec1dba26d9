"""The work behind the pages: does somebody do it, and is it done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from dugnad.kernel import registry
from dugnad.kernel.stamps import Stamp
from dugnad.site.doctor.finding import Finding, fine, look, wrong
from dugnad.site.serving.presence import Presence

WAITS_TOO_LONG = timedelta(minutes=10)
NIGHTS = 2


def somebody_serves() -> Iterator[Finding]:
    """Processes that gave a sign of life, and whether several of them hear each other."""
    living = Presence(Path(settings.DATA_DIR) / "workers").others()
    if not living:
        yield look(
            "worker",
            _("Nobody serves this place just now, so no mail leaves and no work is done."),
            _("Start it: systemctl start dugnad, or dugnad serve."),
        )
    elif len(living) > 1 and not settings.REDIS_URL:
        yield wrong(
            "worker",
            _("%(count)d processes serve this place, but do not hear each other.") % {"count": len(living)},
            _("Set DUGNAD_REDIS_URL for all of them, or run only one."),
        )
    else:
        yield fine(
            "worker",
            ngettext("%(count)d process serves this place.", "%(count)d processes serve this place.", len(living))
            % {"count": len(living)},
        )


def work_is_done() -> Iterator[Finding]:
    """Tasks that wait for too long, and those that failed."""
    now = timezone.now()
    late = DBTaskResult.objects.ready().filter(enqueued_at__lt=now - WAITS_TOO_LONG).count()
    failed = DBTaskResult.objects.failed().count()
    if late:
        yield wrong(
            "work",
            ngettext(
                "%(count)d piece of work has been waiting for more than ten minutes.",
                "%(count)d pieces of work have been waiting for more than ten minutes.",
                late,
            )
            % {"count": late},
            _("Start the place again. If it comes back, the log says what is in the way."),
        )
    if failed:
        yield look(
            "work",
            ngettext(
                "%(count)d piece of work failed in the last days.",
                "%(count)d pieces of work failed in the last days.",
                failed,
            )
            % {"count": failed},
            _("The log says what broke: look for lines with “failed”."),
        )
    if not late and not failed:
        yield fine("work", _("No work is waiting for too long."))


def nights_are_kept() -> Finding:
    """The daily jobs ran: what is to be forgotten is forgotten."""
    today = timezone.now().date().toordinal()
    done = dict(Stamp.objects.filter(name__startswith="daily:").values_list("name", "value"))
    late = sorted(
        name for name, _job in registry.daily_jobs.items() if done.get(f"daily:{name}"[:60], today) < today - NIGHTS
    )
    if late:
        return wrong(
            "nights",
            _("The night's keeping did not run for more than two days: %(names)s.") % {"names": ", ".join(late)},
            _("Is the place served through the night? The log says what broke: look for lines with “broke”."),
        )
    return fine("nights", _("The night's keeping ran."))


def redis_answers() -> Finding:
    """Redis, when the place is told to use it. Waits two seconds at most."""
    if not settings.REDIS_URL:
        return fine("redis", _("One process needs no Redis."))
    import redis

    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as line:
            line.ping()
    except (redis.RedisError, OSError):
        return wrong(
            "redis",
            _("Redis does not answer, so processes do not hear each other and live pages miss what happens elsewhere."),
            _("Start it, or look at DUGNAD_REDIS_URL."),
        )
    return fine("redis", _("Redis answers."))
