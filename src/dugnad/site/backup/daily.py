"""One backup each night, in the data folder, as many as the stewards chose."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from dugnad.kernel import registry
from dugnad.kernel.place import the_place
from dugnad.site.backup.place import is_empty
from dugnad.site.backup.restore import BEFORE, backups_folder
from dugnad.site.backup.write import PART_SUFFIX, room_for_backup

log = logging.getLogger("dugnad.backup")

LONGEST_SECONDS = 6 * 3600
DAY = 24 * 3600
BEFORE_RESTORE_DAYS = 14
LONGEST_SLUG = 40
OURS = re.compile(r"(?:[a-z0-9_-]+-)?daily-(\d{4}-\d\d-\d\d-\d{6})\.dugnad")


class NoBackup(Exception):  # noqa: N818 - a sentence for the log
    """Tonight's backup could not be made."""


@registry.daily_jobs.register("backup")
def keep_daily_backup() -> str:
    """Make a backup and remove those that are too old; when it cannot be made, none of them goes. A process of its own makes
    it, behind all who want a page. Raises `NoBackup` after the log was told why.
    """
    wanted = the_place().backups_kept
    folder = backups_folder()
    _forget(folder)
    if not wanted or settings.DEMO or is_empty():
        return "no backup is wanted"
    with _only_one() as handle:
        if handle is None:
            return "a backup is being made already"
        gone = _thin_out(folder, wanted)
        if not room_for_backup(folder):
            raise _refused(
                "The disk has no room for a backup: twice the size of the last one must be free. Make room in the data folder."
            )
        path = folder / _name()
        _make(path, handle)
        gone += _thin_out(folder, wanted, made=path)
        return f"{path.name} written, {gone} older ones removed"


@contextmanager
def _only_one() -> Iterator[int | None]:
    """The right to make the nightly backup, or None when somebody has it. Whoever holds a copy of the handle keeps it, so that a
    backup that outlives the process that began it is not joined by a second.
    """
    handle = os.open(Path(settings.DATA_DIR) / "backup.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield handle
    finally:
        os.close(handle)


def _make(path: Path, handle: int) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "dugnad", "backup", str(path)],
            env={**os.environ, "DUGNAD_DATA_DIR": str(settings.DATA_DIR)},
            capture_output=True,
            timeout=LONGEST_SECONDS,
            pass_fds=(handle,),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused("Tonight's backup was not done after six hours and was stopped.") from None
    if done.returncode:
        raise _refused("Tonight's backup could not be made. The command dugnad backup says what is in the way.")


def _refused(sentence: str) -> NoBackup:
    log.error(sentence)
    return NoBackup(sentence)


def _name() -> str:
    """The place's name and this moment (UTC), such as `samla-daily-2026-01-31-000102.dugnad`."""
    slug = slugify(the_place().name)[:LONGEST_SLUG].strip("-_") or "place"
    return f"{slug}-daily-{timezone.now():%Y-%m-%d-%H%M%S}.dugnad"


def _thin_out(folder: Path, wanted: int, *, made: Path | None = None) -> int:
    """Only those that the house made itself, under whatever name the place had; what somebody put there stays, and so does the
    one just `made`, also when the clock was ahead before.
    """
    ours = {path: found[1] for path in folder.iterdir() if (found := OURS.fullmatch(path.name))}
    old = [path for path in sorted(ours, key=lambda path: ours[path], reverse=True)[wanted:] if path != made]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _forget(folder: Path) -> None:
    """What a killed backup left, and places of before a restore, after two weeks."""
    now = time.time()
    for path in folder.glob(f"*{PART_SUFFIX}"):
        if path.stat().st_mtime < now - DAY:
            path.unlink(missing_ok=True)
    for path in folder.glob(f"{BEFORE}-*.dugnad"):
        if path.stat().st_mtime < now - BEFORE_RESTORE_DAYS * DAY:
            path.unlink(missing_ok=True)
