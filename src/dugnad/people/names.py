"""Names that people choose, and the handles made from them. Knows no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from dugnad.kernel.text import clean_line

LONGEST_NAME = 60
LONGEST_HANDLE = 40
NAMELESS = "neighbour"

# Letters that Unicode does not take apart into a base letter and an accent.
_FOLDED = str.maketrans(
    {
        "æ": "ae", "ø": "o", "œ": "oe", "ß": "ss", "þ": "th", "ð": "d", "đ": "d", "ł": "l", "ı": "i", "ŋ": "n",
        "ħ": "h", "ŧ": "t", "ə": "a", "'": None, "’": None,
    }
)  # fmt: skip

# Words that would mislead beside an @, or that are (or may become) addresses under /people/.
RESERVED = frozenset(
    {
        "about", "account", "admin", "administrator", "all", "anonymous", "anyone", "api", "block", "channel",
        "dugnad", "edit", "everybody", "everyone", "export", "facilitator", "former-member", "group",
        "groups", "guest", "help", "here", "house", "info", "invite", "mail", "me", "member", "members",
        "moderator", "new", "news", "nobody", "notices", "null", "page", "people", "person", "place",
        "postmaster", "privacy", "root", "search", "security", "settings", "sign-in", "sign-out", "sign-up",
        "staff", "steward", "stewards", "support", "system", "thread", "undefined", "webmaster",
    }
)  # fmt: skip

# Not seen, or only as empty space; joiners inside words stay, since Persian and Hindi need them.
_UNSEEN = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
_JOINERS = "\u200c\u200d"


def clean_name(text: str) -> str:
    """`text` as a name: one line, composed, without control, direction and invisible characters."""
    kept = "".join(letter for letter in clean_line(text) if not _is_unseen(letter))
    return " ".join(kept.split()).strip(_JOINERS + " ")


def says_something(name: str) -> bool:
    """Has at least one letter or digit, so that others can read it out."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in name)


def base_handle(name: str) -> str:
    """The handle that belongs to `name`: `Bjørg Ødegård` → `bjorg-odegard`; of a name in another script `neighbour`."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_FOLDED))
    plain = re.sub(r"[^a-z0-9]+", "-", "".join(letter for letter in folded if not unicodedata.combining(letter)))
    handle = plain.strip("-")[:LONGEST_HANDLE].strip("-")
    return handle or NAMELESS


def free_handle(name: str, taken: Container[str]) -> str:
    """The first of `base`, `base-2`, `base-3` … that is neither taken nor reserved; the same input gives the same."""
    base = base_handle(name)
    number = 1
    while True:
        ending = f"-{number}" if number > 1 else ""
        handle = base[: LONGEST_HANDLE - len(ending)].rstrip("-") + ending
        if handle not in taken and handle not in RESERVED:
            return handle
        number += 1


def _is_unseen(letter: str) -> bool:
    return letter in _UNSEEN or (letter not in _JOINERS and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co"))
