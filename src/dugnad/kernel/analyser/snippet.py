"""The part of a text that shows why it was found."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dugnad.kernel.analyser.terms import QueryWord, all_terms, query_terms
from dugnad.kernel.analyser.words import STEMMERS, compounds, fold_case, forms, letter_for_letter, stem

LENGTH: Final = 200
BEFORE: Final = 50
MOST_HITS: Final = 40

_LETTERS = r"[^\W_]+(?:['’][^\W_]+)*"
_COMPOUND = re.compile(rf"({_LETTERS})(?:[-\u2010\u2011]{_LETTERS})*")
_DUTCH_PARTICIPLE = "ge"


class Part(NamedTuple):
    """A piece of a snippet, and whether it is what was looked for."""

    text: str
    is_hit: bool


class _Hit(NamedTuple):
    start: int
    end: int
    asked: int


def snippet(plain: str, query: str, length: int = LENGTH) -> SafeString:
    """The part of `plain` where most of the query stands together, as safe HTML with each hit in a `mark`."""
    pieces = (
        f"<mark>{escape(text)}</mark>" if is_hit else escape(text) for text, is_hit in parts(plain, query, length)
    )
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped


def parts(plain: str, query: str, length: int = LENGTH) -> list[Part]:
    """The same as pieces of text. About `length` characters on one line, cut between words, with "…" where cut.

    Without a hit in the text (it may be in a title) this is its beginning.
    """
    text = " ".join(plain.split())
    hits = _hits(text, query)
    start, end = _window(text, hits, length)
    found = [Part("…", False)] if start else []
    done = start
    for hit in hits:
        if hit.start >= done and hit.end <= end:
            found += [Part(text[done : hit.start], False), Part(text[hit.start : hit.end], True)]
            done = hit.end
    found.append(Part(text[done:end] + ("…" if end < len(text) else ""), False))
    return [part for part in found if part.text]


def _window(text: str, hits: list[_Hit], length: int) -> tuple[int, int]:
    """Where the most different words asked for stand within `length` characters; of several such places the first."""

    def together(first: _Hit) -> int:
        return len({hit.asked for hit in hits if first.start <= hit.start and hit.end <= first.start - BEFORE + length})

    if len(text) <= length:
        return 0, len(text)
    anchor = max(hits, key=together).start if hits else 0
    start = max(0, min(anchor - BEFORE, len(text) - length))
    if start:
        space = text.find(" ", start, anchor)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + length)
    if end < len(text):
        space = text.rfind(" ", start + length // 2, end + 1)
        end = space if space >= 0 else end
    return start, end


@lru_cache(maxsize=256)
def _asked(query: str) -> tuple[list[QueryWord], re.Pattern[str] | None]:
    """The words of the query, and a pattern for where a word that answers may begin. One page asks it for many texts."""
    asked, beginnings = query_terms(query), sorted(_beginnings(query))
    if not asked or not beginnings:
        return [], None
    return asked, re.compile(rf"(?<![^\W_])(?:{'|'.join(beginnings)})")


def _hits(text: str, query: str) -> list[_Hit]:
    asked, could_be = _asked(query)
    found: list[_Hit] = []
    if could_be is None:
        return found
    for candidate in could_be.finditer(letter_for_letter(text)):
        hit = None if found and candidate.start() < found[-1].end else _hit_at(text, candidate.start(), asked)
        found += [hit] if hit else []
        if len(found) >= MOST_HITS:
            break
    return found


def _hit_at(text: str, start: int, asked: list[QueryWord]) -> _Hit | None:
    match = _COMPOUND.match(text, start)
    if match is None:
        return None
    for end in dict.fromkeys((match.end(1), match.end())):
        word = "".join(part for parts in compounds(fold_case(text[start:end])) for part in parts)
        terms = all_terms(word) if word else []
        for number, one in enumerate(asked):
            if any(term in one.exact or term in one.phrase or term.startswith(one.prefixes) for term in terms):
                return _Hit(start, end, number)
    return None


def _beginnings(query: str) -> set[str]:
    """Patterns for the first two letters of every word that may answer: of those asked for, and of their stems.

    Dutch stems lose the "ge" of participles, so words that begin so may always answer. A hyphen may stand between.
    """
    found: set[str] = set()
    for parts in compounds(fold_case(query)):
        for word in parts:
            stems = [stem(word, stemmer) for stemmer in set(STEMMERS.values())]
            found |= {one.folded[:2] for one in (forms(word), *stems) if one and one.folded} | {_DUTCH_PARTICIPLE}
    return {"[-\u2010\u2011]?".join(map(re.escape, two)) for two in found}
