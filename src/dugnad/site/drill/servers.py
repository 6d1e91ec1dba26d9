"""A PostgreSQL and a Redis that belong to whoever makes them: they can be stopped and started, and leave nothing behind."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS = 60


class NotHere(Exception):  # noqa: N818 - a sentence: what is missing on this machine
    """The program is not on this machine, or may not be used by this user."""


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def postgres_programs() -> Path:
    """The folder with `initdb` and `pg_ctl`, the newest version's. Raises NotHere."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3].split(".")[0]))
    on_path = shutil.which("pg_ctl")
    if not found and on_path is None:
        raise NotHere("PostgreSQL is not on this machine")
    return found[-1].parent if found else Path(str(on_path)).parent


class Postgres:
    """A cluster in a folder of its own, on a port of its own. It runs as the user `postgres` when this one is root."""

    def __init__(self, folder: Path, *, settings: tuple[str, ...] = ()) -> None:
        self._programs = postgres_programs()
        self.port = free_port()
        self.folder = folder
        self._data = folder / "cluster"
        self._settings = (
            "max_connections=60",
            "max_wal_size=96MB",
            "min_wal_size=32MB",
            "wal_init_zero=off",
            *settings,
        )

    @property
    def url(self) -> str:
        """The address of the database that `make` made."""
        return f"postgresql://drill@127.0.0.1:{self.port}/drill"

    def make(self) -> None:
        """Make the cluster, start it, make an empty database. Raises NotHere when this user may not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.getuid() == 0:
            try:
                owner = pwd.getpwnam("postgres")
            except KeyError:
                raise NotHere("root may not run PostgreSQL, and there is no user postgres") from None
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-U", "drill", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D", str(self._data))
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "drill", "drill")

    def start(self) -> None:
        """Serve again; back when it answers."""
        words = [f"-p {self.port}", "-c listen_addresses=127.0.0.1", f"-k {self.folder}"]
        words += [f"-c {setting}" for setting in self._settings]
        log = str(self.folder / "log")
        self._run(
            "pg_ctl", "-D", str(self._data), "-w", "-t", str(START_SECONDS), "-l", log, "-o", " ".join(words), "start"
        )

    def stop(self, *, at_once: bool = False) -> None:
        """Stop serving, in good order or as if the power went."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate" if at_once else "fast", "stop", check=False)

    def runs(self) -> bool:
        """Whether it is there."""
        return self._run("pg_ctl", "-D", str(self._data), "status", check=False) == 0

    def _run(self, program: str, *words: str, check: bool = True) -> int:
        command = [str(self._programs / program), *words]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        with (self.folder / "said").open("ab") as said:
            done = subprocess.run(command, stdout=said, stderr=said, cwd=self.folder, check=False)  # noqa: S603 - our words
        if check and done.returncode:
            raise NotHere(f"PostgreSQL could not be used: {program} ended with {done.returncode}")
        return done.returncode


class Redis:
    """A Redis behind a port of its own. It keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("redis-server") is None:
            raise NotHere("Redis is not on this machine")
        self.port = free_port()
        self.folder = folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve; back when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(  # noqa: S603 - our words
            ["redis-server", *words],  # noqa: S607 - the one that is found on the path
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )
        wait_for_port(self.port)

    def stop(self) -> None:
        """Gone, as if it was killed."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


def wait_for_port(port: int) -> None:
    """Back when something listens there. Raises TimeoutError after a minute."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")
