"""Files that somebody adds to a text: pictures are re-encoded and shown, documents are checked and listed under the text.

A text names its files in Markdown, so that previews, drafts, earlier versions and plans carry them without more: a picture where
it stands, a document on a line of its own, `[minutes.pdf](file:…)`, which leaves the text when it is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from threading import Lock
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dugnad.kernel.audience import audience_of
from dugnad.kernel.documents import document, ending_of
from dugnad.kernel.files import StoredFile, keep_file
from dugnad.kernel.formats import file_size
from dugnad.kernel.images import reencode
from dugnad.kernel.templatetags.house import icon_svg
from dugnad.people.models import Person

# A large picture takes a hundred megabytes while it is decoded: one at a time, so that four do not come together.
_ONE_AT_A_TIME = Lock()
_PICTURES = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "heic", "heif", "avif", "bmp", "tif", "tiff")
_LISTED = re.compile(r"^\[(?:\\.|[^\]\\\n])*\]\(file:(?P<token>[\w-]{1,100})\)[ \t]*(?:\n|\Z)", re.MULTILINE)
_BYTES = re.compile(r'<span class="meta" data-bytes="(\d+)">([A-Z]+)</span>')

ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,.pdf,.odt,.ods,.odp,.docx,.xlsx,.pptx,.txt,.csv,.ics"


def is_picture(upload: Any) -> bool:
    """Is the upload meant to be shown? Its name says so, or, where that says nothing, the browser."""
    ending = ending_of(upload.name or "")
    return ending in _PICTURES or (not ending and str(upload.content_type).startswith("image/"))


def keep_upload(upload: Any, description: str, *, by: Person) -> StoredFile:
    """Keep a picture or a document, read by its writer alone until a post has it. Raises `UploadRefused` with a sentence."""
    return keep_picture(upload, description, by=by) if is_picture(upload) else keep_document(upload, by=by)


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


def keep_document(upload: Any, *, by: Person) -> StoredFile:
    """Keep the document, read by its writer alone until a post has it. Raises `DocumentRefused` with a sentence."""
    found = document(upload.file, upload.name or "")
    return keep_file(
        found.content, audience=audience_of(by.key), author=by, content_type=found.content_type, name=found.name
    )


def with_upload(text: str, stored: StoredFile) -> str:
    """The text with the file at its end, as Markdown."""
    if not stored.name:
        return with_picture(text, stored)
    gap = "\n" if _LISTED.search(text.rstrip().rpartition("\n")[2]) else "\n\n"
    return f"{text.rstrip()}{gap}[{stored.name}](file:{stored.token})\n".lstrip()


def with_picture(text: str, stored: StoredFile) -> str:
    """The text with the picture at its end, as Markdown."""
    description = stored.description.replace("[", "(").replace("]", ")")
    return f"{text.rstrip()}\n\n![{description}](file:{stored.token})\n".lstrip()


def without_listed(source: str, documents: Iterable[StoredFile]) -> str:
    """The text without the lines that only name one of these documents: they are listed under it."""
    tokens = {stored.token for stored in documents}
    return _LISTED.sub(lambda line: "" if line["token"] in tokens else line[0], source) if tokens else source


def listed(documents: Iterable[StoredFile]) -> str:
    """The documents as a list, the same in every language: `told` puts in what differs."""
    rows = "".join(
        f'<li><a href="{stored.url}">{escape(stored.name)}</a> '
        f'<span class="meta" data-bytes="{stored.size}">{ending_of(stored.name).upper()}</span></li>'
        for stored in documents
    )
    return f'<ul class="files">{rows}</ul>' if rows else ""


def told(html: str, language: str) -> SafeString:
    """The HTML of a post with the sizes of its documents in the words of `language`, and their drawings."""
    if '<ul class="files">' not in html:
        return mark_safe(html)  # noqa: S308 - it has passed both walls of `kernel.text`
    text, _mark, files = html.rpartition('<ul class="files">')
    files = _BYTES.sub(lambda m: f'<span class="meta">{m[2]}, {file_size(int(m[1]), language)}</span>', files)
    files = files.replace("<li>", f"<li>{icon_svg('i-sheet')}")
    return mark_safe(f'{text}<ul class="files">{files}')  # noqa: S308 - the same, and what this module printed
