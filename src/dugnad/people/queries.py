"""Persons as others may see them."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from dugnad.kernel.audience import Viewer, viewer_of
from dugnad.people.models import Block, Person, PlaceStewardship

_UNKNOWN = object()


def viewer_of_session(session_key: str, language: str) -> Viewer | None:
    """The viewer behind a session cookie, or None when it signs nobody in. For the live socket."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    person_id = store.get(SESSION_KEY)
    if person_id is None or BACKEND_SESSION_KEY not in store:
        return None
    person = Person.objects.filter(pk=person_id, is_active=True, erased_at=None).first()
    if person is None or not constant_time_compare(store.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return None
    return viewer_of(person, language or person.language)


def keys_of(person: Person) -> list[str]:
    """The keys that a person holds as a steward of the place."""
    stewards = getattr(person, "stewards_place", None)  # known when the session loaded the person
    if stewards is None:
        stewards = PlaceStewardship.objects.current().filter(person_id=person.pk).exists()
    return ["stewards:place"] if stewards else []


def hidden_from(person: Person) -> list[int]:
    """Ids of the persons whom this person blocked."""
    known = getattr(person, "blocked_ids", _UNKNOWN)
    if known is not _UNKNOWN:  # the session loaded the person, blocks included
        return [int(number) for number in str(known or "").split(",") if number]
    return list(Block.objects.filter(person_id=person.pk).values_list("blocked_id", flat=True))


def person_by_handle(handle: str) -> Person | None:
    """The living person with this handle."""
    return Person.objects.filter(handle=handle, erased_at=None).first()
