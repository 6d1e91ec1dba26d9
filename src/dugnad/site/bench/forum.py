"""`bench forum`: the pages of the forum and their bars."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from dugnad.forum.models import Thread
from dugnad.people.models import Person
from dugnad.site.bench import data, searching, served
from dugnad.site.bench.floor import FLOOR
from dugnad.site.bench.measure import Bench, Browser, Cost

MOST_GROWTH = 1.3
REPLY = "Two of us can come on Thursday.\n\nWe bring the ladder, and somebody should bring coffee."


@dataclass(frozen=True, slots=True)
class Line:
    """One measured page beside its bars. `floors`: at most so many floors; `most_queries`: at most so many statements.

    `before`: the floors that the same page took at scale 1; it may take at most `MOST_GROWTH` times that.
    """

    cost: Cost
    floors: float | None
    most_queries: int | None
    before: float | None = None

    @property
    def growth(self) -> float | None:
        return self.cost.floors / self.before if self.before else None

    @property
    def held(self) -> bool:
        return (
            (self.floors is None or self.cost.floors <= self.floors)
            and (self.most_queries is None or self.cost.queries <= self.most_queries)
            and (self.growth is None or self.growth <= MOST_GROWTH)
            and self.cost.status in (200, 302)
        )


def run(*, scale: int, as_json: bool, with_browser: bool, say: Callable[[str], None]) -> bool:
    """Measure everything, print it, and answer whether all bars held. The figures are kept beside the data's folder, so that
    another scale is compared with scale 1 on the same database.
    """
    data.build(scale, say)
    before = _figures(1) if scale != 1 else {}
    if scale != 1 and not before:
        say("There are no figures of scale 1 beside this folder yet: measure that first, to see what grows.")
    lines = [replace(line, before=before.get(_place(line.cost.name))) for line in _pages()]
    facts = [*_searches(scale), *served.facts(_long_thread().url, with_browser=with_browser)]
    held = all(line.held for line in lines) and all(fact.held for fact in facts)
    figures = {_place(line.cost.name): line.cost.floors for line in lines if line.floors is not None}
    _figures_file(scale).write_text(json.dumps(figures, indent=1))
    if as_json:
        say(json.dumps(_as_data(lines, facts, scale, held)))
    else:
        _table(lines, facts, scale, say)
    return held


def _place(name: str) -> str:
    """The name of a page without what differs between scales: the number of the last posts."""
    return re.sub(r"post \d+", "the end", name)


def _figures_file(scale: int) -> Path:
    return Path(settings.DATA_DIR).parent / f"bench-forum-{connection.vendor}-{scale}.json"


def _figures(scale: int) -> dict[str, float]:
    path = _figures_file(scale)
    return json.loads(path.read_text()) if path.exists() else {}


def _searches(scale: int) -> list[served.Fact]:
    return searching.facts(Bench(), [Browser.of(_member()), Browser.of(_narrow()), Browser()], scale)


def _member() -> Person:
    return Person.objects.order_by("pk")[0]


def _narrow() -> Person:
    """Who may see 2 % of it all."""
    return Person.objects.filter(email__startswith="p").order_by("-pk")[0]


def _long_thread() -> Thread:
    return Thread.objects.order_by("-last_number")[0]


def _pages() -> list[Line]:
    member, few, stranger = Browser.of(_member()), Browser.of(_narrow()), Browser()
    bench, long = Bench(), _long_thread()
    end, usual = long.last_number - 10, Thread.objects.filter(title__startswith="Thread 7 ").get()
    category = long.category.url

    def line(  # noqa: PLR0917 - a row of the table
        name: str,
        browser: Browser,
        path: str,
        floors: float | None = None,
        most_queries: int | None = None,
        form: Any = None,
    ) -> Line:
        return Line(bench.cost(name, browser, path, FLOOR, form), floors, most_queries)

    def reply(number: int) -> dict[str, str]:
        return {"text": f"{REPLY} {number}", "language": "en"}

    return [
        line("floor, signed in", member, FLOOR),
        line("floor, the viewer of 2 %", few, FLOOR),
        line("floor, stranger", stranger, FLOOR),
        line("thread, 20 posts", member, usual.url, 4, 10),
        line("long thread, beginning", member, f"{long.url}?from=1", 4, 10),
        line(f"long thread, post {end}", member, f"{long.url}?from={end}", 4, 10),
        line("long thread, viewer of 2 %", few, f"{long.url}?from=1", 4, 10),
        line(f"post {end}, viewer of 2 %", few, f"{long.url}?from={end}", 4, 10),
        line("thread, stranger, kept page", stranger, long.url, 1.5),
        line("category", member, category, 5),
        line("category, viewer of 2 %", few, category, 5),
        line("home", member, "/", 5),
        line("home, viewer of 2 %", few, "/", 5),
        line("group", member, "/g/group-1", 5),
        line("search, common word", member, "/search?q=kaffe", 8),
        line("search, two words", member, "/search?q=m%C3%B6te+granne", 8),
        line("search, viewer of 2 %", few, "/search?q=kaffe", 8),
        line("posting a reply", member, f"/t/{usual.pk}/reply", 8, form=reply),
    ]


def _table(lines: list[Line], facts: list[served.Fact], scale: int, say: Callable[[str], None]) -> None:
    engine = f"{connection.vendor}, scale {scale}"
    say(
        f"\n{'page':34} {'CPU ms':>8} {'floors':>7} {'bar':>5} {'queries':>8} {'bar':>4} {'raw':>9} {'sent':>8} {'grown':>6}"
        f"   ({engine})"
    )
    for line in lines:
        cost = line.cost
        say(
            f"{cost.name:34} {cost.milliseconds:8.2f} {cost.floors:7.2f} {line.floors or '':>5} {cost.queries:8} "
            f"{line.most_queries or '':>4} {cost.raw:9,} {cost.sent:8,} {f'{line.growth:.2f}' if line.growth else '':>6}   "
            f"{'' if line.held else 'MISSED'}"
        )
    say("")
    for fact in facts:
        say(f"{fact.name:56} {fact.value:>12,.1f} {fact.unit:6} bar {fact.bar:,}   {'' if fact.held else 'MISSED'}")
    for note in served.left_out(facts):
        say(note)


def _as_data(lines: list[Line], facts: list[served.Fact], scale: int, held: bool) -> dict[str, Any]:
    pages = [
        {
            **asdict(line.cost),
            "bar": line.floors,
            "most_queries": line.most_queries,
            "growth": line.growth,
            "held": line.held,
        }
        for line in lines
    ]
    return {"bench": "forum", "scale": scale, "database": connection.vendor, "held": held, "pages": pages,
            "served": [{**asdict(fact), "held": fact.held} for fact in facts]}  # fmt: skip
