"""What makes two texts nearly the same, as pure functions: words, pairs of words, how much two texts share, and a sketch
of a text that can be kept when the text is gone.

Resemblance and its sketch: A. Broder, "On the resemblance and containment of documents" (1997).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b
from urllib.parse import urlsplit

SKETCH_PLACES = 16
SKETCH_DIGITS = 4

_LINK = re.compile(r"https?://[^\s<>()\[\]\"']+|www\.[^\s<>()\[\]\"']+", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]{2,}@[\w-]+\.[\w.-]{2,}")
_NUMBER = re.compile(r"\+?\d(?:[\s().-]?\d){7,14}")
_FILE = re.compile(r"\(file:[\w-]+\)")
_WORD = re.compile(r"[^\W\d_]+")
# Accents that stand alone after decomposing, and signs that are not drawn: they are put into words to make them look new.
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u034f\u061c\u1ab0-\u1aff\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
_PRIME = (1 << 61) - 1


def hosts_in(source: str, own: str = "") -> frozenset[str]:
    """The hosts that a text links to, lower case and without "www.", but not `own`: links within the house are nobody's
    advertisement.
    """
    hosts = {_host_of(link).removeprefix("www.").rstrip(".") for link in _LINK.findall(source)}
    return frozenset(hosts - {"", own.removeprefix("www.")})


def _host_of(link: str) -> str:
    try:
        return urlsplit(link if "://" in link else f"http://{link}").hostname or ""
    except ValueError:
        return ""


def leads_out(source: str, hosts: frozenset[str]) -> bool:
    """Does the text lead out of the house: by one of the `hosts` in it, an email address or a telephone number?"""
    return bool(hosts or ("@" in source and _ADDRESS.search(source)) or _NUMBER.search(_LINK.sub(" ", source)))


def words_of(source: str) -> list[str]:
    """The words of a text as its look suggests them: without case, accents, invisible signs, figures, links and pictures.

    Links, addresses and figures are what changes from one copy of a text to the next, so they say nothing here.
    """
    text = _FILE.sub(" ", _ADDRESS.sub(" ", _LINK.sub(" ", source)))
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKD", text))
    return _WORD.findall(text.casefold())


def pairs_of(words: list[str]) -> frozenset[str]:
    """Each word with the one after it. A single word is a pair with nothing."""
    following = words[1:] or [""]
    return frozenset(f"{one} {after}" for one, after in zip(words, following, strict=False))


def resemblance(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of all pairs that both have, from 0 to 1. Two texts without words have nothing in common."""
    together = len(one & other)
    either = len(one) + len(other) - together
    return together / either if either else 0.0


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


_TIMES = tuple(_number(f"place {place}") for place in range(SKETCH_PLACES))


def sketch_of(pairs: Iterable[str]) -> str:
    """Sixty-four signs from which `sketches_resemble` tells how alike two texts were; the text cannot be told from them.

    Sixteen places, each the least of the pairs under an order of its own. Empty for a text without words.
    """
    numbers = [_number(pair) for pair in pairs]
    if not numbers:
        return ""
    least = (min(number * times % _PRIME for number in numbers) for times in _TIMES)
    return "".join(f"{number % 16**SKETCH_DIGITS:0{SKETCH_DIGITS}x}" for number in least)


def sketches_resemble(one: str, other: str) -> float:
    """About how alike the texts of two sketches were, in sixteenths."""
    if len(one) != len(other) or len(one) != SKETCH_PLACES * SKETCH_DIGITS:
        return 0.0
    places = range(0, len(one), SKETCH_DIGITS)
    return sum(one[at : at + SKETCH_DIGITS] == other[at : at + SKETCH_DIGITS] for at in places) / SKETCH_PLACES


def mark_of_host(host: str) -> str:
    """A host as a mark: its hash, since hosts of spam need not stand in the tables of the house."""
    return blake2b(host.encode(), digest_size=16).hexdigest()
