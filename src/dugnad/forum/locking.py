"""Locking rows together with what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def locked(rows: QuerySet[M], pk: int) -> M:
    """The row with this id, locked, joined as `rows` says. Raises the model's `DoesNotExist`.

    PostgreSQL that had to wait for the lock joins the row as it is now with what belonged to it before, and finds nothing when
    somebody moved it meanwhile. Then it is asked once more: the lock is ours by then.
    """
    waiting = rows.select_for_update(of=("self",))
    found = waiting.filter(pk=pk).first()
    return found if found is not None else waiting.get(pk=pk)


def all_locked(rows: QuerySet[M], ids: Iterable[int]) -> dict[int, M]:
    """The rows with these ids that there are, by id, locked from the older to the younger, then joined as `rows` says."""
    wanted = list(ids)
    list(rows.model._default_manager.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
    return rows.order_by("pk").in_bulk(wanted)
