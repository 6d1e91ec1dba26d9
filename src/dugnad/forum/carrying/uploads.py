"""Uploads of a group that came from elsewhere, looked at as any upload is: pictures decoded, documents looked into."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from PIL import Image

from dugnad.groups.carrying.reading import Row
from dugnad.kernel.documents import document
from dugnad.kernel.images import CONTENT_TYPE, LONGEST_SIDE, MAX_BYTES, Picture, reencode
from dugnad.kernel.uploads import UploadRefused

BARE = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH")


def most_bytes() -> int:
    """The largest upload that is taken."""
    return max(MAX_BYTES, int(settings.MAX_BODY))


def checked(row: Row, content: bytes) -> tuple[dict[str, Any], bytes]:
    """The columns of the upload and its bytes: a document as it came, a picture as the house would have written it."""
    name = row.line("name", 140)
    try:
        if name:
            found = document(io.BytesIO(content), name)
            return {"name": found.name, "content_type": found.content_type, "width": None, "height": None}, content
        picture = _picture(content)
    except UploadRefused as refused:
        raise row.wrong("content") from refused
    columns = {
        "name": "",
        "content_type": picture.content_type,
        "width": picture.width,
        "height": picture.height,
    }
    return columns, picture.content


def _picture(content: bytes) -> Picture:
    """What the house itself has written stays byte for byte; anything else is written anew."""
    anew = reencode(content)
    if _is_bare(content):
        with Image.open(io.BytesIO(content)) as image:
            if image.format == "WEBP" and max(image.size) <= LONGEST_SIDE and not getattr(image, "is_animated", False):
                return Picture(content, CONTENT_TYPE, *image.size)
    return anew


def _is_bare(content: bytes) -> bool:
    """A WebP file of pixels alone: no place, camera, colour profile, comment, second picture, and nothing behind its end."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return False
    end, at = 8 + int.from_bytes(content[4:8], "little"), 12
    if end != len(content):
        return False
    while at < end:
        if content[at : at + 4] not in BARE:
            return False
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return at == end
