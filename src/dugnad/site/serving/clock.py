"""What happens by the clock: mail that is due, and one night's work of keeping. Of several processes one does it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event

from django.db import close_old_connections
from django.utils import timezone

from dugnad.kernel import outbox, registry
from dugnad.kernel.stamps import Stamp, take_lease
from dugnad.kernel.trouble import without_words
from dugnad.site.serving.presence import Presence

log = logging.getLogger("dugnad.clock")

MAIL_SECONDS = 5.0
KEEPING_SECONDS = 60.0
LOOK_SECONDS = 5.0
MINUTE_JOBS_SECONDS = 15.0
TRY_AGAIN_SECONDS = 3600.0
LEASE_SECONDS = 60


class Lease:
    """The right to do a kind of work, for one process at a time. A dead process loses it at once."""

    def __init__(self, name: str, presence: Presence) -> None:
        self._name = f"lease:{name}"
        self._presence = presence
        self._sure_until = 0.0

    def held(self) -> bool:
        """Whether this process has the right now. Asks the database at most twice a minute while it has."""
        now = time.monotonic()
        if now < self._sure_until:
            return True
        holder = Stamp.objects.filter(name=self._name).values_list("holder", flat=True).first()
        if holder and self._presence.is_dead(holder):
            Stamp.objects.filter(name=self._name, holder=holder).update(holder="")
        if not take_lease(self._name, self._presence.name, LEASE_SECONDS):
            return False
        self._sure_until = now + LEASE_SECONDS / 2
        return True

    def give_up(self) -> None:
        """Let another process have it."""
        self._sure_until = 0.0
        Stamp.objects.filter(name=self._name, holder=self._presence.name).update(holder="")


class Postman:
    """Sends mail that is due, every five seconds and whenever `wake` is set, until `stop` is."""

    def __init__(self, presence: Presence, *, stop: Event, wake: Event) -> None:
        self._lease = Lease("mail", presence)
        self._stop = stop
        self._wake = wake

    def run(self) -> None:
        """Send until told to stop; the batch in hand is finished first."""
        while not self._stop.is_set():
            self._wake.clear()
            close_old_connections()
            if self._lease.held():
                while not self._stop.is_set() and outbox.deliver_due():
                    pass
            self._wake.wait(MAIL_SECONDS)
        self._lease.give_up()


class Timekeeper:
    """Does what has its moment within the day (`registry.minute_jobs`) every quarter of a minute, until `stop` is set. What
    became due while the house was closed is done when it opens.
    """

    def __init__(self, presence: Presence, *, stop: Event) -> None:
        self._lease = Lease("minutes", presence)
        self._stop = stop

    def run(self) -> None:
        """Look until told to stop; the job in hand is finished first."""
        while not self._stop.is_set():
            close_old_connections()
            if self._lease.held():
                for name, job in registry.minute_jobs.items():
                    self._do(name, job)
            self._stop.wait(MINUTE_JOBS_SECONDS)
        self._lease.give_up()

    def _do(self, name: str, job: Callable[[], str]) -> None:
        try:
            said = job()
        except Exception as trouble:  # noqa: BLE001 - one job that breaks must not keep the others from their turn
            log.error("%s broke: %s", name, without_words(trouble))
            return
        if said:
            log.info("%s: %s", name, said)


class Keeper:
    """Does every daily job once a day (UTC). A job that breaks is tried again an hour later; a new place begins
    tomorrow; what was done on a day that has not come yet, before the clock jumped back, is done again today. `seconds` is a
    clock that never goes back.
    """

    def __init__(self, presence: Presence, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lease = Lease("keeping", presence)
        self._look_at = 0.0
        self._not_before: dict[str, float] = {}

    def run(self, stop: Event) -> None:
        """Look until told to stop. The job in hand is finished first; neither mail nor tasks wait for it."""
        while not stop.is_set():
            close_old_connections()
            self.look()
            stop.wait(LOOK_SECONDS)
        self._lease.give_up()

    def look(self) -> None:
        """Do what is due, at most once a minute."""
        now = self._seconds()
        if now < self._look_at:
            return
        self._look_at = now + KEEPING_SECONDS
        today = timezone.now().date().toordinal()
        due = [(name, job) for name, job in registry.daily_jobs.items() if self._is_due(name, today)]
        if due and self._lease.held():
            for name, job in due:
                self._do(name, job, today)

    def _is_due(self, name: str, today: int) -> bool:
        if self._seconds() < self._not_before.get(name, 0.0):
            return False
        done, _made = Stamp.objects.get_or_create(name=f"daily:{name}"[:60], defaults={"value": today})
        return not today <= done.value <= today + 1

    def _do(self, name: str, job: Callable[[], str], today: int) -> None:
        try:
            said = job()
        except Exception as trouble:  # noqa: BLE001 - one job that breaks must not keep the others from their turn
            log.error("%s broke: %s", name, without_words(trouble))
            self._not_before[name] = self._seconds() + TRY_AGAIN_SECONDS
            return
        Stamp.objects.filter(name=f"daily:{name}"[:60]).update(value=today, at=timezone.now())
        log.info("%s: %s", name, said)
