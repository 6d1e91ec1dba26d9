"""Uploaded documents: a short list of kinds, each looked into before it is kept, none ever shown as a page.

What comes in is handed on as it came, as a download: nobody here knows what a PDF does in the program that opens it. So only
kinds without programs in them are taken. A name must say truly what is inside; of a container its table of contents is read,
and of its parts only the small one that names the kind, so that nothing is unpacked.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dugnad.kernel.text import clean_line
from dugnad.kernel.uploads import UploadRefused, megabytes, told_later

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LONGEST_NAME: Final = 120
MOST_PARTS: Final = 5000
LONGEST_TABLE: Final = 2 * 1024 * 1024
LONGEST_PART: Final = 512 * 1024
_END: Final = struct.Struct("<4s4H2LH")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."

_DAMAGED = gettext_lazy("The file is damaged or incomplete. Save it once more, or choose another one.")
_EMPTY = gettext_lazy("The file is empty. Choose another one.")
_NOT_WHAT_IT_SAYS = gettext_lazy(
    "The file is not what its name says, or it is locked with a password. Save it once more without a password, or as PDF."
)
_NOT_TEXT = gettext_lazy("The file is not plain text. Save it as text in UTF-8, or as PDF.")
_UNKNOWN = gettext_lazy(
    "Files of this kind are not taken here. Choose a picture, a PDF, a document from an office program, plain text, a table "
    "(CSV) or a calendar file."
)
_MACROS = {
    "text": gettext_lazy("This is a Word document with macros. Save it as .docx or PDF and attach it again."),
    "sheet": gettext_lazy("This is an Excel workbook with macros. Save it as .xlsx or PDF and attach it again."),
    "slides": gettext_lazy(
        "This is a PowerPoint presentation with macros. Save it as .pptx or PDF and attach it again."
    ),
    "open": gettext_lazy("This document has macros in it. Save it without them, or as PDF, and attach it again."),
}
_OLD = {
    "text": gettext_lazy("This is a document from an old Word. Save it as .docx or PDF and attach it again."),
    "sheet": gettext_lazy("This is a workbook from an old Excel. Save it as .xlsx or PDF and attach it again."),
    "slides": gettext_lazy(
        "This is a presentation from an old PowerPoint. Save it as .pptx or PDF and attach it again."
    ),
}
_WEB_PAGE = gettext_lazy("Web pages can hold programs and are not taken here. Print the page to a PDF and attach that.")
_ARCHIVE = gettext_lazy(
    "Packed folders are not taken here, since nobody sees what is in them. Attach the files themselves."
)
_PROGRAM = gettext_lazy("Programs are not taken here. Write where one finds it instead.")

# Endings that are refused, and what helps.
_REFUSED: dict[str, _StrPromise] = {
    **dict.fromkeys(("docm", "dotm"), _MACROS["text"]),
    **dict.fromkeys(("xlsm", "xltm", "xlsb", "xlam"), _MACROS["sheet"]),
    **dict.fromkeys(("pptm", "potm", "ppsm", "ppam"), _MACROS["slides"]),
    **dict.fromkeys(("doc", "dot"), _OLD["text"]),
    **dict.fromkeys(("xls", "xlt"), _OLD["sheet"]),
    **dict.fromkeys(("ppt", "pps"), _OLD["slides"]),
    **dict.fromkeys(("html", "htm", "xhtml", "svg", "mht", "mhtml", "xml"), _WEB_PAGE),
    **dict.fromkeys(("zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "iso"), _ARCHIVE),
    **dict.fromkeys(
        ("exe", "msi", "bat", "cmd", "com", "scr", "js", "vbs", "ps1", "sh", "jar", "apk", "dmg"), _PROGRAM
    ),
}


class DocumentRefused(UploadRefused):
    """The upload is no document that can be kept."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that may be kept: its bytes, what a download of it is called, and as what it is served."""

    content: BinaryIO
    name: str
    content_type: str


@dataclass(frozen=True, slots=True)
class _Kind:
    content_type: str
    check: Callable[[BinaryIO], None]


def document(file: BinaryIO, name: str) -> Document:
    """The upload with a clean name and the type that its ending has in the table of this file.

    Raises `DocumentRefused` for an ending that is not in the table, bytes that are of another kind, macros, and more bytes than a
    request may have. Reads the beginning, of containers the table of contents; nothing is unpacked beyond 512 kB.
    """
    kept = clean_name(name)
    ending = ending_of(kept)
    kind = KINDS.get(ending)
    if kind is None:
        raise DocumentRefused(_REFUSED.get(ending, _UNKNOWN))
    _check_size(file)
    kind.check(file)
    file.seek(0)
    return Document(file, kept, kind.content_type)


