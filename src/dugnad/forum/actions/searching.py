"""Searches that somebody keeps, and telling them when something new is found. Nothing is recorded: it is nobody's business."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import SavedSearch
from dugnad.forum.planned_policies import can_keep_search, can_save_search
from dugnad.kernel import search
from dugnad.kernel.audience import audience_of, viewer_of
from dugnad.kernel.policies import require
from dugnad.kernel.search import SearchEntry
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, register
from dugnad.people.models import Person

# After a notice a search is quiet for a day; until then it is looked at once an hour: what comes together is told together.
AFTER_TELLING = timedelta(days=1)
BETWEEN = timedelta(hours=1)
MOST_AT_ONCE = 40

FOUND = register(
    NoticeKind(
        "search_found",
        "searches",
        _("There is something new for your search “{title}”."),
        _("New for your search: {title}"),
        mail_do=_("See what was found: {link}"),
    )
)


class NameTaken(Exception):  # noqa: N818 - an answer, not an error
    """The person keeps a search under this name already."""


@transaction.atomic
def save_search(name: str, query: str, filters: dict[str, Any], *, by: Person) -> SavedSearch:
    """Keep a search under a name. What is there already counts as known; the same search twice is kept once."""
    by = Person.objects.select_for_update().get(pk=by.pk)
    known = SavedSearch.objects.filter(person=by, query=query, filters=filters).first()
    if known is not None:
        return known
    require(can_save_search(by))
    _free(name, by)
    newest = SearchEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return SavedSearch.objects.create(person=by, name=name, query=query, filters=filters, told_to=newest)


@transaction.atomic
def rename_search(saved: SavedSearch, name: str, *, by: Person) -> SavedSearch:
    """Another name for the same search."""
    saved = SavedSearch.objects.select_for_update().get(pk=saved.pk)
    require(can_keep_search(by, saved))
    if name != saved.name:
        _free(name, by)
        saved.name = name
        saved.save(update_fields=["name"])
    return saved


@transaction.atomic
def listen_to_search(saved: SavedSearch, wanted: bool, *, by: Person) -> SavedSearch:
    """Be told of new hits, or not. What came while one was not told counts as known."""
    saved = SavedSearch.objects.select_for_update().get(pk=saved.pk)
    require(can_keep_search(by, saved))
    if wanted and not saved.tells:
        saved.told_to = SearchEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    saved.tells = wanted
    saved.save(update_fields=["tells", "told_to"])
    return saved


@transaction.atomic
def forget_search(saved: SavedSearch, *, by: Person) -> None:
    """The search is kept no longer."""
    require(can_keep_search(by, saved))
    SavedSearch.objects.filter(pk=saved.pk).delete()


def _free(name: str, by: Person) -> None:
    if SavedSearch.objects.filter(person=by, name=name).exists():
        raise NameTaken(name)


def address_of(saved: SavedSearch) -> str:
    """The page of results."""
    return f"/search?{urlencode({'q': saved.query, **saved.filters})}"


def tell_of_searches() -> str:
    """Look at the searches whose hour has come, at most `MOST_AT_ONCE` at a time; answers a line for the log, empty when there
    was none.
    """
    now = timezone.now()
    due = SavedSearch.objects.filter(tells=True, next_look_at__lte=now).order_by("next_look_at", "pk")
    told = [_look(pk) for pk in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE])]
    return f"{told.count(True)} of {len(told)} saved searches found something" if told else ""


@transaction.atomic
def _look(pk: int) -> bool:
    """True when the person was told. The search is asked as they may see at this moment; their own writing is no news."""
    saved = SavedSearch.objects.select_for_update(of=("self",)).select_related("person").filter(pk=pk).first()
    if saved is None:
        return False
    now = timezone.now()
    saved.next_look_at = now + BETWEEN
    newest = _newest_hit(saved) if saved.person.is_active and saved.person.erased_at is None else 0
    if newest:
        saved.told_to, saved.next_look_at = newest, now + AFTER_TELLING
        key = f"savedsearch:{saved.pk}:{newest}"
        tell([saved.person], FOUND.name, thing=key, url=address_of(saved), title=saved.name,
             audience=audience_of(saved.person.key))  # fmt: skip
    saved.save(update_fields=["told_to", "next_look_at"])
    return bool(newest)


def _newest_hit(saved: SavedSearch) -> int:
    person = saved.person
    languages = list(person.reads or [person.language]) if saved.filters.get("languages") == "mine" else []
    return search.newest_hit(saved.query, viewer_of(person), after=saved.told_to, languages=languages, not_by=person.pk)
