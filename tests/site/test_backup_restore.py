"""A place that is written in goes into one file, and comes back out of it as it was at one moment, on either database."""

from __future__ import annotations

import itertools
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dugnad.site.backup.check import Backup, check
from tests.site.places import Place, a_place

pytestmark = pytest.mark.processes

ROOM = 10**12
# A restored place knows that it was restored; the rest is as it was.
OF_THE_RESTORE = {"tables/kernel_stamp.jsonl"}


def read(path: Path) -> Backup:
    return check(path, room=ROOM)


def digests(backup: Backup) -> dict[str, str]:
    parts = {part.name: part.sha256 for part in backup.closing.parts if part.name.endswith("jsonl")}
    return {name: digest for name, digest in parts.items() if name not in OF_THE_RESTORE}


def rows(backup: Backup, table: str) -> list[dict[str, object]]:
    found = next(one for one in backup.manifest.tables if one.name == table)
    return [dict(zip(found.columns, line, strict=True)) for line in backup.lines(found.part)]


@dataclass
class Writers:
    """Three who write without a pause, and one who deletes every fifth picture."""

    place: Place
    answered: set[int] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)
    enough: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._words = itertools.count(1)
        self._threads = [threading.Thread(target=self._write) for _ in range(3)]

    def __enter__(self) -> Writers:
        assert self.place.ask("/test/begin")[0] == 200
        for thread in self._threads:
            thread.start()
        assert self.enough.wait(60)
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        while not self.over.is_set():
            word = next(self._words)
            status, said = self.place.ask(f"/test/write/{word}")
            assert status == 200, said
            number, token = said.decode().split()
            self.answered.add(int(number))
            if word % 5 == 0:
                assert self.place.ask(f"/test/take-away/{token}")[0] == 200
                self.deleted.add(token)
            if len(self.answered) > 20:
                self.enough.set()


@pytest.fixture(scope="module")
def written(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[tuple[Path, Path, set[int], set[int]]]:
    """A backup that was made while people wrote; one of the same place when all had gone; the numbers of the posts that were
    answered with success before the first began, and in all.
    """
    folder = tmp_path_factory.mktemp("written")
    with a_place(folder / "data") as place, place.serve(), Writers(place) as writers:
        before = set(writers.answered)
        place.run("backup", str(folder / "while.dugnad"))
        writers.__exit__()
        place.run("backup", str(folder / "after.dugnad"))
        yield folder / "while.dugnad", folder / "after.dugnad", before, set(writers.answered)


def test_a_backup_under_load_is_the_place_at_one_moment(written):
    during, after, before, answered = written
    backup, whole = read(during), read(after)
    posts = rows(backup, "forum_post")
    numbers = {post["number"] for post in posts}
    assert before <= numbers <= answered | {1}
    assert numbers == set(range(1, len(posts) + 1))
    (thread,) = rows(backup, "forum_thread")
    assert (thread["last_number"], thread["post_count"]) == (len(posts), len(posts))
    assert len([one for one in rows(backup, "kernel_happening") if one["verb"] == "post_added"]) == len(posts) - 1

    files = {row["id"]: row["token"] for row in rows(backup, "kernel_storedfile")}
    assert {token for token, _size, _digest in backup.files()} == set(files.values())
    assert backup.closing.without_bytes == []
    assert {row["file_id"] for row in rows(backup, "forum_postfile")} <= set(files)

    later = {row["id"]: row for row in rows(whole, "forum_post")}
    assert {row["id"]: row for row in posts}.items() <= later.items()
    assert {row["number"] for row in later.values()} == answered | {1}


def test_a_served_place_is_restored_and_outlives_one_who_is_killed_at_it(written, tmp_path):
    during, after = written[:2]
    old, new = (len(rows(read(path), "forum_post")) for path in (during, after))
    with a_place(tmp_path / "data") as place:
        assert "Everyone signs in again." in place.run("restore", str(during))
        place.run("backup", str(tmp_path / "again.dugnad"))
        assert digests(read(tmp_path / "again.dugnad")) == digests(read(during))
        with place.serve(), asking(place) as answers:
            assert place.ask("/search?q=cellars")[1].count(b"cellar") > 1
            _kill(place.begin("restore", "--forget-old", str(after)), at="Putting it in place")
            place.until_it_says("Dugnad is open", times=2)
            number = int(place.ask("/test/write/more")[1].split()[0])
            assert number in (old + 1, new + 1)

            said = place.run("restore", str(after))
            place.until_it_says("Dugnad is open", times=3)
            assert "Asking the house to close for a moment." in said
            assert int(place.ask("/test/write/more")[1].split()[0]) == new + 1
        assert set(answers) == {200}
        (kept,) = (place.data / "backups").glob("before-restore-*.dugnad")
        assert kept.stat().st_mode & 0o777 == 0o600
        assert len(rows(read(kept), "forum_post")) == number


@contextmanager
def asking(place: Place) -> Iterator[list[int]]:
    """Somebody asks for the first page again and again; what each was answered with."""
    answers: list[int] = []
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.02):
            answers.append(place.ask("/")[0])

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


def _kill(process: subprocess.Popen[str], *, at: str) -> None:
    """Kill a process the moment it says these words."""
    with process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith(at):
                process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_a_restore_that_is_killed_leaves_the_place_as_it_was(written, tmp_path):
    during, after = written[:2]
    with a_place(tmp_path / "data") as place:
        place.run("restore", str(during))
        for words in ("Making the tables", "Making the search index"):
            _kill(place.begin("restore", "--forget-old", str(after)), at=words)
            assert (place.data / "restore").exists()
            place.run("backup", str(tmp_path / "now.dugnad"))
            assert digests(read(tmp_path / "now.dugnad")) == digests(read(during))
        said = place.run("restore", "--forget-old", str(after))
        assert "A restore was broken off before it changed anything: the place is as it was before." in said
        assert "Restored:" in said
        assert not (place.data / "restore").exists()


def test_it_goes_from_one_database_to_the_other_and_back(written, tmp_path):
    with a_place(tmp_path / "p", on="postgresql") as there, a_place(tmp_path / "s", on="sqlite") as back:
        there.run("restore", str(written[0]))
        there.run("backup", str(tmp_path / "there.dugnad"))
        back.run("restore", str(tmp_path / "there.dugnad"))
        back.run("backup", str(tmp_path / "back.dugnad"))
    first, last = read(written[0]), read(tmp_path / "back.dugnad")
    assert digests(last) == digests(first)
    assert last.manifest.place_id == first.manifest.place_id
