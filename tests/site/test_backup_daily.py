"""Each night a backup, as many as the stewards chose; in a process of its own."""

from __future__ import annotations

import fcntl
import os
import re
import stat
import subprocess
import time
from pathlib import Path

import pytest

from dugnad.kernel import registry
from dugnad.kernel.place import Place
from dugnad.site.backup.check import check
from dugnad.site.backup.daily import NoBackup, _only_one, keep_daily_backup
from dugnad.site.backup.restore import backups_folder
from tests import given
from tests.site.places import a_place
from tests.site.test_earlier import EARLIER, unpacked

NOW = "from dugnad.site.backup.daily import keep_daily_backup; print(keep_daily_backup())"


@pytest.mark.processes
def test_the_newest_are_kept_and_what_somebody_put_there_stays(tmp_path):
    with a_place(unpacked(EARLIER[0], tmp_path / "data"), on="sqlite") as place:
        place.run("migrate")
        folder = place.data / "backups"
        folder.mkdir()
        older = [f"before-its-new-name-daily-2026-01-0{day}-030000.dugnad" for day in range(1, 9)]
        for name in [*older, "before-we-moved.dugnad"]:
            (folder / name).write_bytes(b"x")
        assert "written, 2 older ones removed" in place.run("shell", "-c", NOW)
        (made,) = {path.name for path in folder.iterdir()} - {*older, "before-we-moved.dugnad"}
        assert sorted(path.name for path in folder.iterdir()) == [*older[2:], "before-we-moved.dugnad", made]
        assert re.fullmatch(r"linden-daily-\d{4}-\d\d-\d\d-\d{6}\.dugnad", made)
        assert stat.S_IMODE((folder / made).stat().st_mode) == 0o600
        assert check(folder / made, room=10**9).manifest.place_name == "Linden"


def test_none_is_made_of_a_place_without_people_or_when_nobody_wants_it(db):
    assert registry.daily_jobs.get("backup") is keep_daily_backup
    assert keep_daily_backup() == "no backup is wanted"
    given.person("leyla")
    Place.objects.create(backups_kept=0)
    assert keep_daily_backup() == "no backup is wanted"
    assert list(backups_folder().iterdir()) == []


def test_what_was_left_over_goes(db):
    folder, old = backups_folder(), time.time() - 15 * 24 * 3600
    for name in ("a.dugnad.1234.part", "before-restore-2026-01-01-000000.dugnad", "daily-2026-01-01-030000.dugnad"):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (old, old))
    (folder / "b.dugnad.1234.part").write_bytes(b"x")
    keep_daily_backup()
    left = ["b.dugnad.1234.part", "daily-2026-01-01-030000.dugnad"]
    assert sorted(path.name for path in folder.iterdir()) == left


def test_never_two_at_once(db, settings):
    given.person("leyla")
    handle = os.open(Path(settings.DATA_DIR) / "backup.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert keep_daily_backup() == "a backup is being made already"
    finally:
        os.close(handle)
    assert list(backups_folder().iterdir()) == []


@pytest.mark.processes
def test_one_that_outlives_who_began_it_keeps_its_turn(db, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    with _only_one() as handle:
        child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, pass_fds=(handle,))
    try:
        with _only_one() as second:
            assert second is None
    finally:
        child.communicate()
    with _only_one() as third:
        assert third is not None


def test_one_that_breaks_takes_none_of_the_others(db, settings, tmp_path, caplog):
    given.person("leyla")
    Place.objects.create(backups_kept=1)
    settings.DATA_DIR = tmp_path
    older = backups_folder() / "dugnad-daily-2026-01-01-030000.dugnad"
    older.write_bytes(b"x")
    (tmp_path / "dugnad.sqlite3").mkdir()
    with pytest.raises(NoBackup):
        keep_daily_backup()
    assert caplog.messages == ["Tonight's backup could not be made. The command dugnad backup says what is in the way."]
    assert list(backups_folder().iterdir()) == [older]


def test_a_disk_without_room_is_said(db, settings, tmp_path, caplog):
    given.person("leyla")
    huge = Path(settings.FILES_DIR) / "ab" / "abcdef"
    huge.parent.mkdir(parents=True)
    with huge.open("wb") as file:
        file.truncate(2**43)
    with pytest.raises(NoBackup):
        keep_daily_backup()
    assert caplog.messages == [
        "The disk has no room for a backup: twice the size of the last one must be free. Make room in the data folder."
    ]
