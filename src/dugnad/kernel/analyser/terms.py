"""The terms that the index holds for a text, and those that a query asks for.

A term is a letter that says its kind, then the word in an alphabet of a to z and 0 to 9: every other character, and
q itself, is written as q, its number in hexadecimal, and z. SQLite's FTS5 and PostgreSQL's parser both take such a
term as one word whatever their locale and Unicode version, it carries no syntax of theirs, and the beginning of a
word is still the beginning of its term. The kinds:

    f  a word without marks, in the order of the text (phrases are looked up in these)
    e  a word as it was written, where it has å, ä or ö
    s  a stem without marks, after the letter of its language
    t  a stem with å, ä or ö, after the letter of its language
    x  nothing: keeps words apart that do not follow each other
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dugnad.kernel.analyser.words import STEMMERS, Forms, compounds, fold_case, forms, stem
from dugnad.kernel.languages import LANGUAGES

MAX_QUERY: Final = 300
MAX_QUERY_WORDS: Final = 12
SHORTEST_PREFIX: Final = 3

MAX_WORDS: Final = 12_000
MAX_JOINED: Final = 2_000
MAX_SIZE: Final = 900_000
MAX_REPEATS: Final = 255

_APART = "x"
_LETTER = {"swedish": "s", "norwegian": "n", "dutch": "d", "english": "e"}
_PLAIN = re.compile("[a-pr-z0-9]*")
_CODED = re.compile("[^a-pr-z0-9]")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»❝❞＂", '"'))


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One thing asked for. A text has it if it has a term that begins with one of `prefixes`, or is one of `exact`, or
    all of `phrase` in a row."""

    prefixes: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()


def index_terms(text: str, language: str | None) -> str:
    """The terms of a text, with a space between: its words in order, then everything else it is to be found by.

    `language` says whose stems to add; for a language without a stemmer the words alone are indexed. Bounded to what
    PostgreSQL can hold (16,383 positions, 256 of them for one term, a megabyte for one row), and on SQLite just the
    same, so that both find the same texts: beyond 12,000 words nothing is indexed, and from the 256th time on a word
    no longer counts for phrases.
    """
    stemmer = STEMMERS.get(language or "", "")
    in_order: list[str] = []
    joined: dict[str, None] = {}
    others: dict[str, None] = {}
    seen: Counter[str] = Counter()
    size = 0
    for parts in compounds(fold_case(text)):
        for part in parts:
            term, *more = _terms_of(part, stemmer)
            seen[term] += 1
            in_order.append(term if seen[term] <= MAX_REPEATS else _APART)
            others.update(dict.fromkeys(more))
            size += len(term) + sum(map(len, more))
        if len(parts) > 1 and len(joined) < MAX_JOINED:
            term, *more = _word_terms(forms("".join(parts)))
            joined[term] = None
            others.update(dict.fromkeys(more))
        if size > MAX_SIZE or len(in_order) >= MAX_WORDS:
            break
    return " ".join([*in_order[:MAX_WORDS], *(f"{_APART} {term}" for term in joined), *others])


def query_terms(query: str, languages: Iterable[str] = LANGUAGES) -> list[QueryWord]:
    """What a query asks for: each word by its beginning and by its stem in every language, quoted words in a row.

    A word typed without marks finds it with and without; one typed with å, ä or ö finds only that. Words of one or
    two letters are looked up whole. What hyphens join is found written in one word too. At most 12 words count.
    """
    stemmers = list(dict.fromkeys(STEMMERS[language] for language in languages if language in STEMMERS))
    asked: dict[QueryWord, None] = {}
    left = MAX_QUERY_WORDS
    for segment, quoted in _segments(query[:MAX_QUERY]):
        groups = list(compounds(fold_case(segment)))
        if quoted:
            groups = [[part for parts in groups for part in parts]]
        for parts in groups:
            counted = parts[:left]
            left -= len(counted)
            if counted:
                asked[_asked(counted, stemmers, quoted=quoted)] = None
    return list(asked)


