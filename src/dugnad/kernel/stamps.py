"""Named rows that several processes agree on: the validity of cached pages, and leases for work that only one may do."""

from __future__ import annotations

from datetime import timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

PUBLIC_PAGES = "public-pages"


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


@transaction.atomic
def take_lease(name: str, holder: str, seconds: int) -> bool:
    """True when `holder` has the lease `name` for the next `seconds`: it was free, had run out, or was theirs already."""
    Stamp.objects.get_or_create(name=name, defaults={"at": timezone.now() - timedelta(days=1)})
    row = Stamp.objects.select_for_update().get(name=name)
    now = timezone.now()
    if row.holder not in ("", holder) and row.at > now:
        return False
    row.holder, row.at = holder, now + timedelta(seconds=seconds)
    row.save(update_fields=["holder", "at"])
    return True
