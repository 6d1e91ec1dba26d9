"""What the place stands on: the disk, its files, its key, its settings."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.kernel.files import StoredFile
from dugnad.kernel.formats import file_size
from dugnad.kernel.place import the_place
from dugnad.site.backup.place import is_empty
from dugnad.site.backup.restore import BEFORE, backups_folder
from dugnad.site.backup.write import database_bytes
from dugnad.site.doctor.finding import Finding, fine, look, wrong

MEGABYTE = 1_000_000
TOO_LITTLE = 200 * MEGABYTE
LITTLE = 1000 * MEGABYTE
BACKUP_IS_OLD = 2 * 24 * 3600
LOST_AFTER = 2 * 24 * 3600
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def disk_has_room() -> Finding:
    """Room for what people write, and for a backup and a restore of what is there."""
    free, size = shutil.disk_usage(settings.DATA_DIR).free, database_bytes()
    said = {"free": file_size(free), "size": file_size(size)}
    if free < TOO_LITTLE:
        return wrong(
            "disk",
            _("Only %(free)s are left on the disk of the data folder.") % said,
            _("Make room now: when nothing is left, posts are refused. Old backups are a good beginning."),
        )
    if free < max(LITTLE, 3 * size):
        return look(
            "disk",
            _("%(free)s are left on the disk of the data folder, and the database has %(size)s.") % said,
            _("Make room soon: a backup and a restore need the size of the database two or three times."),
        )
    return fine("disk", _("%(free)s are left on the disk; the database has %(size)s.") % said)


def files_can_be_written() -> Finding:
    """Whether uploads can be kept."""
    folder = Path(settings.FILES_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tried = folder / f".tried-{os.getpid()}"
        with os.fdopen(os.open(tried, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            file.write(b"Can this be written?")
            os.fsync(file.fileno())
        tried.unlink()
    except OSError as trouble:
        return wrong(
            "files",
            _("Files cannot be kept in the folder of files (%(why)s).") % {"why": trouble.strerror},
            _("Give the folder %(folder)s to the user that runs Dugnad.") % {"folder": folder},
        )
    return fine("files", _("Uploaded files can be kept."))


def files_agree() -> Iterator[Finding]:
    """Every row has its bytes and every file its row. What is younger than two days may be on its way."""
    base = Path(settings.FILES_DIR)
    there = {path.name: path for path in base.glob("??/*")} if base.exists() else {}
    known = set(StoredFile.objects.values_list("token", flat=True).iterator())
    lost = len(known - there.keys())
    before = time.time() - LOST_AFTER
    orphans = sum(there[name].stat().st_mtime < before for name in there.keys() - known)
    if lost:
        yield wrong(
            "files",
            ngettext(
                "%(count)d uploaded file is missing from the disk.",
                "%(count)d uploaded files are missing from the disk.",
                lost,
            )
            % {"count": lost},
            _("Copy the folder of files back from a backup, or restore one."),
        )
    if orphans:
        yield look(
            "files",
            ngettext(
                "%(count)d file lies on the disk that nothing in the place knows.",
                "%(count)d files lie on the disk that nothing in the place knows.",
                orphans,
            )
            % {"count": orphans},
            _("The night's keeping removes them; look whether it runs."),
        )
    if not lost and not orphans:
        yield fine("files", _("Every uploaded file is where it should be."))


def its_owner_looks() -> Finding:
    """Whether this is the user that serves the place: what another one writes, root above all, the place cannot read."""
    owner = Path(settings.DATA_DIR).stat().st_uid
    if owner == os.geteuid():
        return fine("user", _("This runs as the user that the data folder belongs to."))
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"#{owner}"
    return look(
        "user",
        _("This runs as another user than the data folder belongs to."),
        _("Run it as that user: sudo -u %(name)s. Files that another one makes there can keep the place from opening.")
        % {"name": name},
    )


def only_the_owner_reads() -> Iterator[Finding]:
    """The secret key and the database are for the user that runs Dugnad alone."""
    data = Path(settings.DATA_DIR)
    open_ones = [
        path.name
        for path in (data / "secret-key", data / "dugnad.sqlite3")
        if path.exists() and _others_may_read(path, data)
    ]
    for name in open_ones:
        yield wrong(
            "secrets",
            _("Other users of this machine can read %(name)s.") % {"name": name},
            _("Close it: chmod 600 %(path)s") % {"path": data / name},
        )
    if not open_ones:
        yield fine("secrets", _("The secret key and the database are closed to other users of this machine."))


def _others_may_read(path: Path, folder: Path) -> bool:
    return bool(path.stat().st_mode & 0o077) and bool(stat.S_IMODE(folder.stat().st_mode) & 0o011)


def settings_fit() -> Iterator[Finding]:
    """What may be on at home and must not be where others come."""
    address = urlsplit(settings.URL)
    if address.hostname in LOOPBACK:
        yield look(
            "address",
            _("The place is only for this machine: its address is %(url)s.") % {"url": settings.URL},
            _("Set DUGNAD_URL to the address under which people reach it. Links in mails begin with it."),
        )
        return
    found = list(_in_the_open(address.scheme))
    yield from found
    if not found:
        yield fine("address", _("The settings fit a place that others reach."))


def _in_the_open(scheme: str) -> Iterator[Finding]:
    if settings.DEBUG:
        yield wrong(
            "debug",
            _("DUGNAD_DEBUG is on: whoever makes a page break is shown the inside of the place."),
            _("Take it away and start again."),
        )
    if settings.DEMO:
        yield wrong(
            "demo",
            _("DUGNAD_DEMO is on: everybody can sign in as the people of the demo."),
            _("Take it away and start again."),
        )
    if scheme != "https":
        yield wrong(
            "address",
            _("The address %(url)s is not encrypted: who is in between reads along, and passkeys do not work.")
            % {"url": settings.URL},
            _("Put a proxy with https before the place and set DUGNAD_URL to https://…"),
        )
    elif not settings.TRUST_PROXY:
        yield look(
            "address",
            _("A proxy stands before the place, but DUGNAD_TRUST_PROXY is off: all people count as one computer."),
            _("Set DUGNAD_TRUST_PROXY=yes if the proxy sets X-Forwarded-For and X-Forwarded-Proto."),
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield wrong(
            "address", _("The place answers under every name."), _("Name the hosts in DUGNAD_HOSTS instead of a star.")
        )


def backups_are_young() -> Finding:
    """Whether there is a backup of the last two days, when the place makes them."""
    if is_empty():
        return fine("backup", _("Nobody is here yet, so there is nothing to keep."))
    if settings.DEMO:
        return fine("backup", _("This is a demo: the house makes no backups of it."))
    if not the_place().backups_kept:
        return look(
            "backup",
            _("The house makes no backups: that is how the settings of the place have it."),
            _("Make sure that something else does, and that somebody tried to restore one."),
        )
    made = [path.stat().st_mtime for path in backups_folder().glob("*.dugnad") if not path.name.startswith(BEFORE)]
    if not made:
        return look(
            "backup",
            _("There is no backup yet. The house makes one every night."),
            _("Make the first one now: dugnad backup. Then copy it to another machine."),
        )
    days = int((time.time() - max(made)) // (24 * 3600))
    if time.time() - max(made) > BACKUP_IS_OLD:
        return wrong(
            "backup",
            ngettext("The newest backup is %(count)d day old.", "The newest backup is %(count)d days old.", days)
            % {"count": days},
            _("Make one now with dugnad backup; it says what is in the way."),
        )
    return fine("backup", _("There is a backup of the last two days."))
