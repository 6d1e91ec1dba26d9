"""A text of a website as a post of this house: CommonMark, with nothing that only the website could show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dugnad.forum.importers.addresses import Addresses
from dugnad.forum.importers.aside import Aside
from dugnad.forum.importers.jekyll import (
    with_plain_breaks,
    with_plain_definitions,
    with_plain_notes,
    without_attributes,
    without_liquid,
)
from dugnad.forum.importers.markup import without_html
from dugnad.forum.importers.unwrapping import on_one_line
from dugnad.kernel.text import clean_text

_MANY_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_MARKUP = re.compile(r"([\\`*_\[\]<>&~|])")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Converted:
    """The Markdown of a post, and what of the text could not come along.

    `wanted` holds address and description of every picture the text shows; `missing` counts those that words stand for,
    `linked` those of them whose words are a link; `dead` the links that lead nowhere from here; `liquid` the tags of
    Liquid that were left out.
    """

    source: str
    wanted: Mapping[str, str]
    missing: int
    linked: int
    dead: int
    liquid: int


def convert(
    body: str,
    *,
    language: str,
    lead: Sequence[str] = (),
    picture: str = "",
    site: str = "",
    pictures: Mapping[str, str] | None = None,
) -> Converted:
    """`body` as CommonMark.

    The paragraphs of `lead` stand before it in bold, unless the body says them itself. `picture` is the address of the
    picture that stands above the text on its website; it is shown there if it is taken along and not in the text.
    `pictures` says for an address the mark under which the picture is taken along; `site` is the page's own address.
    """
    aside = Aside()
    text, liquid = without_liquid(clean_text(body), aside)
    text = without_attributes(without_html(aside.put_code(text), aside))
    text = with_plain_notes(with_plain_definitions(text))
    addresses = Addresses(language, site, pictures or {})
    text = addresses.rewritten(with_plain_breaks(text))
    parts = [*_above(picture, addresses), *_lead(lead, text), _without_gaps(text)]
    source = clean_text(aside.put_back(on_one_line("\n\n".join(part for part in parts if part))))
    return Converted(source, addresses.wanted, addresses.missing, addresses.linked, addresses.dead, liquid)


def _above(picture: str, addresses: Addresses) -> list[str]:
    """The picture above the text. One that is not taken along leaves nothing: it was no part of the text."""
    if not picture or picture in addresses.wanted:
        return []
    addresses.wanted[picture] = ""
    mark = addresses.pictures.get(picture)
    return [f"![](file:{mark})"] if mark else []


def _lead(lead: Sequence[str], text: str) -> list[str]:
    said = _bare(text)
    return [
        f"**{_MARKUP.sub(_escaped, _TAG.sub('', part))}**" for part in lead if _bare(part) and _bare(part) not in said
    ]


def _bare(text: str) -> str:
    """Only the words, so that two texts can be compared whatever stands between these."""
    return " ".join(_WORDS.findall(text.replace("\u00ad", "").replace("&shy;", "").casefold()))


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[1]}"


def _without_gaps(text: str) -> str:
    return _MANY_EMPTY_LINES.sub("\n\n", text).strip("\n")
