"""The house with a clock that can jump: `python -m dugnad.site.drill.shifted serve …` is `dugnad serve …`, but what time it is is
moved by as many seconds as the file named in `DRILL_CLOCK` holds. Clocks that only measure how long something takes are left
alone, as they are when a machine's clock is set.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

HOUR = 3600.0


def write_shift(path: Path, seconds: float) -> None:
    """From now on the clock of every house that reads this file is moved by so much."""
    if not path.exists():
        path.write_bytes(struct.pack("d", seconds))
    with path.open("r+b") as file:
        file.write(struct.pack("d", seconds))


def shift_clocks(path: Path) -> None:
    """Let `time.time` and Django's `timezone.now` of this process follow the file."""
    with path.open("r+b") as file:
        held = mmap.mmap(file.fileno(), 8)
    true_time: Callable[[], float] = time.time

    def shift() -> float:
        moved: float = struct.unpack("d", held[:8])[0]
        return moved

    from django.utils import timezone

    time.time = lambda: true_time() + shift()
    timezone.now = lambda: datetime.now(tz=UTC) + timedelta(seconds=shift())


if __name__ == "__main__":
    shift_clocks(Path(os.environ["DRILL_CLOCK"]))
    from dugnad.site.cli import main

    sys.exit(main(sys.argv[1:]))
