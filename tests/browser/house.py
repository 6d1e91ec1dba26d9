"""The demo house, really served: a process of its own with a folder of its own, that may be stopped and started again."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class DemoHouse:
    """`dugnad serve` on a free port. `things` are the addresses of what `tests.browser.lived_in` put in besides."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.things: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None

    def prepare(self) -> None:
        """Make the database, fill the demo, and put in what the demo has none of."""
        self.things = json.loads(self.run("tests.browser.lived_in"))

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
            command, env=self._environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._process.stdout
        said = []
        for line in self._process.stdout:
            said.append(line)
            if self.address in line:
                return
        raise AssertionError("".join(said))

    def close(self) -> None:
        """Stop in good order."""
        if self._process:
            self._process.terminate()
            self._process.communicate(timeout=60)
            self._process = None

    def _environment(self) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith(("DUGNAD_", "DJANGO_"))}
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        return {
            **others,
            "DUGNAD_DATA_DIR": str(self.data),
            "DUGNAD_DEMO": "yes",
            "PYTHONPATH": path,
            "PYTHONUNBUFFERED": "1",
        }


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
