"""How fast one person may write: numbers that nobody meets who types, and a script does."""

from __future__ import annotations

from django.http import HttpRequest

from dugnad.kernel.limits import limit

# what → (how many, in how many seconds)
LIMITS = {
    "post": (30, 300),
    "thread": (12, 600),
    "upload": (40, 600),
    "preview": (60, 300),
    "deed": (120, 60),
    "search": (40, 60),
    "feed": (60, 600),
    "unknown_feed": (10, 600),
}
# Strangers are counted by their address, behind which a whole workshop hall may sit.
STRANGERS_AT_ONE_ADDRESS = 15


def slow_down(request: HttpRequest, what: str) -> None:
    """Count one; raises `kernel.limits.TooMuch` beyond the limit. Members are counted as persons, strangers by address."""
    amount, seconds = LIMITS[what]
    limit(request, f"forum.{what}", amount if request.person else amount * STRANGERS_AT_ONE_ADDRESS, seconds)
