"""Who may be in the place just now: those who serve it, or one who puts another place in its stead.

Three names in the data folder, all of them locks or marks that a process loses when it dies, however it dies:

- `restore.lock` is held by the one who restores, from the beginning to the end;
- `house.lock` is held by everybody who serves, together, and by the one who restores, alone, for the moment of putting in place;
- `restore/ready` says to those who serve: leave now, what comes is ready. They close in good order and begin anew as the same
  process with the same sockets, so whoever comes meanwhile waits; and they open when the one who restores is done or dead.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from dugnad.site.serving.presence import Presence

LOOK_SECONDS = 0.25
LEAVE_SECONDS = 60.0

Say = Callable[[str], None]


class Busy(Exception):  # noqa: N818 - an answer to whoever wants to restore
    """Somebody else is at it, or does not leave: a sentence."""


def folder() -> Path:
    """Where a restore builds. It is there only while one goes on, or when one was broken off."""
    return Path(settings.DATA_DIR) / "restore"


def _ready() -> Path:
    return folder() / "ready"


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """The only one who restores here. Raises `Busy`."""
    with _locked("restore.lock") as handle:
        for _turn in range(8):
            if _take(handle, fcntl.LOCK_EX):
                break
            time.sleep(LOOK_SECONDS)
        else:
            raise Busy("Somebody else restores a backup here just now. Wait until that is done.")
        yield


def is_going_on() -> bool:
    """Whether somebody restores just now."""
    with _locked("restore.lock") as handle:
        return not _take(handle, fcntl.LOCK_SH)


@contextlib.contextmanager
def nobody_serves(*, say: Say, seconds: float = LEAVE_SECONDS) -> Iterator[None]:
    """Everybody who served has left and waits outside until the block ends. Raises `Busy` when they do not leave."""
    with _locked("house.lock") as handle:
        _ready().touch()
        try:
            until = time.monotonic() + seconds
            asked = False
            while not _take(handle, fcntl.LOCK_EX):
                if not asked:
                    say("Asking the house to close for a moment.")
                    asked = True
                if time.monotonic() > until:
                    raise Busy("The house did not close within a minute. Stop it and restore again.")
                time.sleep(LOOK_SECONDS)
            _nobody_elsewhere()
            yield
        finally:
            _ready().unlink(missing_ok=True)


def _nobody_elsewhere() -> None:
    """On PostgreSQL a process with another data folder may serve the same place; it cannot be asked to leave."""
    if "kernel_stamp" not in connection.introspection.table_names():
        return
    others = Presence(Path(settings.DATA_DIR) / "workers").others()
    if others:
        raise Busy(
            f"Another process serves this place from another folder: {', '.join(others)}. Stop it and restore again."
        )


@contextlib.contextmanager
def serving(*, say: Say) -> Iterator[None]:
    """Somebody serves the place while this holds. Waits first for one who puts another place in its stead."""
    with _locked("house.lock") as handle:
        waits = False
        while (_ready().exists() and is_going_on()) or not _take(handle, fcntl.LOCK_SH):
            if not waits:
                say("A backup is being restored; the house opens when that is done.")
                waits = True
            time.sleep(LOOK_SECONDS)
        yield


@contextlib.contextmanager
def watching(leave: Callable[[], None]) -> Iterator[None]:
    """Calls `leave` once, from another thread, when somebody who restores asks those who serve to leave."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_SECONDS):
            if _ready().exists() and is_going_on():
                leave()
                return

    thread = threading.Thread(target=watch, name="watch for a restore", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def _locked(name: str) -> Iterator[int]:
    path = Path(settings.DATA_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _take(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
