"""Sessions of people at the door: they hold an address or a code, so they end soon and leave nothing behind."""

from __future__ import annotations

from django.http import HttpRequest

STRANGERS_STAY = 60 * 60  # seconds
CODE_SLOT = "people.code."
ASKED_WITH = "people.asked_with"


def forget_soon(request: HttpRequest) -> None:
    """What the session of somebody who is not signed in holds is forgotten an hour from now."""
    if request.person is None:
        request.session.set_expiry(STRANGERS_STAY)


def come_to_stay(request: HttpRequest) -> None:
    """The session of somebody who just signed in lasts as long as others, without what it held at the door."""
    held = list(request.session.keys())
    for key in held:
        if key.startswith(CODE_SLOT) or key == ASKED_WITH:
            del request.session[key]
    request.session.set_expiry(None)
