"""The pictures that a text shows, found in folders of this machine. Nothing is ever fetched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from dugnad.forum.importers import Unreadable
from dugnad.forum.importers.folder import SourceFile, real_path
from dugnad.kernel.images import MAX_BYTES, ImageRefused, Picture, reencode

_ELSEWHERE = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//)")


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A file that a text shows as a picture. `mark` is the SHA-256 of its bytes: the same bytes are one picture."""

    address: str
    path: Path
    mark: str

    def encoded(self) -> Picture:
        """The picture written anew (`kernel.images`). Raises `ImageRefused` with a sentence."""
        return reencode(self.path.read_bytes())


def find_pictures(addresses: Iterable[str], file: SourceFile, folders: Sequence[Path]) -> list[FoundPicture]:
    """Those of the addresses that are files beside the text, in its folder, or in one of `folders`.

    An address that leads out of the folder it is looked for in, by its path or by a link, is not found.
    """
    found = []
    for address in addresses:
        path = next(_candidates(address, file, folders), None)
        if path is not None:
            found.append(FoundPicture(address, path, _digest(path)))
    return found


def encode_pictures(found: Iterable[FoundPicture]) -> tuple[dict[str, str], dict[str, Picture], list[str]]:
    """Which mark each address has, which picture each mark stands for, and why some could not be taken along."""
    marks: dict[str, str] = {}
    pictures: dict[str, Picture] = {}
    refused: list[str] = []
    for one in found:
        try:
            pictures[one.mark] = pictures.get(one.mark) or one.encoded()
        except ImageRefused as refusal:
            refused.append(f"{one.path.name}: {refusal}")
        except OSError as trouble:
            refused.append(f"{one.path.name}: {trouble.strerror}")
        else:
            marks[one.address] = one.mark
    return marks, pictures, refused


def _candidates(address: str, file: SourceFile, folders: Sequence[Path]) -> Iterator[Path]:
    """Files that the address may mean: as it is written from the text, from the folder, then by its last part."""
    name = unquote(re.split(r"[?#]", address, maxsplit=1)[0])
    if not name or "\0" in name or _ELSEWHERE.match(address):
        return
    inner = name.lstrip("/")
    places = [(file.root, file.path.parent / inner), (file.root, file.root / inner)]
    for folder in folders:
        places += [(folder, folder / inner), (folder, folder / Path(inner).name)]
        # An images folder is often one of those that the address names: /uploads/a.jpg in …/uploads.
        places += [(folder, folder.parent / inner)]
    for root, place in places:
        try:
            real = real_path(root, place)
            if real.stat().st_size <= MAX_BYTES * 4:
                yield real
        except (Unreadable, OSError):
            continue


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