def all_terms(word: str) -> list[str]:
    """Every term that a word of unknown language may have been indexed by."""
    return _word_terms(forms(word)) + [term for stemmer in _LETTER for term in _stem_terms(word, stemmer)]


def to_fts5(query: str, languages: Iterable[str] = LANGUAGES, *, beginnings: bool = True) -> str | None:
    """The query as an FTS5 match expression, all words of which must be found; None if it asks for nothing.

    Without `beginnings` a word is found whole or by its stem, and not where it only begins a longer one.
    """
    prefix = '"{}"*' if beginnings else '"{}"'
    return _expression(
        query, languages, and_=" AND ", or_=" OR ", term='"{}"', prefix=prefix, phrase='"{}"', in_row=" "
    )


def to_tsquery(
    query: str, languages: Iterable[str] = LANGUAGES, *, beginnings: bool = True, in_a_row: bool = True
) -> str | None:
    """The query for PostgreSQL's ``to_tsquery('simple', …)``, or None if it asks for nothing. `beginnings` as in `to_fts5`.

    Without `in_a_row` the words of a phrase are looked for anywhere in a text.
    """
    prefix, row = "{}:*" if beginnings else "{}", " <-> " if in_a_row else " & "
    return _expression(query, languages, and_=" & ", or_=" | ", term="{}", prefix=prefix, phrase="({})", in_row=row)


def _expression(
    query: str, languages: Iterable[str], *, and_: str, or_: str, term: str, prefix: str, phrase: str, in_row: str
) -> str | None:
    clauses = []
    for word in query_terms(query, languages):
        ways = [prefix.format(one) for one in word.prefixes] + [term.format(one) for one in word.exact]
        ways += [phrase.format(in_row.join(word.phrase))] if word.phrase else []
        clauses.append(f"({or_.join(ways)})")
    return and_.join(clauses) or None


def _asked(parts: list[str], stemmers: list[str], *, quoted: bool) -> QueryWord:
    """`parts` is one word, or several that stand in a row."""
    if len(parts) > 1:
        row = tuple(_word_terms(forms(part))[0] for part in parts)
        whole = "" if quoted else _word_terms(forms("".join(parts)))[-1]
        return QueryWord(prefixes=(whole,) if whole else (), phrase=row)
    word = forms(parts[0])
    term = _word_terms(word)[-1]
    if quoted:
        return QueryWord(exact=(term,))
    stems = [_stem_terms(parts[0], stemmer)[-1:] for stemmer in stemmers]
    exact = tuple(dict.fromkeys(one for terms in stems for one in terms))
    if len(word.folded) < SHORTEST_PREFIX:
        return QueryWord(exact=(term, *exact))
    return QueryWord(prefixes=(term,), exact=exact)


def _segments(query: str) -> Iterable[tuple[str, bool]]:
    """The query cut at its quotation marks: (text, whether it stood between two of them)."""
    pieces = query.translate(_QUOTES).split('"')
    for number, piece in enumerate(pieces):
        yield piece, number % 2 == 1 and number < len(pieces) - 1


def _terms_of(word: str, stemmer: str) -> list[str]:
    """The f term of a word, then all its others."""
    return [*_word_terms(forms(word)), *(_stem_terms(word, stemmer) if stemmer else ())]


def _word_terms(word: Forms) -> list[str]:
    folded = "f" + _coded(word.folded)
    return [folded] if word.exact == word.folded else [folded, "e" + _coded(word.exact)]


def _stem_terms(word: str, stemmer: str) -> list[str]:
    found = stem(word, stemmer)
    if found is None:
        return []
    letter = _LETTER[stemmer]
    folded = f"s{letter}{_coded(found.folded)}"
    return [folded] if found.exact == found.folded else [folded, f"t{letter}{_coded(found.exact)}"]


def _coded(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    return _CODED.sub(lambda char: "qz" if char[0] == "q" else f"q{ord(char[0]):x}z", word)
