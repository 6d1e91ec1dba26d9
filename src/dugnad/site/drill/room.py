"""A disk so small that it can be filled: a piece of memory mounted as a folder."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

MEGABYTES = 640
CHUNK = 1024 * 1024


class Room:
    """A folder for everything that the drill writes. `is_small` when it has a disk of its own, which `fill()` fills."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dugnad-drill-"))
        self.folder.chmod(0o755)
        self.is_small = os.getuid() == 0 and self._mount()
        self._filler = self.folder / "filler"

    def fill(self) -> None:
        """Not one more byte finds room."""
        chunk = b"\0" * CHUNK
        with self._filler.open("ab", buffering=0) as file:
            while len(chunk) >= 1:
                try:
                    file.write(chunk)
                except OSError as trouble:
                    if trouble.errno != errno.ENOSPC:
                        raise
                    chunk = chunk[: len(chunk) // 2]

    def make_room(self) -> None:
        """There is room again."""
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing of it is left."""
        if self.is_small:
            subprocess.run(["umount", "-l", str(self.folder)], check=False, capture_output=True)  # noqa: S603, S607
        shutil.rmtree(self.folder, ignore_errors=True)

    def _mount(self) -> bool:
        words = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", str(self.folder)]
        try:
            return subprocess.run(words, check=False, capture_output=True).returncode == 0  # noqa: S603 - our words
        except OSError:
            return False
