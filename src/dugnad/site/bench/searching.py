"""How long a search takes: whole pages, for a viewer who sees everything, one who sees 2 %, and a stranger."""

from __future__ import annotations

import statistics
import time
from urllib.parse import quote

from dugnad.kernel.limits import forget_limits
from dugnad.site.bench.measure import Bench, Browser
from dugnad.site.bench.served import Fact

ROUNDS = 5
# Words of every text, of few and of none; beginnings of words, two and three words, words in a row.
QUERIES = (
    "kaffe", "hus", "money", "ladder", "7.", "123", "399", "zebra", "kaf", "gr", "tvätt", "förs", "coun",
    "möte granne", "huis gracht", "huur school", "rent laundry", "rent laundry 14", "kveld liste skole", "hage",
    "\"kaffe trappa\"", "\"rent laundry\"", "Thread 77", "thread 4000 about", "neighbour money key council voice",
)  # fmt: skip


def facts(bench: Bench, browsers: list[Browser], scale: int) -> list[Fact]:
    """The 95th percentile over all of it, in milliseconds that people wait; a first round is not counted."""
    waited = []
    for number in range(ROUNDS + 1):
        for browser in browsers:
            for query in QUERIES:
                forget_limits()
                began = time.perf_counter()
                status, _body = bench.ask(browser, f"/search?q={quote(query)}")
                if number:
                    waited.append(1000 * (time.perf_counter() - began))
                if status != 200:
                    raise RuntimeError(f"the search for {query!r} answered {status}")
    percentiles = statistics.quantiles(waited, n=20)
    name = f"search, {len(QUERIES)} queries by {len(browsers)} viewers"
    return [
        Fact(f"{name}: half of them within", statistics.median(waited), "ms", 100 if scale == 1 else 200),
        Fact(f"{name}: 95 in 100 within", percentiles[18], "ms", 150 if scale == 1 else 300),
    ]
