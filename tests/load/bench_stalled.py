"""`./run bench stalled`: what 200 stalled connections cost everybody else.

Starts an empty house, measures a page, opens 100 uploads that stop half way and 100 readers that stop reading, and
measures the same page again. Missed (exit code 1) when the page takes more than half as long again, at the middle and
at the 95th percentile; a page may always take two milliseconds longer.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROUNDS = 400
HALF_AN_UPLOAD = b"POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000\r\n\r\n" + b"x" * 200_000


def main() -> int:
    reader = argparse.ArgumentParser(prog="./run bench stalled")
    reader.add_argument("--data", help="folder for the empty house; a new one when it is left out")
    reader.add_argument("--json", action="store_true")
    reader.add_argument("--scale", type=int, default=1, help="how many times 200 connections stall")
    wanted = reader.parse_args()
    with contextlib.ExitStack() as stack:
        folder = wanted.data or stack.enter_context(tempfile.TemporaryDirectory())
        port = a_free_port()
        house = stack.enter_context(a_house(folder, port))
        before = page_times(port)
        for _ in range(100 * wanted.scale):
            stack.enter_context(stalled_upload(port))
            stack.enter_context(stalled_reader(port))
        after = page_times(port)
        figures = {
            "stalled": 200 * wanted.scale,
            "page_ms_before": figures_of(before), "page_ms_after": figures_of(after),
            "rss_anon_mb": memory_of(house.pid),
        }  # fmt: skip
    missed = [
        name for name in ("middle", "p95")
        if figures["page_ms_after"][name] > max(1.5 * figures["page_ms_before"][name], figures["page_ms_before"][name] + 2)
    ]  # fmt: skip
    if wanted.json:
        sys.stdout.write(json.dumps({**figures, "missed": missed}) + "\n")
    else:
        tell(figures, missed)
    return 1 if missed else 0


def tell(figures: dict[str, Any], missed: list[str]) -> None:
    lines = [f"{'page, milliseconds':24}{'middle':>10}{'p95':>10}"]
    for name, when in (("before", "page_ms_before"), (f"beside {figures['stalled']} stalled", "page_ms_after")):
        lines.append(f"{name:24}{figures[when]['middle']:>10}{figures[when]['p95']:>10}")
    lines.append(f"memory (RssAnon): {figures['rss_anon_mb']} MB")
    lines.append(f"missed: {', '.join(missed)}" if missed else "nothing missed")
    sys.stdout.write("\n".join(lines) + "\n")


def a_free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


@contextlib.contextmanager
def a_house(folder: str, port: int) -> Iterator[subprocess.Popen[str]]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DUGNAD_")}
    command = [sys.executable, "-m", "dugnad", "serve", "--empty", "--data", folder, "--port", str(port)]
    house = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        for line in house.stdout:
            if "Ctrl-C" in line:
                break
        yield house
    finally:
        house.terminate()
        house.communicate()


def page_times(port: int) -> list[float]:
    """Milliseconds of the start page, one request after the other on one connection."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        line.request("GET", "/")
        line.getresponse().read()
        times.append((time.perf_counter() - began) * 1000)
    line.close()
    return times[ROUNDS // 10 :]


def figures_of(times: list[float]) -> dict[str, float]:
    return {"middle": round(statistics.median(times), 2), "p95": round(statistics.quantiles(times, n=20)[-1], 2)}


def stalled_upload(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(HALF_AN_UPLOAD)
    return line


def stalled_reader(port: int) -> socket.socket:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    line.connect(("127.0.0.1", port))
    # Many answers in a row that nobody reads fill the line.
    line.sendall(b"GET /search HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40)
    return line


def memory_of(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024, 1)


if __name__ == "__main__":
    sys.exit(main())
