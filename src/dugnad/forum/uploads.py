"""A picture that somebody adds to a text: re-encoded, kept for its writer, shown once a post refers to it."""

from __future__ import annotations

from threading import Lock
from typing import Any

from dugnad.kernel.audience import audience_of
from dugnad.kernel.files import StoredFile, keep_file
from dugnad.kernel.images import reencode
from dugnad.people.models import Person

# A large picture takes a hundred megabytes while it is decoded: one at a time, so that four do not come together.
_ONE_AT_A_TIME = Lock()


def keep_picture(upload: Any, description: str, *, by: Person) -> StoredFile:
    """Keep the picture, seen by its writer alone until a post shows it. Raises `ImageRefused` with a sentence."""
    with _ONE_AT_A_TIME:
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
