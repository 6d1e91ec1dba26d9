"""A picture that somebody adds to a text: re-encoded, kept for its writer, shown once a post refers to it."""

from __future__ import annotations

from typing import Any

from dugnad.kernel.audience import audience_of
from dugnad.kernel.files import StoredFile, keep_file
from dugnad.kernel.images import reencode
from dugnad.people.models import Person


def keep_picture(upload: Any, description: str, *, by: Person) -> StoredFile:
    """Keep the picture, seen by its writer alone until a post shows it. Raises `ImageRefused` with a sentence."""
    image = reencode(upload)
    return keep_file(
        image.content,
        audience=audience_of(by.key),
        author=by,
        content_type=image.content_type,
        width=image.width,
        height=image.height,
        description=description,
    )


def with_picture(text: str, stored: StoredFile) -> str:
    """The text with the picture at its end, as Markdown."""
    description = stored.description.replace("[", "(").replace("]", ")")
    return f"{text.rstrip()}\n\n![{description}](file:{stored.token})\n".lstrip()
