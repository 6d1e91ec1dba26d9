"""The five languages of the house: their codes, their names, and how each says "in Swedish".

These are tables and not messages, since they are grammar: a translator has nothing to choose here.
"""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("en", "sv", "nb", "nn", "nl")

OWN_NAMES: Final = {
    "en": "English",
    "sv": "svenska",
    "nb": "norsk bokmål",
    "nn": "norsk nynorsk",
    "nl": "Nederlands",
}

_NAMES: Final = {
    "en": {
        "en": "English",
        "sv": "Swedish",
        "nb": "Norwegian Bokmål",
        "nn": "Norwegian Nynorsk",
        "nl": "Dutch",
    },
    "sv": {"en": "engelska", "sv": "svenska", "nb": "bokmål", "nn": "nynorska", "nl": "nederländska"},
    "nb": {"en": "engelsk", "sv": "svensk", "nb": "bokmål", "nn": "nynorsk", "nl": "nederlandsk"},
    "nn": {"en": "engelsk", "sv": "svensk", "nb": "bokmål", "nn": "nynorsk", "nl": "nederlandsk"},
    "nl": {"en": "Engels", "sv": "Zweeds", "nb": "Noors (Bokmål)", "nn": "Noors (Nynorsk)", "nl": "Nederlands"},
}
_IN: Final = {"en": "in", "sv": "på", "nb": "på", "nn": "på", "nl": "in het"}


def own_name(language: str) -> str:
    """The language in its own words, as the language menu lists it; an unknown code is its own name."""
    return OWN_NAMES.get(language, language)


def name_in(language: str, interface: str) -> str:
    """The language as people who read in `interface` call it, in the middle of a sentence."""
    return _NAMES[interface].get(language, language)


def written_in(language: str, interface: str) -> str:
    """Where something is written in another language: "in Swedish", "på svenska", "in het Zweeds"."""
    return f"{_IN[interface]} {name_in(language, interface)}"
