"""Whole processes: they open, they are killed, they stop. Nothing that was answered with success is lost."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


Begin = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Begins a process of the house, which speaks to the test through its output. None outlives the test."""
    begun: list[subprocess.Popen[str]] = []
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DUGNAD_", "DJANGO_"))}
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])

    def begin(port: int, *words: str) -> subprocess.Popen[str]:
        environ = {**kept, "PYTHONPATH": paths, "DUGNAD_DATA_DIR": str(tmp_path), "DUGNAD_PORT": str(port)}
        environ["DUGNAD_DEMO"] = "yes"  # its mail leaves without a mail server
        process = subprocess.Popen(
            [sys.executable, *words], env=environ, cwd=tmp_path, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        begun.append(process)
        return process

    yield begin
    for process in begun:
        with process:
            process.kill()


def until(process: subprocess.Popen[str], words: str) -> list[str]:
    """The lines that the process prints, up to the one with these words."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if words in line:
            return lines
    raise AssertionError("\n".join(lines))


def ask(port: int, path: str, method: str = "GET") -> tuple[int, bytes]:
    line = http.client.HTTPConnection("localhost", port, timeout=30)
    try:
        line.request(method, path)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


class Writer(threading.Thread):
    """Writes one word after the other and remembers those that were answered with success."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__()
        self.port = port
        self.word = name
        self.answered: list[str] = []
        self.some = threading.Event()

    def run(self) -> None:
        for number in range(10_000):
            word = f"{self.word}-{number}"
            try:
                if ask(self.port, f"/?{word}", "POST") == (200, b"written"):
                    self.answered.append(word)
            except (OSError, http.client.HTTPException):
                return
            if len(self.answered) == 4:
                self.some.set()


def test_a_killed_house_loses_nothing_that_it_answered_with_success(begin: Begin, tmp_path: Path) -> None:
    port = free_port()
    house = begin(port, "-m", "tests.serving.mortal_house")
    until(house, "open")
    writers = [Writer(port, f"writer-{number}") for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        assert writer.some.wait(60)
    house.kill()
    house.communicate()
    for writer in writers:
        writer.join(60)
    answered = [word for writer in writers for word in writer.answered]
    assert len(answered) >= 16

    with sqlite3.connect(tmp_path / "dugnad.sqlite3", timeout=30) as database:
        # What a killed postman had in hand is sent ten minutes later: the test moves the clock of these rows.
        database.execute("UPDATE kernel_mail SET due_at = created_at WHERE sent_at IS NULL")
        database.commit()
        house = begin(port, "-m", "tests.serving.mortal_house")
        until(house, "open")
        wait_for_none(database, "django_tasks_database_dbtaskresult WHERE status <> 'SUCCESSFUL'")
        wait_for_none(database, "kernel_mail WHERE sent_at IS NULL")
        house.send_signal(signal.SIGTERM)
        house.communicate(timeout=60)
        stamps = {name for (name,) in database.execute("SELECT name FROM kernel_stamp")}
        mailed = [subject for (subject,) in database.execute("SELECT subject FROM kernel_mail")]
    database.close()
    assert house.returncode == 0
    assert {word for word in answered if f"wrote:{word}" not in stamps} == set()
    written = {name.removeprefix("wrote:") for name in stamps if name.startswith("wrote:")}
    assert {name.removeprefix("done:") for name in stamps if name.startswith("done:")} == written
    assert sorted(mailed) == sorted(written)


def wait_for_none(database: sqlite3.Connection, rows: str) -> None:
    pause = threading.Event()
    left = -1
    for _ in range(6000):
        left = database.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]
        if left == 0:
            return
        pause.wait(0.01)
    raise AssertionError(f"{left} {rows}")


def test_an_empty_place_opens_with_a_link_for_its_first_person_and_stops_when_told(
    begin: Begin, tmp_path: Path
) -> None:
    port = free_port()
    house = begin(port, "-m", "dugnad", "serve", "--empty")
    lines = until(house, "Ctrl-C")
    assert lines[:3] == [
        f"Opening the house in {tmp_path}",
        "Getting the database ready.",
        "Preparing styles and scripts.",
    ]
    assert f"Dugnad is open: http://localhost:{port}" in lines
    link = next(line.strip() for line in lines if line.startswith("  http"))
    assert link.startswith(f"http://localhost:{port}/i/")
    assert ask(port, "/healthz") == (200, b"ok\n")
    assert ask(port, link.removeprefix(f"http://localhost:{port}"))[0] == 200
    assert ask(port, "/nothing-of-the-kind")[0] == 404
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "dugnad.sqlite3").stat().st_mode & 0o777 == 0o600

    second = begin(port, "-m", "dugnad", "serve", "--empty")
    said, _nothing = second.communicate(timeout=60)
    assert second.returncode == 1
    assert said == (
        f"Port {port} cannot be used (Address already in use). "
        f"Stop what uses it, or choose another one: --port {port + 1}\n"
    )

    house.send_signal(signal.SIGTERM)
    rest, _nothing = house.communicate(timeout=60)
    assert (house.returncode, rest.strip()) == (0, "")
    assert list((tmp_path / "workers").iterdir()) == []
