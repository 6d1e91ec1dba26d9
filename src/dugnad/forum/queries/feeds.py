"""Whose feed an address is. Only the hash of the secret in it is kept."""

from __future__ import annotations

import hashlib

from dugnad.forum.models import FeedKey
from dugnad.people.models import Person


def digest_of(secret: str) -> str:
    """What is kept of the secret in the address of a feed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def person_of_feed(secret: str) -> Person | None:
    """Whose feed has this secret in its address; None when nobody's has (any more)."""
    return Person.objects.living().filter(is_active=True, feed_key__digest=digest_of(secret)).first()


def feed_key_of(person: Person) -> FeedKey | None:
    """The key of the person's own feed, if they made one."""
    return FeedKey.objects.filter(person=person).first()
