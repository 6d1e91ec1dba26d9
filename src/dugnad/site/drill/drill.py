"""One drill on one database, from the empty folder to the count."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dugnad.site.drill import troubles
from dugnad.site.drill.house import House
from dugnad.site.drill.post_office import PostOffice
from dugnad.site.drill.readers import Reader
from dugnad.site.drill.room import Room
from dugnad.site.drill.servers import NotHere, Postgres, Redis, free_port
from dugnad.site.drill.shifted import write_shift
from dugnad.site.drill.troubles import Done, Scene
from dugnad.site.drill.writers import Diary, Writer

SETTLE_SECONDS = 90.0
READ_SECONDS = 15.0
READERS = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done: moments of killing, seconds of a minute, and who writes how quickly."""

    moments: int = 200
    minute: float = 60.0
    seed: int = 1
    writers: int = 4
    pause: float = 0.12
    kill_seconds: float = 840.0
    everything: bool = True

    @classmethod
    def quick(cls, seed: int) -> Plan:
        """A few moments and the shortest of the troubles."""
        return cls(moments=3, minute=1.5, seed=seed, writers=3, pause=0.05, kill_seconds=60, everything=False)

    def longest(self) -> float:
        """Seconds that one database takes at most."""
        return self.kill_seconds + self.minute + 6 * troubles.HEAL_SECONDS + SETTLE_SECONDS + 120

    def troubles(self, engine: str) -> tuple[troubles.Trouble, ...]:
        """What happens besides the killing."""
        return (troubles.EVERY if self.everything else troubles.SHORT)[engine]


@dataclass(slots=True)
class Report:
    """What happened and what was found."""

    engine: str
    seed: int
    troubles: list[Done] = field(default_factory=list)
    looked: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    bare: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def held(self) -> bool:
        """Everything that could be done was done and healed from, everything answered is there, and nobody got a bare answer."""
        done = all(done.held or done.left_out for done in self.troubles)
        return done and all(one["held"] for one in self.looked) and not self.bare

    def sentence(self) -> str:
        """The outcome in a line."""
        writes = self.looked[0]
        left_out = ", ".join(done.name for done in self.troubles if done.left_out)
        said = f"{writes['wanted']:,} writes answered, {writes['found']:,} found"
        said += f"; not done: {left_out}" if left_out else ""
        return f"{said}: {'everything held' if self.held else 'SOMETHING DID NOT HOLD'}"


def drill(engine: str, plan: Plan, *, say: Callable[[str], None]) -> Report:
    """Make everything, let people write, let it happen, count. Nothing is left afterwards. Raises NotHere."""
    began = time.monotonic()
    report = Report(engine, plan.seed)
    with contextlib.ExitStack() as stack:
        scene, ground, office = _prepare(engine, plan, stack)
        writers = [
            Writer(n, ground, scene.diary, ports=[scene.house.port], seed=plan.seed, pause=plan.pause)
            for n in range(plan.writers)
        ]
        readers = [Reader(circle, ground["cookie"], scene.house.port) for circle in ground["circles"][:READERS]]
        everybody: list[Writer | Reader] = [*writers, *readers]
        scene.house.start()
        for one in everybody:
            one.start()
        try:
            report.troubles.append(
                _told(scene, say, lambda s: troubles.kill_at_random(s, plan.moments, plan.kill_seconds))
            )
            report.troubles += [_told(scene, say, trouble) for trouble in plan.troubles(engine)]
            _let_finish(writers)
            say("  counting")
            _settle(scene)
            report.looked = [*_count(scene, office), _open_pages(scene, readers)]
        finally:
            for one in everybody:
                one.stopping.set()
        scene.house.stop()
        report.bare = scene.diary.bare
        if report.held:
            stack.callback(shutil.rmtree, scene.house.log.parent, ignore_errors=True)
        else:
            say(f"  what the house said stands in {scene.house.log.parent}")
    report.answers = dict(scene.diary.answers)
    report.seconds = time.monotonic() - began
    return report


