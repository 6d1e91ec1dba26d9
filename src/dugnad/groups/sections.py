"""What other halls show on a group's page.

A hall above registers a function `(group, viewer) -> Section | None`: the forum shows the group's categories, events
its dates.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from dugnad.kernel.registry import Hook


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section, prepared: `mark` is a drawing (safe HTML), `facts` one line of plain words, `lang` of
    the title.
    """

    url: str
    title: str
    mark: SafeString
    facts: str = ""
    tally: str = ""
    lang: str = ""
    new: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its rows; `printed` are rows that the hall made itself (safe HTML), `empty` is said where there are
    none. `url` and `link` lead further, `new_url` and `new_link` to making a new one; with `first_deed` that link is the
    button on the group's banner.
    """

    heading: str
    rows: list[Row] = field(default_factory=list)
    printed: list[SafeString] = field(default_factory=list)
    empty: str = ""
    url: str = ""
    link: str = ""
    new_url: str = ""
    new_link: str = ""
    first_deed: bool = False


group_sections = Hook("(group, viewer) -> Section or None: what the hall shows on the page of a group, ready to render")


def sections_of(group: object, viewer: object) -> list[Section]:
    """All sections of the group's page, in the order of the halls."""
    return [section for show in group_sections if (section := show(group, viewer)) is not None]
