"""Houses that are really served: a process of its own with a folder of its own, that may be stopped and started again."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LAST_LINE = "Ctrl-C closes it."
# The secret that the app on Sunniva’s phone shares with the demo house.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class House:
    """`dugnad serve` on a free port, with nobody in it. `said` is what it printed."""

    demo = "no"

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.said: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def run(self, module: str, *words: str) -> str:
        """What `python -m module` prints when it is run on the data of this house."""
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(command, env=self._environment(), cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def open(self) -> None:
        """Serve until `close()`; returns when the house says that it is open."""
        command = [sys.executable, "-m", "dugnad", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(
            command,
            env=self._environment(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        opened = threading.Event()
        self._hearing = threading.Thread(target=self._hear, args=(self._process, opened))
        self._hearing.start()
        opened.wait()
        assert any(self.address in line for line in self.said), "".join(self.said)

    def _hear(self, process: subprocess.Popen[str], opened: threading.Event) -> None:
        """Keep what the house prints, so that it never waits for a reader."""
        assert process.stdout
        with process.stdout:
            for line in process.stdout:
                self.said.append(line)
                if LAST_LINE in line:
                    opened.set()
        opened.set()

    def close(self) -> None:
        """Stop in good order."""
        if self._process:
            self._process.terminate()
            self._process.wait(60)
            self._hearing.join()
            self._process = None

    def owner_link(self) -> str:
        """The link for the first person, as it was printed."""
        return next(found[0] for line in self.said if (found := re.search(r"http://\S+/i/[\w-]+", line)))

    def _environment(self) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith(("DUGNAD_", "DJANGO_"))}
        mine = {
            "DUGNAD_DATA_DIR": str(self.data),
            "DUGNAD_DEMO": self.demo,
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
            "PYTHONUNBUFFERED": "1",
        }
        return others | mine


class DemoHouse(House):
    """The demo, and in `things` the addresses of what `tests.browser.lived_in` put in besides."""

    demo = "yes"

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.things: dict[str, Any] = {}

    def prepare(self) -> None:
        """Make the database, fill the demo, and put in what the demo has none of."""
        self.things = json.loads(self.run("tests.browser.lived_in"))


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
