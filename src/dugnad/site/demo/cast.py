"""The cast of the demo, for the sign-in page."""

from __future__ import annotations

from dugnad.site.demo.data import read


def cast(language: str) -> list[tuple[str, str]]:
    """(handle, "name, who they are" in `language`) of everybody in the demo."""
    return [
        (person["handle"], f"{person['name']}, {person['role_hint'].get(language) or person['role_hint']['en']}")
        for person in read("people.yaml")
    ]
