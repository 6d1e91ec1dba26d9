"""Which texts of a folder are one text in several languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from dugnad.forum.importers.languages import without_suffix
from dugnad.kernel.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class Side:
    """What of a text says whose translation it is: its name, its language, when it was published, what it refers to."""

    name: str
    language: str
    at: datetime | None
    ref: str


def pairs_among(sides: Iterable[Side]) -> list[list[Side]]:
    """Texts that belong together, the one they are tied to first: the one without a language in its name, else the oldest.

    They belong together when their names differ only in a language (``x.md`` and ``x-en.md``, ``sv/x.md`` and
    ``en/x.md``), or when they have the same ref. Two texts in one language are no translations of each other: where a
    name or a ref says so, it ties nothing.
    """
    sides = list(sides)
    tied: dict[str, list[Side]] = {side.name: [side] for side in sides}
    for group in [*_by_name(sides), *_by_ref(sides)]:
        joined = list({side.name: side for one in group for side in tied[one.name]}.values())
        if len({side.language for side in joined}) == len(joined):
            for side in joined:
                tied[side.name] = joined
    groups = {id(group): group for group in tied.values() if len(group) > 1}
    return [sorted(group, key=_first) for group in groups.values()]


def _by_name(sides: list[Side]) -> list[list[Side]]:
    groups = defaultdict(list)
    for side in sides:
        path = PurePosixPath(side.name)
        folders = tuple(part for part in path.parts[:-1] if part.lower() not in LANGUAGES)
        groups[folders, without_suffix(path.stem)[0]].append(side)
    return list(groups.values())


def _by_ref(sides: list[Side]) -> list[list[Side]]:
    groups = defaultdict(list)
    for side in sides:
        if side.ref:
            groups[side.ref].append(side)
    return list(groups.values())


def _first(side: Side) -> tuple[bool, float, str]:
    in_name = bool(without_suffix(PurePosixPath(side.name).stem)[1])
    return in_name, side.at.timestamp() if side.at else float("inf"), side.name
