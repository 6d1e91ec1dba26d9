"""Named rows that several processes agree on: the validity of cached pages, and leases for work that only one may do."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from dugnad.kernel import registry

PUBLIC_PAGES = "public-pages"
# Rows of these kinds are only ever added, each under a name of its own: no deed waits for another's.
MEMORY = "memory:"
HANG_UP = "hang-up:"
EVERYBODY = 0
KEEP_SAID = timedelta(days=1)


class Stamp(models.Model):
    """A number under a name, and when it last changed."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField(default=0)
    holder = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


def touch_public() -> None:
    """Make every page that was cached for strangers stale, when the open transaction commits."""
    changed = Stamp.objects.filter(name=PUBLIC_PAGES).update(value=F("value") + 1, at=timezone.now())
    if not changed:
        Stamp.objects.get_or_create(name=PUBLIC_PAGES, defaults={"value": 1})


def public_stamp() -> int:
    """The number under which pages for strangers are valid now."""
    return Stamp.objects.filter(name=PUBLIC_PAGES).values_list("value", flat=True).first() or 0


def touch_memory() -> None:
    """What processes keep of names and of the place is out of date, when the open transaction commits."""
    Stamp.objects.create(name=f"{MEMORY}{secrets.token_hex(8)}", value=secrets.randbits(40))


def memory_stamp() -> int:
    """The number under which names and the place are kept now. It tells states apart and counts nothing."""
    return int(Stamp.objects.filter(name__startswith=MEMORY).aggregate(sum=Sum("value"))["sum"] or 0)


def stamps_for_strangers() -> tuple[int, int]:
    """`public_stamp()` and `memory_stamp()` in one query."""
    rows = Stamp.objects.filter(Q(name=PUBLIC_PAGES) | Q(name__startswith=MEMORY)).values_list("name", "value")
    values = dict(rows)
    public = values.pop(PUBLIC_PAGES, 0)
    return public, sum(values.values())


@registry.standing.register("memory_stamp")
def _memory_stamp() -> Coalesce:
    """`memory_stamp()` beside whoever is signed in, in the same statement."""
    rows = Stamp.objects.filter(name__startswith=MEMORY).order_by().annotate(one=Value(1)).values("one")
    return Coalesce(
        Subquery(rows.annotate(sum=Sum("value")).values("sum")), Value(0), output_field=models.BigIntegerField()
    )


def say_hang_up(person_id: int) -> str:
    """Every process that did not hear it otherwise finds this row within seconds of the commit. Answers its name."""
    return Stamp.objects.create(name=f"{HANG_UP}{secrets.token_hex(8)}", value=person_id).name


def said_hang_ups() -> Iterable[tuple[str, int]]:
    """Name and person of each hang-up of the last day; the person is `EVERYBODY` when all were meant."""
    return Stamp.objects.filter(name__startswith=HANG_UP).values_list("name", "value")


@registry.daily_jobs.register("forget_said")
def forget_said() -> str:
    """Remove rows that every process has read long ago."""
    said = Stamp.objects.filter(Q(name__startswith=MEMORY) | Q(name__startswith=HANG_UP))
    gone = said.filter(at__lt=timezone.now() - KEEP_SAID).delete()[0]
    return f"{gone} rows between processes removed"


def database_now() -> datetime:
    """What time it is where all processes agree: at the database."""
    Stamp.objects.get_or_create(name=PUBLIC_PAGES)
    return Stamp.objects.annotate(now=Now()).values_list("now", flat=True).get(name=PUBLIC_PAGES)


@transaction.atomic
def take_lease(name: str, holder: str, seconds: int) -> bool:
    """True when `holder` has the lease `name` for the next `seconds`: it was free, had run out, or was theirs already.
    The clock is the database's; a lease that ends later than one taken now would was taken before that clock jumped back: free.
    """
    Stamp.objects.get_or_create(name=name, defaults={"at": timezone.now() - timedelta(days=1)})
    row = Stamp.objects.select_for_update().annotate(now=Now()).get(name=name)
    now = row.now
    if row.holder not in ("", holder) and now < row.at <= now + timedelta(seconds=2 * seconds):
        return False
    row.holder, row.at = holder, now + timedelta(seconds=seconds)
    row.save(update_fields=["holder", "at"])
    return True
