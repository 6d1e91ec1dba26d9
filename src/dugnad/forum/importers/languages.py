"""In which language a text is: said by its front matter, by the name of its file, or by its most frequent words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from dugnad.forum.importers import Unreadable
from dugnad.kernel.languages import LANGUAGES, OWN_NAMES

_CALLED: Final = {
    "no": "nb",
    "nob": "nb",
    "nno": "nn",
    "eng": "en",
    "swe": "sv",
    "nld": "nl",
    "dut": "nl",
    "bokmål": "nb",
    "nynorsk": "nn",
    **{name.casefold(): code for code, name in OWN_NAMES.items()},
}
_SUFFIX = re.compile(r"(?P<stem>.*?)[-_.](?P<code>en|sv|nb|nn|no|nl)\Z", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_LOOKED_AT = 2_000
_FEWEST_HITS = 3

# The most frequent words of each; those that Bokmål and Nynorsk share decide between them and the others.
_FREQUENT: Final = {
    "en": "the and of to in is that it for not with are we a but from can how this have was on you by which their",
    "sv": "och att det som är på för med inte har till av den vi ett en om jag men från kan hur också ska där eller när",
    "nb": "og å det som er på for med ikke har til av den vi et en om jeg men fra kan hvordan også skal der eller når hva de",
    "nn": "og å det som er på for med ikkje har til av den vi eit ein om eg men frå kan korleis òg skal der eller når kva dei",
    "nl": "het de een van dat niet zijn voor met is te wij we ik en maar om naar kan hoe ook bij door aan op wordt er",
}
_BY_WORD = {code: frozenset(words.split()) for code, words in _FREQUENT.items()}


def without_suffix(stem: str) -> tuple[str, str]:
    """The name of a file without the language at its end, and that language: ``partner-en`` is ``partner``, ``en``."""
    found = _SUFFIX.fullmatch(stem)
    if found is None or not found["stem"]:
        return stem, ""
    code = found["code"].lower()
    return found["stem"], _CALLED.get(code, code)


def language_called(name: str) -> str:
    """The code of the house for what a website calls a language: sv, sv-SE, no, Nederlands. `Unreadable` if it has none."""
    called = name.strip().casefold().replace("_", "-")
    code = _CALLED.get(called) or _CALLED.get(called.split("-")[0]) or called.split("-")[0]
    if code not in LANGUAGES:
        raise Unreadable(f"its language is “{name[:20]}”; a post can be in {', '.join(LANGUAGES)}")
    return code


def language_of_words(text: str, among: Sequence[str]) -> str:
    """Which of the languages `among` has most of its frequent words in the text; "" when that is not clear."""
    words = [found[0] for found in islice(_WORD.finditer(text.casefold()), _WORDS_LOOKED_AT)]
    hits = {code: sum(word in _BY_WORD[code] for word in words) for code in among if code in _BY_WORD}
    ranked = sorted(hits.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < _FEWEST_HITS or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0]
