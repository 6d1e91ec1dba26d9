"""Places that earlier versions made come into the form of today with every row and column they had, and are served."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from dugnad.site.backup.check import Backup, check
from tests.site.places import Place, a_place

STORE = Path(__file__).resolve().parent.parent / "earlier"
EARLIER = sorted(path.name.removesuffix(".tar.xz") for path in STORE.glob("*.tar.xz"))

# Mail that waited for too long is given up by a restore, which brings the rows to PostgreSQL.
SETTLED = {"kernel_mail": {"given_up_at", "trouble"}} if connection.vendor == "postgresql" else {}

pytestmark = pytest.mark.processes


def unpacked(name: str, folder: Path) -> Path:
    """The data folder of that place, as its version left it."""
    with tarfile.open(STORE / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def rows(backup: Backup) -> dict[str, list[dict[str, object]]]:
    """Every row, by table, with the names of its columns."""
    return {
        table.name: [dict(zip(table.columns, line, strict=True)) for line in backup.lines(table.part)]
        for table in backup.manifest.tables
    }


def brought_to_today(place: Place, was: Path, before: Path) -> None:
    """On SQLite as a new version does at its start; on PostgreSQL the rows are taken there in the form that they had."""
    if connection.vendor == "sqlite":
        shutil.copytree(was, place.data, dirs_exist_ok=True)
    else:
        place.run("restore", str(before))
    place.run("migrate")


def test_there_are_earlier_places():
    assert EARLIER
    assert all((STORE / f"{name}.tar.xz").stat().st_size < 300_000 for name in EARLIER)


@pytest.mark.parametrize("name", EARLIER)
def test_an_earlier_place_keeps_everything_and_is_served(name, tmp_path):
    with a_place(unpacked(name, tmp_path / "as-it-was"), on="sqlite") as was:
        was.run("backup", str(tmp_path / "before.dugnad"))
    before = check(tmp_path / "before.dugnad", room=10**12)
    assert sum(map(len, rows(before).values())) == counted(tmp_path / "as-it-was" / "dugnad.sqlite3", before)

    with a_place(tmp_path / "data") as place:
        brought_to_today(place, was.data, tmp_path / "before.dugnad")
        place.run("backup", str(tmp_path / "after.dugnad"))
        after = check(tmp_path / "after.dugnad", room=10**12)
        assert lost(rows(before), rows(after)) == {}
        assert list(after.files()) == list(before.files())
        with place.serve():
            (public,) = [row["id"] for row in rows(before)["kernel_audience"] if row["is_public"]][:1]
            threads = [row for row in rows(before)["forum_thread"] if row["audience_id"] == public]
            for path in ("/", "/about", "/privacy", *(f"/t/{row['id']}/{row['slug']}" for row in threads[:3])):
                assert place.ask(path)[0] == 200, path
            word = next(word for word in str(threads[0]["title"]).split() if len(word) > 4)
            assert f"/t/{threads[0]['id']}".encode() in place.ask(f"/search?q={quote(word)}")[1]


def counted(database: Path, backup: Backup) -> int:
    """How many rows the stored database has in the tables of the backup, asked without the house."""
    line = sqlite3.connect(database)
    total = sum(line.execute(f"SELECT count(*) FROM {one.name}").fetchone()[0] for one in backup.manifest.tables)
    line.close()
    return total


def lost(
    before: dict[str, list[dict[str, object]]], after: dict[str, list[dict[str, object]]]
) -> dict[str, list[dict[str, object]]]:
    """By table, rows that are not there any more with the same value in every column that they had."""
    found: dict[str, list[dict[str, object]]] = {}
    for table, old in before.items():
        columns = sorted(set(old[0]) - SETTLED.get(table, set())) if old else []
        now = {repr([row.get(column) for column in columns]) for row in after.get(table, [])}
        gone = [row for row in old if repr([row[column] for column in columns]) not in now]
        if gone:
            found[table] = gone[:3]
    return found
