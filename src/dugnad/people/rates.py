"""How often is too often, for what people do before and while they sign in.

Sized by forty people behind one address in a workshop hall who all come in within ten minutes, each mistyping once, and
by what a script would need. (name, amount, seconds)
"""

from __future__ import annotations

from django.http import HttpRequest

from dugnad.kernel.limits import address_of, limit

Rate = tuple[str, int, int]

SIGN_UPS: Rate = ("sign-ups", 100, 600)
CODES: Rate = ("codes", 100, 600)
CODES_TO_ONE: Rate = ("codes-to-one", 40, 3600)
CODES_TO_ONE_FROM_HERE: Rate = ("codes-to-one-from-here", 8, 3600)
TRIES: Rate = ("tries", 200, 600)
RIDDLES: Rate = ("riddles", 200, 600)
PASSWORDS: Rate = ("passwords", 100, 600)
PASSWORDS_OF_ONE: Rate = ("passwords-of-one", 10, 600)
RECOVERY_OF_ONE: Rate = ("recovery-of-one", 10, 600)
REQUESTS: Rate = ("requests", 100, 600)
REQUESTS_OF_ONE: Rate = ("requests-of-one", 3, 3600)
INVITATIONS: Rate = ("invitations", 30, 3600)
DEMO_SIGN_INS: Rate = ("demo-sign-ins", 200, 600)


def count_both(request: HttpRequest, address: str, tight: Rate, loose: Rate) -> None:
    """Count what one computer asks about one address tightly, and all that is asked about it loosely: somebody elsewhere
    who keeps asking for another's codes must not lock them out.
    """
    count(f"{address_of(request)} {address}", tight)
    count(address, loose)


def count(who: HttpRequest | str, rate: Rate) -> None:
    """Count one for `who`; raise `TooMuch` beyond the rate."""
    name, amount, seconds = rate
    limit(who, name, amount, seconds)
