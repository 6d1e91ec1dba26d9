"""What the group says about itself, in the file and out of it."""

from __future__ import annotations

from typing import Any

from dugnad.groups.carrying.reading import Row
from dugnad.groups.models import Group
from dugnad.kernel.place import LANGUAGES


def said_by(group: Group) -> dict[str, Any]:
    """The group as the file has it."""
    return {
        "name": group.name, "kind": group.kind, "about": group.about, "place_name": group.place_name,
        "themes": group.themes, "languages": group.languages, "joining": group.joining, "hidden": group.is_hidden,
        "created_at": group.created_at,
    }  # fmt: skip


def read_group(row: Row) -> dict[str, Any]:
    """The keywords that make the group, `created_at` and `hidden` among them."""
    return {
        "name": row.line("name", 80, empty=False),
        "kind": row.choice("kind", Group.Kind.values),
        "about": row.text("about", 5000),
        "place_name": row.line("place_name", 80),
        "themes": row.words("themes", 50, 60),
        "languages": [code for code in row.words("languages", 20, 12) if code in LANGUAGES],
        "joining": row.choice("joining", Group.Joining.values),
        "hidden": row.flag("hidden"),
        "created_at": row.moment("created_at"),
    }