def _let_finish(writers: list[Writer]) -> None:
    """Nobody begins anything new; what is in hand is answered."""
    for writer in writers:
        writer.stopping.set()
    for writer in writers:
        writer.join(60)


def _open_pages(scene: Scene, readers: list[Reader]) -> dict[str, Any]:
    """The pages that stood open all the time show every post."""
    last = {thread: int(number) for thread, number in scene.ask_rows("SELECT id, last_number FROM forum_thread")}
    wrong = [f"thread {one.thread_id}" for one in readers if not one.shows_all(last[one.thread_id], READ_SECONDS)]
    times = sum(one.back for one in readers)
    name = f"open pages that show every post, {times} times cut off"
    return {**_line(name, len(readers), len(readers) - len(wrong)), "wrong": wrong}


def _told(scene: Scene, say: Callable[[str], None], trouble: troubles.Trouble) -> Done:
    done = trouble(scene)
    said = done.left_out and f"not done: {done.left_out}"
    say(f"  {done.name}: {said or done.wrong or f'{done.times} times'}; {scene.answered():,} writes answered so far")
    return done


def _prepare(engine: str, plan: Plan, stack: contextlib.ExitStack) -> tuple[Scene, dict[str, Any], PostOffice]:
    room = Room()
    stack.callback(room.close)
    postgres = redis = None
    if engine == "postgres":
        postgres = Postgres(room.folder / "postgres")
        postgres.make()
        stack.callback(postgres.stop, at_once=True)
    with contextlib.suppress(NotHere):
        redis = Redis(room.folder / "redis")
        redis.start()
        stack.callback(redis.stop)
    office = PostOffice()
    office.open()
    stack.callback(office.close)
    data = room.folder / "data"
    data.mkdir()
    clock = room.folder / "clock"
    write_shift(clock, 0.0)
    # The logs lie outside the small disk: a full one would take their words.
    logs = Path(str(room.folder) + "-log")
    logs.mkdir()
    environ = {
        "DUGNAD_DATA_DIR": str(data),
        "DUGNAD_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
        "DRILL_CLOCK": str(clock),
        **({"DUGNAD_DATABASE_URL": postgres.url} if postgres else {}),
        **({"DUGNAD_REDIS_URL": redis.url} if redis else {}),
    }
    houses = [House(logs, free_port(), environ, name=name) for name in ("house", "other")]
    for house in houses:
        stack.callback(house.kill)
    scene = Scene(
        house=houses[0], other=houses[1], room=room, diary=Diary(), environ=houses[0].environ, data=data, clock=clock,
        postgres=postgres, redis=redis, random=random.Random(plan.seed), minute=plan.minute,  # noqa: S311 - repeatable
    )  # fmt: skip
    return scene, scene.run("dugnad.site.drill.ground"), office


def _settle(scene: Scene) -> None:
    """Wait until mails and tasks are done."""
    until = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < until:
        scene.run("dugnad.site.drill.count", "hasten")
        if not scene.run("dugnad.site.drill.count", "waiting"):
            return
        time.sleep(1)


def _count(scene: Scene, office: PostOffice) -> list[dict[str, Any]]:
    path = scene.data / "diary.json"
    path.write_text(json.dumps(scene.diary.as_json()))
    said = scene.run("dugnad.site.drill.count", str(path))
    return [*said["looked"], *_delivered(said["mails"], office)]


def _delivered(mails: dict[str, bool], office: PostOffice) -> list[dict[str, Any]]:
    """What the mail server got. A house that is killed between the server's yes and its own note sends that mail again, under the
    same Message-ID: these are told, and are no fault.
    """
    lost = [number for number in mails if not office.taken[number]]
    others = [number for number in office.taken if number not in mails]
    twice = sum(1 for times in office.taken.values() if times > 1)
    return [
        _line("mails that reached the mail server", len(mails), len(mails) - len(lost)),
        _line("mails of deeds that were never done", 0, len(others)),
        _line("mails sent again after a kill (same Message-ID)", twice, twice),
    ]


def _line(name: str, wanted: int, found: int) -> dict[str, Any]:
    return {"name": name, "wanted": wanted, "found": found, "wrong": [], "held": wanted == found}
