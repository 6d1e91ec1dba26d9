"""What happens to the house while people write. Each trouble is bounded in time and put right by itself; none restarts the house
where the house should heal by itself.
"""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dugnad.site.drill.house import House
from dugnad.site.drill.room import Room
from dugnad.site.drill.servers import Postgres, Redis
from dugnad.site.drill.shifted import HOUR, write_shift
from dugnad.site.drill.writers import Diary

HEAL_SECONDS = 45.0
AMONG_WRITERS = 0.75
FIRST_WRITE_SECONDS = 3.0
FULL_SECONDS = 8.0
LOCKED_SECONDS = 24.0


@dataclass(slots=True)
class Done:
    """What became of one trouble: whether it happened, the seconds until writing worked again, what went wrong, and why it was
    not done.
    """

    name: str
    times: int = 0
    wanted: int = 1
    healed: float = 0.0
    wrong: str = ""
    left_out: str = ""
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """Done as often as wanted, and healed."""
        return not self.wrong and not self.left_out and self.times >= self.wanted


@dataclass(slots=True)
class Scene:
    """Everything that is drilled."""

    house: House
    other: House
    room: Room
    diary: Diary
    environ: dict[str, str]
    data: Path
    clock: Path
    postgres: Postgres | None
    redis: Redis | None
    random: random.Random
    minute: float

    def answered(self) -> int:
        """How many writes were answered so far."""
        with self.diary.lock:
            return self.diary.answered

    def ask_rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the house's database."""
        if self.postgres is not None:
            import psycopg

            with psycopg.connect(self.postgres.url, connect_timeout=5) as line:
                return line.execute(query).fetchall()
        line_ = sqlite3.connect(self.data / "dugnad.sqlite3", timeout=30)
        try:
            return line_.execute(query).fetchall()
        finally:
            line_.close()

    def run(self, *words: str) -> Any:
        """What a program of the drill prints, asked beside the house."""
        done = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-m", *words], env=self.environ, capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode:
            raise RuntimeError(f"{words[0]} broke: {done.stderr[-2000:]}")
        return json.loads(done.stdout.strip().splitlines()[-1])


def kill_at_random(scene: Scene, moments: int, seconds: float) -> Done:
    """kill -9 at random moments under load, and begin again. Stops early when `seconds` are over, and says so."""
    done = Done("killed at a random moment", wanted=moments)
    until = time.monotonic() + seconds
    for _moment in range(moments):
        if time.monotonic() > until:
            done.wrong = f"only {done.times} of {moments} fitted into {seconds:.0f} s"
            break
        # Some moments fall on the opening itself, where a place takes up what was left; most on people who write.
        if scene.random.random() < AMONG_WRITERS:
            _wait_for_writes(scene, 1, FIRST_WRITE_SECONDS)
        time.sleep(scene.random.uniform(0.0, 0.8))
        scene.house.kill()
        done.healed = max(done.healed, scene.house.start())
        done.times += 1
    return _healed(scene, done)


def kill_who_works(scene: Scene) -> Done:
    """A second process is there; whoever holds the right to send mail is killed, and the other takes over."""
    done = Done("whoever did the background work killed")
    scene.other.start()
    by_pid: dict[str, House] = {}
    holder = _holder(scene)
    for house in (scene.house, scene.other):
        if _holds_lock(scene.data / "workers" / f"{holder}.lock", house.pid):
            by_pid[holder] = house
    if holder not in by_pid:
        done.wrong = "nobody holds the right to send mail"
        scene.other.kill()
        return done
    killed = by_pid[holder]
    killed.kill()
    began = time.monotonic()
    while _holder(scene) in ("", holder):
        if time.monotonic() - began > HEAL_SECONDS:
            done.wrong = "nobody else took the mail over"
            break
        time.sleep(0.1)
    done.times, done.healed = 1, time.monotonic() - began
    if killed is scene.house:
        scene.house.start()
    scene.other.kill()
    return _healed(scene, done)


