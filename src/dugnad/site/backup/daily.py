"""One backup each night, in the data folder, as many as the stewards chose."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from dugnad.kernel import registry
from dugnad.kernel.place import the_place
from dugnad.site.backup.place import is_empty
from dugnad.site.backup.restore import BEFORE, backups_folder
from dugnad.site.backup.write import PART_SUFFIX, room_for_backup

LONGEST_SECONDS = 6 * 3600
DAY = 24 * 3600
BEFORE_RESTORE_DAYS = 14


class NoBackup(Exception):  # noqa: N818 - a sentence for the log
    """Tonight's backup could not be made."""


@registry.daily_jobs.register("backup")
def keep_daily_backup() -> str:
    """Make a backup and remove those that are too old. A process of its own makes it, behind all who want a page."""
    wanted = the_place().backups_kept
    folder = backups_folder()
    _forget(folder)
    if not wanted or settings.DEMO or is_empty():
        return "no backup is wanted"
    if not room_for_backup(folder):
        raise NoBackup("there is no room for a backup")
    name = f"daily-{timezone.now():%Y-%m-%d-%H%M%S}.dugnad"
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "dugnad", "backup", str(folder / name)],
        env={**os.environ, "DUGNAD_DATA_DIR": str(settings.DATA_DIR)},
        capture_output=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    if done.returncode:
        raise NoBackup("the command ended with a trouble")
    return f"{name} written, {_thin_out(folder, wanted)} older ones removed"


def _thin_out(folder: Path, wanted: int) -> int:
    """Only those that the house made itself; what somebody put there stays."""
    old = sorted(folder.glob("daily-*.dugnad"), reverse=True)[wanted:]
    for path in old:
        path.unlink()
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
