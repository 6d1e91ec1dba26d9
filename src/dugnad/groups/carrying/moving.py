"""The whole file: written from a group, verified, and read back as what can be written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from dugnad.groups.carrying import form
from dugnad.groups.carrying.group_entry import read_group, said_by
from dugnad.groups.carrying.names import Going, read_names
from dugnad.groups.carrying.opening import opened
from dugnad.groups.carrying.packing import packing
from dugnad.groups.carrying.parts import GroupPart, group_parts
from dugnad.groups.models import CarriedName, Departure
from dugnad.kernel.place import the_place


def pack(departure: Departure) -> dict[str, Any]:
    """Write the file of a departure; answers how much of what is in it. No transaction is open meanwhile: others go on."""
    group, going = departure.group, Going(departure)
    with packing(departure.path) as out:
        out.add(form.GROUP, said_by(group))
        going.pack(out)
        for part in group_parts():
            part.pack(group, going, out)
        counts = dict(out.counts)
        out.close(
            {
                "format": form.FORMAT, "version": form.VERSION, "made_at": going.at, "name": group.name,
                "from": {"name": the_place().name, "url": settings.URL},
            }
        )  # fmt: skip
    return counts


def contents_of(path: Path) -> tuple[dict[str, Any], list[CarriedName], list[tuple[GroupPart, Any]]]:
    """What the group says about itself, the names, and what each hall read: all checked, nothing written.

    Raises `ArchiveRefused` with a sentence.
    """
    with opened(path) as found:
        group = read_group(found.row(form.GROUP))
        names = read_names(found)
        contents = [(part, part.read(found, len(names))) for part in group_parts()]
    return group, names, contents


def facts_of(path: Path) -> dict[str, Any]:
    """What a file that somebody brought holds, for the page that asks whether to take it in. Everything is verified first."""
    with opened(path) as found:
        group = read_group(found.row(form.GROUP))
        names = read_names(found)
        for part in group_parts():
            part.read(found, len(names))
        come_from = found.said.get("from")
        place = come_from.get("name") if isinstance(come_from, dict) else ""
        counts = {what: n for what, n in found.said["counts"].items() if isinstance(n, int) and isinstance(what, str)}
    return {
        "name": group["name"], "hidden": group["hidden"], "place": str(place or "")[:60], "names": len(names),
        "counts": {what: counts.get(what, 0) for what in ("categories", "threads", "posts", "files")},
    }  # fmt: skip