def ending_of(name: str) -> str:
    """What stands after the last dot, in small letters; empty where there is none."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def clean_name(name: str) -> str:
    """The name as a download may carry it: without folders, controls, brackets and what file systems do not take."""
    last = clean_line(name.replace("\\", "/").rpartition("/")[2])
    last = re.sub(r'[<>:"|?*`\[\](){}\x00]+', "-", last).lstrip(". ").rstrip(" ")
    stem, dot, ending = last.rpartition(".")
    stem, ending = (stem, ending) if dot else (last, "")
    if len(ending) > 8:
        stem, dot, ending = last, "", ""
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip(' .') or 'file'}{dot}{ending}"


def _check_size(file: BinaryIO) -> None:
    size = file.seek(0, io.SEEK_END)
    if not size:
        raise DocumentRefused(_EMPTY)
    if size > settings.MAX_BODY:
        numbers = {"size": megabytes(size), "limit": settings.MAX_BODY // (1024 * 1024)}
        raise DocumentRefused(
            told_later(
                lambda: _("The file is %(size)d MB and can be at most %(limit)d MB. Try a smaller one.") % numbers
            )
        )


def _pdf(file: BinaryIO) -> None:
    file.seek(0)
    if not file.read(8).startswith(b"%PDF-"):
        raise DocumentRefused(_NOT_WHAT_IT_SAYS)


def _plain(file: BinaryIO) -> None:
    """Text in any one-byte code or UTF-8: without the bytes that no text has."""
    file.seek(0)
    while chunk := file.read(64 * 1024):
        if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", chunk):
            raise DocumentRefused(_NOT_TEXT)


def _calendar(file: BinaryIO) -> None:
    _plain(file)
    file.seek(0)
    if not file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(b"BEGIN:VCALENDAR"):
        raise DocumentRefused(_NOT_WHAT_IT_SAYS)


def _office(main: str, macros: str) -> Callable[[BinaryIO], None]:
    """A Word, Excel or PowerPoint file of the kind without macros, whose main part is `main`."""

    def check(file: BinaryIO) -> None:
        with _container(file) as archive:
            parts = [name.lower() for name in archive.namelist()]
            types = _part(archive, "[Content_Types].xml").lower()
            if b"macroenabled" in types or b"vbaproject" in types or any(_is_program(part) for part in parts):
                raise DocumentRefused(_MACROS[macros])
            if f"{_OFFICE}{main}.main+xml".lower().encode() not in types:
                raise DocumentRefused(_NOT_WHAT_IT_SAYS)

    return check


def _is_program(part: str) -> bool:
    return "vbaproject" in part or "/activex/" in part or "/macrosheets/" in part


def _open_document(content_type: str) -> Callable[[BinaryIO], None]:
    """An OpenDocument file of this type without Basic modules or scripts."""

    def check(file: BinaryIO) -> None:
        with _container(file) as archive:
            if _part(archive, "mimetype").strip() != content_type.encode():
                raise DocumentRefused(_NOT_WHAT_IT_SAYS)
            if any(_is_macro(name) for name in archive.namelist()):
                raise DocumentRefused(_MACROS["open"])

    return check


def _is_macro(part: str) -> bool:
    """Beneath Basic/ every library has a list of its modules (script-lb.xml), also when it has none."""
    if part.endswith("/"):
        return False
    return part.startswith("Scripts/") or (
        part.startswith("Basic/") and not part.endswith(("script-lb.xml", "script-lc.xml"))
    )


def _container(file: BinaryIO) -> zipfile.ZipFile:
    """The container, opened once its table of contents is known to be small: reading a table takes memory for each line."""
    _check_table(file)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, UnicodeError):
        raise DocumentRefused(_DAMAGED) from None


def _check_table(file: BinaryIO) -> None:
    size = file.seek(0, io.SEEK_END)
    start = max(0, size - 65_557 - 20)
    file.seek(start)
    tail = file.read()
    if not _starts_like_a_container(file):
        raise DocumentRefused(_NOT_WHAT_IT_SAYS)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise DocumentRefused(_DAMAGED)
    _mark, _disk, _first, here, parts, table, _offset, _comment = _END.unpack_from(tail, at)[:8]
    is_large = tail[at - 20 : at].startswith(b"PK\x06\x07") if at >= 20 else False
    if is_large or max(here, parts) > MOST_PARTS or table > LONGEST_TABLE:
        raise DocumentRefused(_DAMAGED)


def _starts_like_a_container(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(4) == b"PK\x03\x04"


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One small part, unpacked up to its limit and not beyond."""
    try:
        found = archive.getinfo(name)
        if found.flag_bits & 1 or found.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DocumentRefused(_NOT_WHAT_IT_SAYS)
        with archive.open(found) as part:
            content = part.read(LONGEST_PART + 1)
    except KeyError:
        raise DocumentRefused(_NOT_WHAT_IT_SAYS) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError):
        raise DocumentRefused(_DAMAGED) from None
    if len(content) > LONGEST_PART:
        raise DocumentRefused(_DAMAGED)
    return content


KINDS: Final[dict[str, _Kind]] = {
    "pdf": _Kind("application/pdf", _pdf),
    "odt": _Kind(f"{_OPEN}text", _open_document(f"{_OPEN}text")),
    "ods": _Kind(f"{_OPEN}spreadsheet", _open_document(f"{_OPEN}spreadsheet")),
    "odp": _Kind(f"{_OPEN}presentation", _open_document(f"{_OPEN}presentation")),
    "docx": _Kind(f"{_OFFICE}wordprocessingml.document", _office("wordprocessingml.document", "text")),
    "xlsx": _Kind(f"{_OFFICE}spreadsheetml.sheet", _office("spreadsheetml.sheet", "sheet")),
    "pptx": _Kind(f"{_OFFICE}presentationml.presentation", _office("presentationml.presentation", "slides")),
    "txt": _Kind("text/plain", _plain),
    "csv": _Kind("text/csv", _plain),
    "ics": _Kind("text/calendar", _calendar),
}
