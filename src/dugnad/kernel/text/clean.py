"""What people type, made safe to keep: one form of Unicode, no invisible tricks."""

from __future__ import annotations

import re
import unicodedata

MAX_MARKS = 8

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_OVERRIDES = re.compile("[\u202a-\u202e]")
_INVISIBLE_IN_A_LINE = re.compile("[\u00ad\u200b\u2060-\u2069\ufeff]")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_BLANK_LINES_FIRST = re.compile(r"\A(?:[^\S\n]*\n)+")


def clean_text(text: str) -> str:
    r"""The body of a text as it is kept: NFC, ``\n`` as the only line end, no controls, no lone surrogates.

    Direction overrides and embeddings (U+202A to U+202E) are dropped, since they can make a name or a link read as
    another; isolates and marks, which people who write from right to left need, stay. Blank lines at both ends go.
    """
    text = _LINE_ENDS.sub("\n", text)
    text = without_overrides(_CONTROLS.sub("", text))
    return _BLANK_LINES_FIRST.sub("", compose(text)).rstrip()


def clean_line(text: str) -> str:
    """A field of one line: as `clean_text`, with runs of white space as one space and no invisible characters.

    Joiners (U+200C, U+200D) and direction marks stay: Persian words and family emoji are made with them.
    """
    text = _INVISIBLE_IN_A_LINE.sub("", clean_text(text))
    return " ".join(text.split())


def without_overrides(text: str) -> str:
    """The text without the characters that turn the direction of what follows them."""
    return _OVERRIDES.sub("", text)


def compose(text: str) -> str:
    """NFC, with at most eight combining marks on one character.

    No script needs more, piles of marks run over their neighbours, and putting n marks in order costs n squared.
    """
    return unicodedata.normalize("NFC", _NOT_ASCII.sub(_short_of_marks, text))


def _short_of_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in run[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)
