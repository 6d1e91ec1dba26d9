"""`./run drill`: the words it takes, one drill for each database, and what it prints."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from dataclasses import asdict
from typing import Any

from dugnad.site.drill.drill import Plan, Report, drill
from dugnad.site.drill.servers import NotHere

ENGINES = {"sqlite": ["sqlite"], "postgres": ["postgres"], "both": ["sqlite", "postgres"]}


def main(words: list[str]) -> int:
    """Drill as the words say; 0 when everything that was answered is there and every trouble was healed from."""
    wanted = _words(words)
    signal.signal(signal.SIGTERM, _stop)
    plan = Plan.quick(wanted.seed) if wanted.quick else Plan(wanted.moments, wanted.minute, seed=wanted.seed)
    reports = []
    for engine in ENGINES[wanted.database]:
        if not wanted.json:
            _say(f"Drilling a house on {engine}; at most {plan.longest() / 60:.0f} minutes, seed {plan.seed}.")
        try:
            reports.append(drill(engine, plan, say=(lambda _line: None) if wanted.json else _say))
        except NotHere as reason:
            print(f"{reason}, so nothing was drilled on {engine}.", file=sys.stderr)  # noqa: T201
            return 1
        if not wanted.json:
            _say(as_text(reports[-1]))
    if wanted.json:
        _say(json.dumps([as_json(report) for report in reports], ensure_ascii=False))
    return 0 if all(report.held for report in reports) else 1


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {**asdict(report), "held": report.held}


def as_text(report: Report) -> str:
    """The report as somebody reads it."""
    lines = ["", f"{'trouble':48} {'times':>7} {'wanted':>7} {'healed after':>13}"]
    for done in report.troubles:
        if done.left_out:
            lines.append(f"{done.name:48} not done: {done.left_out}")
            continue
        healed = f"{done.healed:.1f} s"
        lines.append(f"{done.name:48} {done.times:7} {done.wanted:7} {healed:>13}{_wrong(done.wrong)}")
    lines += ["", f"{'what there is in the end':58} {'wanted':>9} {'found':>9}"]
    for one in report.looked:
        lines.append(f"{one['name']:58} {one['wanted']:9,} {one['found']:9,}{'' if one['held'] else '   WRONG'}")
        lines += [f"    {line}" for line in one["wrong"]]
    lines += ["", "how the house answered"]
    lines += [f"  {word:56} {times:9,}" for word, times in sorted(report.answers.items(), key=lambda pair: -pair[1])]
    lines += [f"    {line}" for line in report.bare]
    lines += ["", f"{report.engine}: {report.seconds:.0f} s, {report.sentence()}", ""]
    return "\n".join(lines)


def _wrong(sentence: str) -> str:
    return f"   WRONG: {sentence}" if sentence else ""


def _stop(*_signal: object) -> None:
    """Leave through all doors: nothing that was begun goes on."""
    raise SystemExit(1)


def _words(words: list[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="./run drill", allow_abbrev=False)
    reader.add_argument("--database", choices=sorted(ENGINES), default="both", help="what the house stands on")
    reader.add_argument("--moments", type=int, default=200, help="how often it is killed at a random moment")
    reader.add_argument("--minute", type=float, default=60.0, help="for how many seconds Redis is away")
    reader.add_argument("--seed", type=int, default=int(time.time()) % 100_000, help="the same seed, the same moments")
    reader.add_argument(
        "--quick", action="store_true", help="few moments and short troubles, in less than half a minute"
    )
    reader.add_argument("--json", action="store_true", help="one line of JSON")
    return reader.parse_args(words)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is what the command is for


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
