"""Whole places for tests of keeping: each with a data folder and a database of its own, run as the command that stewards run."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 120


def postgres() -> str:
    """The address of a server where tests may make databases; empty when there is none."""
    if connection.vendor == "postgresql":
        about = connection.settings_dict
        user = f"{about['USER']}:{about['PASSWORD']}@" if about["USER"] else ""
        return f"postgresql://{user}{about['HOST']}:{about['PORT']}/postgres"
    return os.environ.get("DUGNAD_TEST_POSTGRES", "")


@dataclass
class Place:
    """A data folder, and the address of a database when it is not SQLite."""

    data: Path
    database: str = ""
    port: int = 0
    served: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)

    def environ(self) -> dict[str, str]:
        bare = {name: value for name, value in os.environ.items() if not name.startswith(("DUGNAD_", "DJANGO_"))}
        more = {"DUGNAD_DATABASE_URL": self.database} if self.database else {}
        return bare | more | {
            "DUGNAD_DATA_DIR": str(self.data),
            "DJANGO_SETTINGS_MODULE": "tests.site.place_settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """`dugnad` with these words, still running."""
        return subprocess.Popen(
            [sys.executable, "-m", "dugnad", *words],
            env=self.environ(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str, code: int = 0) -> str:
        """What `dugnad` with these words says."""
        with self.begin(*words) as process:
            said = process.communicate(timeout=SECONDS)[0]
        assert process.returncode == code, said
        return said

    @contextmanager
    def serve(self) -> Iterator[None]:
        """The place is open, from its own process."""
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.served = process = self.begin("serve", "--empty", "--port", str(self.port))
        listening = threading.Thread(target=self._listen, args=(process,))
        listening.start()
        try:
            self.until_it_says("Dugnad is open", times=1)
            yield
        finally:
            process.terminate()
            process.wait(60)
            listening.join()
            process.stdout.close()  # type: ignore[union-attr]

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.said.append(line)

    def until_it_says(self, words: str, *, times: int) -> None:
        """Waits until the served house has said this so many times."""
        until = time.monotonic() + SECONDS
        while sum(words in line for line in list(self.said)) < times:
            assert time.monotonic() < until and self.served and self.served.poll() is None, "".join(self.said)
            time.sleep(0.05)

    def ask(self, path: str, **more: Any) -> tuple[int, bytes]:
        """One request to the house that serves."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            line.request("GET", path, headers={"Host": f"localhost:{self.port}"}, **more)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()


@contextmanager
def a_place(folder: Path, *, on: str = "", tablespace: str = "pg_default") -> Iterator[Place]:
    """An empty place on the database that is tested, or on the one that is named; on PostgreSQL in that tablespace."""
    folder.mkdir(parents=True, exist_ok=True)
    if (on or connection.vendor) == "sqlite":
        yield Place(folder)
        return
    server = postgres()
    if not server:
        pytest.skip("DUGNAD_TEST_POSTGRES names no server")
    name = f"dugnad_place_{secrets.token_hex(5)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0 TABLESPACE {tablespace}')
        try:
            yield Place(folder, f"{server.rpartition('/')[0]}/{name}")
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
