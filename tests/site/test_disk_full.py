"""A disk without room: posts are refused with a sentence and given back, reading goes on, nothing breaks, and writing works again
when there is room.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import psycopg
import pytest
from django.db import connection

from tests.site.places import Place, a_place, postgres

pytestmark = pytest.mark.processes

MEGABYTES = 40
NO_ROOM = "There is no room left where this place keeps things."


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of a few megabytes: a piece of memory, where tests may mount one. Not in the test's own folder, into which a server
    with a user of its own does not come.
    """
    folder = Path(tempfile.mkdtemp(prefix="dugnad-small-disk-"))
    folder.chmod(0o755)
    words = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("a disk that can be filled needs the right to mount one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def place_on(disk: Path, elsewhere: Path) -> Iterator[Place]:
    """A place whose database lies on this disk."""
    if connection.vendor == "sqlite":
        with a_place(disk / "data") as place:
            yield place
        return
    space = f"small_{secrets.token_hex(4)}"
    (disk / "space").mkdir()
    try:
        shutil.chown(disk / "space", "postgres", "postgres")
        with psycopg.connect(postgres(), autocommit=True) as admin:
            admin.execute(f"CREATE TABLESPACE {space} LOCATION '{disk / 'space'}'")
    except (LookupError, PermissionError, psycopg.Error) as trouble:
        pytest.skip(f"the server may not keep a database on a disk of the test ({type(trouble).__name__})")
    try:
        with a_place(elsewhere, tablespace=space) as place:
            yield place
    finally:
        with psycopg.connect(postgres(), autocommit=True) as admin:
            admin.execute(f"DROP TABLESPACE {space}")


def fill(disk: Path) -> Path:
    """Takes what room there is, to the last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"0" * 4096)
    return filler


def send(browser: httpx.Client, text: str, page: str) -> httpx.Response:
    """Answers in the thread with the form of this page, as somebody with a browser does."""
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken)"[^>]*value="([^"]*)"', page))
    return browser.post("/t/1/reply", data={**fields, "form_key": str(uuid.uuid4()), "language": "en", "text": text})


def test_a_full_disk_refuses_posts_with_a_sentence_and_takes_them_again_when_there_is_room(small_disk, tmp_path):
    long = "A long word on the yard. " * 1000
    with place_on(small_disk, tmp_path / "data") as place, place.serve():
        thread = place.ask("/test/begin")[1].decode()
        with httpx.Client(base_url=f"http://localhost:{place.port}", timeout=60) as browser:
            assert browser.get("/test/sign-in/oona").status_code == 200
            form = browser.get("/t/1/reply").text
            assert send(browser, "Before.", form).status_code == 302
            assert place.ask("/test/write/unread")[0] == 200
            filler = fill(small_disk)
            answers = [send(browser, f"{number} {long}", form) for number in range(12)]
            taken = [n for n, answer in enumerate(answers) if answer.status_code == 302]
            refused = [answer for answer in answers if answer.status_code != 302]
            assert refused and {answer.status_code for answer in refused} == {503}
            assert all(NO_ROOM in answer.text and long.strip() in answer.text for answer in refused)
            assert [browser.get(path).status_code for path in ("/", thread, "/search?q=cellars", "/about")] == [200] * 4
            filler.unlink()
            assert send(browser, "After.", form).status_code == 302
            page = browser.get(thread).text
        assert "Before." in page and "After." in page
        assert all(f"<p>{n} A long word" in page for n in taken)
        assert page.count("A long word on the yard. A long") >= len(taken)
        assert place.run("restore", "--check", str(backup_of(place, tmp_path)))
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(place.data / "dugnad.sqlite3")) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def backup_of(place: Place, folder: Path) -> Path:
    place.run("backup", str(folder / "now.dugnad"))
    return folder / "now.dugnad"


def test_a_backup_that_finds_no_room_says_so_and_leaves_nothing(small_disk, tmp_path):
    with a_place(tmp_path / "data") as place:
        place.run("migrate")
        fill(small_disk)
        said = place.run("backup", str(small_disk / "a.dugnad"), code=1)
        assert said == "There is no room left on the disk. No backup was made.\n"
        assert [path.name for path in small_disk.iterdir()] == ["filler"]
