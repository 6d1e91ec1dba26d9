"""Uploaded files, held for the time of a backup: a second name for each, so that who deletes one meanwhile takes nothing from
the backup, and no byte is copied for it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from dugnad.site.backup.form import TOKEN

LEFT_OVER_SECONDS = 2 * 24 * 3600


class Held:
    """The files that were there at one of the calls of `look()`. On disks without second names the files themselves."""

    def __init__(self, folder: Path) -> None:
        self._base = Path(settings.FILES_DIR)
        self._folder = folder
        self._tokens: set[str] = set()
        self._linking = True

    def look(self) -> None:
        """Hold what came since the last look."""
        if not self._base.exists():
            return
        for drawer in os.scandir(self._base):
            if len(drawer.name) == 2 and drawer.is_dir(follow_symlinks=False):
                for found in os.scandir(drawer.path):
                    if found.name not in self._tokens and TOKEN.fullmatch(found.name):
                        self._hold(found)

    def _hold(self, found: os.DirEntry[str]) -> None:
        try:
            if not found.is_file(follow_symlinks=False):
                return
            if self._linking:
                os.link(found.path, self._folder / found.name)
        except FileNotFoundError:
            return  # deleted this very moment
        except OSError:
            self._linking = False
        self._tokens.add(found.name)

    def __contains__(self, token: str) -> bool:
        return token in self._tokens

    def path(self, token: str) -> Path:
        """Where the bytes are."""
        held = self._folder / token
        return held if held.exists() else self._base / token[:2] / token


@contextmanager
def files_held() -> Iterator[Held]:
    """Uploaded files under second names until the block ends."""
    base = Path(settings.FILES_DIR)
    base.mkdir(parents=True, exist_ok=True)
    _sweep(base)
    folder = base / f".held-{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700)
    try:
        yield Held(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(base: Path) -> None:
    """What a backup left that was killed."""
    for folder in base.glob(".held-*"):
        if folder.stat().st_mtime < time.time() - LEFT_OVER_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
