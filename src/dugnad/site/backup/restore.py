"""Puts a backup in the stead of the place that is here. Until the one moment in which that happens nothing of it changes, and
after it nothing of the old one is left but the backup that was made of it first.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from dugnad.site.backup import turn
from dugnad.site.backup.build import add_files, beside, build, describe, take_away
from dugnad.site.backup.check import Backup, Unusable, check
from dugnad.site.backup.place import is_empty, known_place_id, last_restored
from dugnad.site.backup.swap import drop_new_schema, put_in_place
from dugnad.site.backup.write import write_backup

Say = Callable[[str], None]

BACKUPS = "backups"
BEFORE = "before-restore"


def backups_folder() -> Path:
    """Where backups lie that the house makes by itself."""
    folder = Path(settings.DATA_DIR) / BACKUPS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def look_through(path: Path, *, over_another: bool = False) -> Backup:
    """The backup in this file, when it can be restored here. Raises `Unusable`; nothing was touched."""
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    backup = check(path, room=shutil.disk_usage(settings.DATA_DIR).free)
    if not over_another and not is_empty() and known_place_id() != backup.manifest.place_id:
        raise Unusable(
            f"It is a backup of another place, “{backup.manifest.place_name}”, and there are people in this one. Restore it into "
            "an empty folder with --data, or say --over-another-place if all that is here may go."
        )
    return backup


def restore(path: Path, *, over_another: bool = False, keep_old: bool = True, say: Say = lambda _line: None) -> Backup:
    """The place is what the backup says, files included. Those who serve it close for the moment of the change and open
    again by themselves. Sign-ins of before end.

    Raises `Unusable`, `turn.Busy` or OSError, and then the place is as it was.
    """
    with turn.alone():
        clear_away(say=say)
        say(f"Looking through {path.name}.")
        backup = look_through(path, over_another=over_another)
        if keep_old and not is_empty():
            kept = backups_folder() / f"{BEFORE}-{timezone.now():%Y-%m-%d-%H%M%S}.dugnad"
            say(f"Keeping the place as it is in {kept}.")
            write_backup(kept, say=say)
        restore_id = secrets.token_hex(8)
        turn.folder().mkdir(mode=0o700)
        added: list[Path] = []
        try:
            describe(backup, restore_id)
            with beside():
                build(backup, restore_id, say=say)
            added = add_files(backup, say=say)
            with turn.nobody_serves(say=say):
                put_in_place(say=say)
        except BaseException:
            if last_restored() != restore_id:
                take_away(added)
            raise
        finally:
            connections.close_all()
            drop_new_schema()
            shutil.rmtree(turn.folder(), ignore_errors=True)
    return backup


def clear_away(*, say: Say) -> None:
    """Remove what a restore left that was broken off, and say which of the two places this is. Only for who is sure that none
    goes on.
    """
    if not turn.folder().exists():
        return
    try:
        about = json.loads((turn.folder() / "about.json").read_text())
    except (OSError, ValueError):
        about = {"id": "", "made": ""}
    if about["id"] and last_restored() == about["id"]:
        say(f"The backup of {about['made']} was restored; the process that did it ended before it could say so.")
    else:
        say("A restore was broken off before it changed anything: the place is as it was before.")
    drop_new_schema()
    shutil.rmtree(turn.folder(), ignore_errors=True)


def clear_away_if_nobody_restores(*, say: Say) -> None:
    """The same, for whoever begins to serve."""
    if turn.folder().exists() and not turn.is_going_on():
        clear_away(say=say)