def restart_postgres(scene: Scene) -> Done:
    """The database stops as if the power went, stays away for some seconds, and comes back."""
    done = Done("PostgreSQL restarted")
    if scene.postgres is None:
        raise ValueError("this house stands on SQLite")
    scene.postgres.stop(at_once=True)
    time.sleep(4)
    scene.postgres.start()
    time.sleep(2)
    scene.postgres.stop()
    scene.postgres.start()
    done.times = 1
    return _healed(scene, done)


def lock_file(scene: Scene) -> Done:
    """Another program holds the SQLite file for longer than a page waits."""
    done = Done("the SQLite file locked by another program")
    line = sqlite3.connect(scene.data / "dugnad.sqlite3", timeout=60, isolation_level=None)
    line.execute("BEGIN IMMEDIATE")
    time.sleep(LOCKED_SECONDS)
    line.execute("ROLLBACK")
    line.close()
    done.times = 1
    return _healed(scene, done)


def stop_redis(scene: Scene) -> Done:
    """Redis is away for a minute. People go on writing meanwhile."""
    done = Done(f"Redis stopped for {scene.minute:g} s")
    if scene.redis is None:
        done.left_out = "Redis is not on this machine"
        return done
    scene.redis.stop()
    before = scene.answered()
    time.sleep(scene.minute)
    if scene.answered() == before:
        done.wrong = "nothing could be written meanwhile"
    scene.redis.start()
    done.times = 1
    return _healed(scene, done)


def fill_disk(scene: Scene) -> Done:
    """No byte finds room for a while, for the database's own files neither."""
    done = Done("the disk filled")
    if not scene.room.is_small:
        done.left_out = "only root can make a small disk"
        return done
    scene.room.fill()
    time.sleep(FULL_SECONDS)
    scene.room.make_room()
    if scene.postgres is not None and not scene.postgres.runs():
        scene.postgres.start()  # it ends by itself when it finds no room for its log
    done.times = 1
    return _healed(scene, done)


def jump_clock(scene: Scene) -> Done:
    """An hour forward, and back."""
    done = Done("the clock jumped, an hour forward and back", wanted=2)
    for shift in (HOUR, 0.0):
        write_shift(scene.clock, shift)
        done.times += 1
        time.sleep(3)
        _healed(scene, done)
    return done


def _healed(scene: Scene, done: Done) -> Done:
    """Wait until writing works again, without help."""
    began = time.monotonic()
    if not _wait_for_writes(scene, 6, HEAL_SECONDS):
        done.wrong = done.wrong or "writing did not work again"
    done.healed = max(done.healed, time.monotonic() - began)
    return done


def _wait_for_writes(scene: Scene, amount: int, seconds: float) -> bool:
    """Back when so many more writes were answered; False when that took longer."""
    until, before = time.monotonic() + seconds, scene.answered()
    while scene.answered() < before + amount:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _holder(scene: Scene) -> str:
    rows = scene.ask_rows("SELECT holder FROM kernel_stamp WHERE name = 'lease:mail'")
    return str(rows[0][0]) if rows else ""


def _holds_lock(path: Path, pid: int) -> bool:
    """Whether this process has the file open."""
    try:
        return any(
            Path(f"/proc/{pid}/fd/{link.name}").resolve() == path.resolve()
            for link in Path(f"/proc/{pid}/fd").iterdir()
        )
    except OSError:
        return False


Trouble = Callable[[Scene], Done]
EVERY: dict[str, tuple[Trouble, ...]] = {
    "sqlite": (kill_who_works, lock_file, stop_redis, fill_disk, jump_clock),
    "postgres": (kill_who_works, restart_postgres, stop_redis, fill_disk, jump_clock),
}
SHORT: dict[str, tuple[Trouble, ...]] = {"sqlite": (stop_redis,), "postgres": (restart_postgres, stop_redis)}
