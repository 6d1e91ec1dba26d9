"""A stored file as an answer: a picture in the page, anything else as a download that no browser opens by itself."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from dugnad.kernel.files import StoredFile

_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_SANDBOX: Final = "default-src 'none'; sandbox"


class _Part:
    """`size` bytes of a file from where it stands. The server passes the file on by its handle and takes no copy."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size
        self.fileno, self.tell, self.close = file.fileno, file.tell, file.close

    def read(self, amount: int = -1) -> bytes:
        chunk = self._file.read(self._left if amount < 0 else min(amount, self._left))
        self._left -= len(chunk)
        return chunk


def file_answer(stored: StoredFile, request: HttpRequest) -> HttpResponseBase:
    """The bytes of the file, or the one part of them that was asked for. Raises `FileNotFoundError` when they are gone.

    What is under a token never changes. A document is asked for anew each time, so that nobody keeps reading from the memory of
    their browser what they may not read any more.
    """
    if request.headers.get("If-None-Match") == _tag(stored):
        return _dressed(HttpResponse(status=304), stored)
    first, last = _asked_for(request, stored)
    if first > last:
        answer = _dressed(HttpResponse(status=416), stored)
        answer["Content-Range"] = f"bytes */{stored.size}"
        return answer
    size = last - first + 1
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        file = stored.path.open("rb")
        file.seek(first)
        response = FileResponse(_Part(file, size))
    response["Content-Length"] = str(size)
    if size < stored.size:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{stored.size}"
    return _dressed(response, stored)


def _tag(stored: StoredFile) -> str:
    return f'"{stored.token}"'


def _dressed(response: HttpResponseBase, stored: StoredFile) -> HttpResponseBase:
    """The type is our own word for it, never the uploader's, and no browser may guess another."""
    download = content_disposition_header(as_attachment=True, filename=stored.name) if stored.name else "inline"
    response["Content-Type"] = stored.content_type
    response["Content-Disposition"] = download or "attachment"
    response["Content-Security-Policy"] = _SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache" if stored.name else "private, max-age=86400"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = _tag(stored)
    return response


def _asked_for(request: HttpRequest, stored: StoredFile) -> tuple[int, int]:
    """The first and the last byte to send: all, unless one sound range was asked for. Empty when it lies outside."""
    whole = (0, stored.size - 1)
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or request.method != "GET" or request.headers.get("If-Range", _tag(stored)) != _tag(stored):
        return whole
    first, last = asked.groups()
    if not first:
        return (max(0, stored.size - int(last)), stored.size - 1) if last else whole
    if last and int(last) < int(first):
        return whole
    if int(first) >= stored.size:
        return (1, 0)
    return int(first), min(int(last or stored.size), stored.size - 1)
