"""From one file to one text that can be taken in: who it is, in which language, from when, and what it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from dugnad.forum.importers import Unreadable
from dugnad.forum.importers.conversion import convert
from dugnad.forum.importers.counting import Counts, counts_of
from dugnad.forum.importers.folder import SourceFile, read
from dugnad.forum.importers.front_matter import FrontMatter, date_of, split
from dugnad.forum.importers.languages import language_called, language_of_words, without_suffix
from dugnad.forum.importers.pairs import Side
from dugnad.forum.importers.pictures import FoundPicture, encode_pictures, find_pictures
from dugnad.kernel.images import Picture
from dugnad.kernel.text import MAX_SOURCE, FileRef, TextTooLong, render

# HTML, attributes and comments go, so a file may be longer than the post that is made of it; twice is plenty.
MAX_BODY = 2 * MAX_SOURCE


@dataclass(frozen=True, slots=True)
class Manner:
    """How a folder is read: the zone of naive times, the languages to recognise, and the one taken when none is clear.

    `site` is the address of the website, or ""; `images` are folders in which pictures are looked for as well.
    """

    zone: ZoneInfo
    among: Sequence[str]
    otherwise: str
    site: str = ""
    images: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that has been read: what stands before its body, and its body as it is written."""

    file: SourceFile
    front: FrontMatter
    body: str
    title: str
    language: str
    at: datetime | None
    digest: str
    pictures: list[FoundPicture] = field(default_factory=list)

    @property
    def lead(self) -> list[str]:
        return self.front.paragraphs("ingress-text", "ingress", "lead", "excerpt", "description", "summary")

    @property
    def side(self) -> Side:
        return Side(self.file.name, self.language, self.at, self.front.line("ref", "translation_key", "translationkey"))


@dataclass(frozen=True, slots=True)
class Text:
    """A draft as a post: its Markdown, its pictures by their marks, its counts, and what could not come along."""

    source: str
    pictures: dict[str, Picture]
    descriptions: dict[str, str]
    facts: dict[str, Any]
    counts: Counts
    left_out: list[str]


def draft_of(file: SourceFile, manner: Manner) -> Draft:
    """Read a file. Raises `Unreadable`. The digest is another one when anything changed that the post is made of."""
    written = read(file)
    front, body = split(written)
    if len(body) > MAX_BODY:
        raise Unreadable(f"it has {len(body):,} characters; a post can have at most {MAX_SOURCE:,}")
    title = front.title
    language = _language(file, front, body, manner)
    wanted = convert(body, language=language, picture=front.line("image")).wanted
    pictures = find_pictures(wanted, file, manner.images)
    made_of = [written, language, manner.site, sorted((one.address, one.mark) for one in pictures)]
    return Draft(
        file=file,
        front=front,
        body=body,
        title=title,
        language=language,
        at=date_of(front, file.path.name, manner.zone),
        digest=hashlib.sha256(json.dumps(made_of).encode()).hexdigest(),
        pictures=pictures,
    )


def text_of(draft: Draft, manner: Manner) -> Text:
    """Make a post of a draft. Raises `Unreadable` when the post would be too long."""
    marks, pictures, refused = encode_pictures(draft.pictures)
    address = _address(draft, manner.site)
    made = convert(
        draft.body,
        language=draft.language,
        lead=draft.lead,
        picture=draft.front.line("image"),
        site=address or manner.site,
        pictures=marks,
    )
    html = _rendered(made.source, pictures)
    return Text(
        source=made.source,
        pictures=pictures,
        descriptions={marks[one]: said for one, said in made.wanted.items() if one in marks},
        facts=_facts(draft, address),
        counts=counts_of(html, stand_ins=made.missing, linked_stand_ins=made.linked),
        left_out=_left_out(draft, made.missing, made.dead, made.liquid) + refused,
    )


def _language(file: SourceFile, front: FrontMatter, body: str, manner: Manner) -> str:
    if called := front.line("lang", "language", "locale"):
        return language_called(called)
    in_name = without_suffix(PurePosixPath(file.name).stem)[1]
    return in_name or language_of_words(f"{front.title}\n{body}", manner.among) or manner.otherwise


def _address(draft: Draft, site: str) -> str:
    """Where the text stands on its website, as far as its front matter says so."""
    permalink = draft.front.line("permalink", "url")
    return urljoin(site, permalink) if site and permalink and ":" not in permalink else ""


def _rendered(source: str, pictures: dict[str, Picture]) -> str:
    """As the deed will render it; the pictures have no addresses yet."""
    refs = {mark: FileRef(f"/files/{mark}", one.width, one.height) for mark, one in pictures.items()}
    try:
        return render(source, resolve_mention=lambda _handle: None, resolve_file=refs.get).html
    except TextTooLong as long:
        raise Unreadable(f"its text has {long.length:,} characters; a post can have at most {long.limit:,}") from None


def _facts(draft: Draft, address: str) -> dict[str, Any]:
    """What the front matter says and no post shows, kept with the thread."""
    front = draft.front
    facts = {
        "file": draft.file.name,
        "address": address,
        "permalink": front.line("permalink"),
        "links": front.links,
        "themes": front.themes,
        "picture": front.line("image"),
        "excerpt": front.line("excerpt"),
        "ref": front.line("ref"),
    }
    return {name: value for name, value in facts.items() if value}


def _left_out(draft: Draft, missing: int, dead: int, liquid: int) -> list[str]:
    said = []
    if not draft.front.was_published:
        said.append("was not published on its website")
    if draft.at is None:
        said.append("has no date")
    for amount, one, many in (
        (missing, "1 picture is not in the folder", "{} pictures are not in the folder"),
        (dead, "1 link leads nowhere from here", "{} links lead nowhere from here"),
        (liquid, "1 tag of the website left out", "{} tags of the website left out"),
    ):
        if amount:
            said.append(one if amount == 1 else many.format(amount))
    return said
