"""The sessions that belong to a person. They are signed texts, so finding them means reading each one."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

CHUNK = 500


def sessions_of(person_id: int, addresses: frozenset[str]) -> Iterator[Session]:
    """Sessions that sign this person in, and those of sign-ins under way that hold one of the addresses."""
    for session in Session.objects.iterator(chunk_size=CHUNK):
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(person_id) or _mentions(data, addresses):
            yield session


def _mentions(data: object, addresses: frozenset[str]) -> bool:
    text = json.dumps(data, default=str, ensure_ascii=False).casefold()
    return any(address in text for address in addresses)
