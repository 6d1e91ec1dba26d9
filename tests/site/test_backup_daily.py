"""Each night a backup, as many as the stewards chose; in a process of its own."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from dugnad.kernel import registry
from dugnad.kernel.place import Place
from dugnad.site.backup.check import check
from dugnad.site.backup.daily import NoBackup, keep_daily_backup
from dugnad.site.backup.restore import backups_folder
from tests import given
from tests.site.places import a_place
from tests.site.test_earlier import EARLIER, unpacked

NOW = "from dugnad.site.backup.daily import keep_daily_backup; print(keep_daily_backup())"


@pytest.mark.slow
def test_the_newest_are_kept_and_what_somebody_put_there_stays(tmp_path):
    with a_place(unpacked(EARLIER[0], tmp_path / "data"), on="sqlite") as place:
        place.run("migrate")
        folder = place.data / "backups"
        folder.mkdir()
        older = [f"daily-2026-01-0{day}-030000.dugnad" for day in range(1, 9)]
        for name in [*older, "before-we-moved.dugnad"]:
            (folder / name).write_bytes(b"x")
        assert "written, 2 older ones removed" in place.run("shell", "-c", NOW)
        (made,) = {path.name for path in folder.iterdir()} - {*older, "before-we-moved.dugnad"}
        assert sorted(path.name for path in folder.iterdir()) == ["before-we-moved.dugnad", *older[2:], made]
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


def test_a_disk_without_room_is_said(db, settings, tmp_path):
    given.person("leyla")
    huge = Path(settings.FILES_DIR) / "ab" / "abcdef"
    huge.parent.mkdir(parents=True)
    with huge.open("wb") as file:
        file.truncate(2**43)
    with pytest.raises(NoBackup, match="there is no room for a backup"):
        keep_daily_backup()
