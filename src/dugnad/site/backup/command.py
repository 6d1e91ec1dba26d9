"""`dugnad backup` and `dugnad restore`: their words, and what they say at the end."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.db import DatabaseError
from django.utils import timezone

from dugnad.site.backup.check import Backup, Unusable
from dugnad.site.backup.form import DIGEST_LENGTH, Closing
from dugnad.site.backup.restore import backups_folder, look_through
from dugnad.site.backup.restore import restore as restore_place
from dugnad.site.backup.turn import Busy
from dugnad.site.backup.write import write_backup
from dugnad.site.cli import WRONG_WORDS, Sentence, _Words

Say = Callable[[str], None]

NICE = 10
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def backup(words: Sequence[str], *, say: Say) -> int:
    """Write a backup to the file that is named, else to one with this moment's name in `backups/` of the data folder."""
    reader = _Words("dugnad backup")
    reader.add_argument("file", nargs="?", default="")
    wanted = reader.read_all(words)
    path = Path(wanted.file).expanduser().absolute() if wanted.file else _usual_name()
    if path.is_dir() or not path.parent.is_dir():
        raise Sentence(f"{path}: say the name of a file in a folder that is there.", WRONG_WORDS)
    if path.exists() and not _is_backup(path):
        raise Sentence(f"{path} is there already and is no backup of Dugnad. Choose another name.")
    os.nice(NICE)  # who is in the place goes first
    with _in_a_sentence("No backup was made."):
        closing = write_backup(path, say=say)
    say(f"Backup written: {path} ({_size(path)} MB; {_counts(closing)}).")
    if closing.without_bytes:
        some = ", ".join(closing.without_bytes[:3])
        say(f"{len(closing.without_bytes)} files could not be found in the folder of files and are not in it: {some}.")
    return 0


def restore(words: Sequence[str], *, say: Say) -> int:
    """Look through a backup; without `--check` put it in the place's stead."""
    reader = _Words("dugnad restore")
    reader.add_argument("file", nargs="?", default="")
    reader.add_argument("--check", action="store_true")
    reader.add_argument("--over-another-place", action="store_true")
    reader.add_argument("--forget-old", action="store_true")
    wanted = reader.read_all(words)
    if not wanted.file:
        raise Sentence("dugnad restore: say which file, such as: dugnad restore backup.dugnad", WRONG_WORDS)
    path = Path(wanted.file).expanduser().absolute()
    os.umask(0o077)
    with _in_a_sentence("Nothing was changed.", path.name):
        if wanted.check:
            found = look_through(path, over_another=True)
            say(f"{path.name} is whole: {_about(found)}.")
            return 0
        found = restore_place(path, over_another=wanted.over_another_place, keep_old=not wanted.forget_old, say=say)
    say(f"Restored: {_about(found)}. Everyone signs in again.")
    return 0


@contextlib.contextmanager
def _in_a_sentence(kept: str, name: str = "") -> Iterator[None]:
    before = f"{name}: " if name else ""
    try:
        yield
    except (Unusable, Busy) as trouble:
        raise Sentence(f"{before}{trouble} {kept}") from trouble
    except OSError as trouble:
        why = "There is no room left on the disk." if trouble.errno in NO_ROOM else f"{trouble.strerror or trouble}."
        raise Sentence(f"{before}{why} {kept}") from trouble
    except DatabaseError as trouble:
        raise Sentence(f"The database cannot be used: {str(trouble).strip()}. {kept}") from trouble
    except KeyboardInterrupt:
        sys.stderr.write(f"Stopped. {kept}\n")
        raise


def _usual_name() -> Path:
    return backups_folder() / f"{timezone.now():%Y-%m-%d-%H%M%S}.dugnad"


def _is_backup(path: Path) -> bool:
    with path.open("rb") as file:
        begins = file.read(4) == b"PK\x03\x04"
        if not begins or path.stat().st_size < DIGEST_LENGTH:
            return False
        file.seek(-DIGEST_LENGTH, os.SEEK_END)
        return all(byte in b"0123456789abcdef" for byte in file.read())


def _counts(closing: Closing) -> str:
    lines = {part.name: part.lines for part in closing.parts}
    names = {"people": "people_person", "threads": "forum_thread", "posts": "forum_post"}
    counts = [f"{lines.get(f'tables/{table}.jsonl', 0):,} {word}" for word, table in names.items()]
    return ", ".join([*counts, f"{closing.files:,} uploaded"])


def _about(found: Backup) -> str:
    return f"“{found.manifest.place_name}” as it was on {found.made} ({_counts(found.closing)})"


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1_000_000:,.1f}"
