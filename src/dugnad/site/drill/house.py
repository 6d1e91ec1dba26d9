"""A house as a real process: begun, killed, stopped, asked."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

OPEN_SECONDS = 90.0


class DidNotOpen(Exception):  # noqa: N818 - what the log said stands in it
    """The house did not open."""


class House:
    """One serving process on one port. `environ` is what differs from this process's own environment; with `DRILL_CLOCK` in
    it the house's clock can jump.
    """

    def __init__(self, folder: Path, port: int, environ: Mapping[str, str], *, name: str = "house") -> None:
        self.port = port
        self.log = folder / f"{name}.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DUGNAD_", "DJANGO_"))}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)  # opening again and again is quicker with what was compiled before
        self.environ = {**kept, **environ, "DUGNAD_PORT": str(port)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that serves now; 0 when none does."""
        return self._process.pid if self._process is not None else 0

    def begin(self) -> None:
        """Start the process; it is open some seconds later."""
        program = "dugnad.site.drill.shifted" if "DRILL_CLOCK" in self.environ else "dugnad"
        command = [sys.executable, "-m", program, "serve", "--empty"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log)  # noqa: S603 - ourselves

    def wait(self) -> float:
        """Back when it is open; answers after how many seconds. Raises DidNotOpen."""
        began = time.monotonic()
        while time.monotonic() < began + OPEN_SECONDS:
            if self._process is None or self._process.poll() is not None:
                break
            if self.is_well():
                return time.monotonic() - began
            time.sleep(0.03)
        raise DidNotOpen("\n".join(self.log.read_text(errors="replace").splitlines()[-15:]))

    def start(self) -> float:
        """Begin and wait."""
        self.begin()
        return self.wait()

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Stop in good order; answers the code it ended with."""
        return self._end(signal.SIGTERM)

    def runs(self) -> bool:
        """Whether the process is still the one that was begun."""
        return self._process is not None and self._process.poll() is None

    def is_well(self) -> bool:
        """Whether it answers that it can serve pages."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait(60)
        self._process = None
        return code
