"""`./run bench live`: what it costs to send one event to one open page.

Starts a house with nothing but its live part, opens 500 sockets that read what comes, sends ten deltas a second in three
channels that they all listen to, and prints the CPU time of the house for each delivery. Missed (exit code 1) above 30
microseconds, or when a page did not get everything.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
BAR_MICROSECONDS = 30.0
SECONDS = 10
CHANNELS = ("thread:1", "thread:2", "thread:3")
PAUSE = 0.3
HANDSHAKE = (
    b"GET /live HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def main() -> int:
    reader = argparse.ArgumentParser(prog="./run bench live")
    reader.add_argument("--json", action="store_true")
    reader.add_argument("--scale", type=int, default=1, help="how many times 500 pages")
    reader.add_argument("--data", help="not used: nothing is stored")
    reader.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    wanted = reader.parse_args()
    if wanted.serve:
        return serve()
    pages = 500 * wanted.scale
    with a_house() as (house, port):
        figures = asyncio.run(measure(house.pid, port, pages))
    missed = figures["microseconds_each"] > BAR_MICROSECONDS or figures["lost"] > 0
    if wanted.json:
        sys.stdout.write(json.dumps({**figures, "missed": missed}) + "\n")
    else:
        sys.stdout.write("".join(f"{name.replace('_', ' '):24}{value:>12}\n" for name, value in figures.items()))
        sys.stdout.write("missed\n" if missed else "nothing missed\n")
    return int(missed)


async def measure(pid: int, port: int, pages: int) -> dict[str, Any]:
    """Open the pages, let the house announce for ten seconds, count what came."""
    counts = [0] * pages
    lines = await asyncio.gather(*(open_page(port) for _ in range(pages)))
    readers = [asyncio.create_task(count(number, lines[number][0], counts)) for number in range(pages)]
    before, began = cpu_seconds(pid), time.monotonic()
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /announce HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()
    deltas = await read_answer(_reader)
    until = time.monotonic() + 10
    while sum(counts) < deltas * pages and time.monotonic() < until:
        await asyncio.sleep(0.1)
    used, took = cpu_seconds(pid) - before, time.monotonic() - began
    for task in readers:
        task.cancel()
    delivered = sum(counts)
    return {
        "pages": pages, "deltas": deltas, "delivered": delivered, "lost": deltas * pages - delivered,
        "microseconds_each": round(used / max(delivered, 1) * 1e6, 1), "cpu_share": round(used / took, 2),
    }  # fmt: skip


async def open_page(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket that has joined the channels."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HANDSHAKE)
    await reader.readuntil(b"\r\n\r\n")
    for channel in CHANNELS:
        words = json.dumps({"join": channel}).encode()
        writer.write(bytes([0x81, 0x80 | len(words), 0, 0, 0, 0]) + words)  # masked with zeros
        await read_frame(reader)
    return reader, writer


async def count(number: int, reader: asyncio.StreamReader, counts: list[int]) -> None:
    while True:
        await read_frame(reader)
        counts[number] += 1


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(2)
    length = head[1] & 0x7F
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    return await reader.readexactly(length)


async def read_answer(reader: asyncio.StreamReader) -> int:
    return int((await reader.read()).rpartition(b"\r\n\r\n")[2])


def cpu_seconds(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def a_house() -> Iterator[tuple[subprocess.Popen[str], int]]:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "dugnad.site.settings"}
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as house:
        try:
            assert house.stdout is not None
            yield house, int(house.stdout.readline())
        finally:
            house.terminate()


def serve() -> int:
    """The house under measurement: a hub that everyone may listen to, and one page that makes it speak."""
    import django

    django.setup()
    from dugnad.kernel.audience import stranger
    from dugnad.kernel.live.hub import Hub
    from dugnad.kernel.live.socket import Doorkeeping, Limits, LiveEndpoint
    from dugnad.kernel.live.threads import Threads
    from dugnad.site.serving.app import House, Parts
    from dugnad.site.serving.bridge import Bridge
    from dugnad.site.serving.server import Server, listen, raise_open_files

    async def open_up(stack: AsyncExitStack) -> Parts:
        hub, loop = Hub(), asyncio.get_running_loop()

        def announce(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
            deltas = 0
            for number in range(int(SECONDS / PAUSE)):
                for channel in CHANNELS:
                    event = {"type": "post_added", "post": number, "author": 7, "text": "x" * 120}
                    loop.call_soon_threadsafe(hub.publish, channel, event)
                    deltas += 1
                time.sleep(PAUSE)
            start_response("200 OK", [])
            return [str(deltas).encode()]

        threads = Threads(2, "live")
        stack.callback(threads.close)
        bridge = Bridge(announce, threads=1)
        stack.callback(bridge.close)
        doors = Doorkeeping(lambda _s, _l: None, stranger, lambda _prefix: lambda _viewer, _id: True)
        live = LiveEndpoint(hub, threads, doors, Limits(sockets=100_000, strangers=1))
        return Parts(bridge, live, asyncio.sleep)  # type: ignore[arg-type]

    raise_open_files()
    sockets = listen("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    Server(House(open_up), when_open=lambda: sys.stdout.write(f"{port}\n") and sys.stdout.flush()).run(sockets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
