"""From text to words, and from a word to the forms that it is found by."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

import snowballstemmer

MAX_WORD: Final = 64

STEMMERS: Final = {"sv": "swedish", "nb": "norwegian", "nn": "norwegian", "nl": "dutch", "en": "english"}
_NORDIC = ("swedish", "norwegian")

_LETTERS = r"[^\W_]+(?:['’][^\W_]+)*"
_COMPOUND = re.compile(rf"{_LETTERS}(?:[-\u2010]{_LETTERS})*")
_WORD = re.compile(_LETTERS)
_APOSTROPHES = str.maketrans("", "", "'’")
_LATIN = re.compile("[a-zåäöæø]")
_DOUBLED_AT_END = re.compile(r"([bdfgklmnprstv])\1\Z")
_TO_ASCII = str.maketrans("åäö", "aao")
_SPELLED_AS_IN = {"swedish": str.maketrans("æø", "äö"), "norwegian": str.maketrans("äö", "æø")}
_DUTCH_PLURAL = re.compile(r"eën\Z")
_ALONE = {
    "æ": "ä",
    "ø": "ö",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ŋ": "n",
    "ŧ": "t",
}
_REMEMBERED = 4096


class Forms(NamedTuple):
    """A word without marks (`folded`), and with the letters å ä ö kept (`exact`); mostly these are the same."""

    folded: str
    exact: str


class _ByChar(dict[int, str]):
    """A table for `str.translate` that works out each character once, and remembers a bounded number of them."""

    def __missing__(self, code: int) -> str:
        made = self.make(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = made
        return made

    def make(self, char: str) -> str:
        """What `char` becomes."""
        raise NotImplementedError


class _WithoutMarks(_ByChar):
    def make(self, char: str) -> str:
        category = unicodedata.category(char)
        return "" if category[0] == "M" or category == "Cf" else char


class _Exact(_ByChar):
    def make(self, char: str) -> str:
        if char in "åäö":
            return char
        if char in _ALONE:
            return _ALONE[char]
        return "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))


class _OneLetter(_ByChar):
    def make(self, char: str) -> str:
        return forms(char.casefold()).folded[:1] or char


_WITHOUT_MARKS = _WithoutMarks()
_EXACT = _Exact()
_ONE_LETTER = _OneLetter()


def fold_case(text: str) -> str:
    """The text in one case and one form of Unicode, without soft hyphens, joiners and marks that stand alone."""
    text = unicodedata.normalize("NFKC", text)
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text.casefold()).translate(_WITHOUT_MARKS)


def compounds(folded_text: str) -> Iterator[list[str]]:
    """The words of a text whose case is folded, in order; what hyphens join comes as one list of its parts."""
    for match in _COMPOUND.finditer(folded_text):
        found = match[0]
        yield _WORD.findall(found) if "-" in found or "\u2010" in found else [found]


def forms(word: str) -> Forms:
    """How a word is compared.

    Scandinavian letters are one letter each whichever country wrote them: æ is ä and ø is ö. All other letters lose
    their marks (é is e, ü is u). Only the first 64 characters count, in texts and in queries alike.
    """
    if word.isascii() and word.isalnum():
        short = word[:MAX_WORD]
        return Forms(short, short)
    exact = word.translate(_APOSTROPHES).translate(_EXACT)[:MAX_WORD]
    return Forms(exact.translate(_TO_ASCII), exact)


def letter_for_letter(text: str) -> str:
    """The text folded so that every character stays in its place: for finding where in a text a word begins."""
    return text.translate(_ONE_LETTER)


def stem(word: str, stemmer: str) -> Forms | None:
    """The forms of the word's stem by the named Snowball algorithm; None for words that are not in Latin letters.

    What Snowball does not know is helped along, for all words alike: Scandinavian doubles a final m and others before
    an ending (medlem, medlemmer; rom, rommet), so a doubled consonant at the end of a Scandinavian stem is written
    once; it spells ä as æ in Norway; and Dutch makes ideeën of idee.
    """
    return _stem(word[:MAX_WORD], stemmer) if _LATIN.search(word) else None


@lru_cache(maxsize=40_000)
def _stem(word: str, stemmer: str) -> Forms:
    word = word.replace("’", "'").translate(_SPELLED_AS_IN.get(stemmer, {}))
    if stemmer == "dutch":
        word = _DUTCH_PLURAL.sub("e", word)
    found = _stemmer(stemmer).stemWord(word)
    if stemmer in _NORDIC:
        found = _DOUBLED_AT_END.sub(r"\1", found)
    return forms(found)


_OF_THIS_THREAD = threading.local()


def _stemmer(name: str) -> Any:
    """A Snowball stemmer for this thread alone: they keep the word they work on in themselves."""
    known: dict[str, Any] = _OF_THIS_THREAD.__dict__.setdefault("stemmers", {})
    if name not in known:
        known[name] = snowballstemmer.stemmer(name)
    return known[name]
