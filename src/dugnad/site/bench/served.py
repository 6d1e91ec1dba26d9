"""The house as it is really served: its memory after load, and what a browser fetches on the first view of a thread."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

REQUESTS = 400
KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the served house; `held` when it is not above its bar."""

    name: str
    value: float
    unit: str
    bar: float

    @property
    def held(self) -> bool:
        return self.value <= self.bar


def facts(path: str, *, with_browser: bool) -> list[Fact]:
    """Start the house on a free port, load it, look at it."""
    with _serving() as (port, pid):
        found = list(_first_view(port, path)) if with_browser and chromium() else []
        for _request in range(REQUESTS):
            _get(port, path)
            _get(port, "/")
        found.append(Fact("anonymous memory of the serving process", _rss_anon(pid) / KILOBYTE, "MB", 200))
    return found


def left_out(found: list[Fact]) -> list[str]:
    """What was not measured, and why."""
    return (
        []
        if len(found) > 1
        else ["The first view in a browser was left out: there is no Chromium here, or no Playwright."]
    )


@contextmanager
def _serving() -> Iterator[tuple[int, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {"DUGNAD_DATA_DIR": str(settings.DATA_DIR), "DUGNAD_PORT": str(port)}
    command = [sys.executable, "-m", "dugnad", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own program
        try:
            _wait(port, process)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            _get(port, "/healthz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("The house did not start for the measurement.")


def _get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _rss_anon(pid: int) -> int:
    """Anonymous memory in kilobytes."""
    found = re.search(r"^RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)
    return int(found[1]) if found else 0


def chromium() -> str:
    """Where Chromium is, or "" when it (or what drives it) is not there."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return ""
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


def _first_view(port: int, path: str) -> Iterator[Fact]:
    from playwright.sync_api import sync_playwright

    sizes: dict[str, int] = {}
    kinds: dict[str, str] = {}
    hosts: set[str] = set()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")

        def sent(event: dict) -> None:
            kinds[event["requestId"]] = event.get("type", "")
            hosts.add(event["request"]["url"].split("/")[2])

        wire.on("Network.requestWillBeSent", sent)
        wire.on("Network.loadingFinished", lambda e: sizes.__setitem__(e["requestId"], int(e["encodedDataLength"])))
        page.goto(f"http://localhost:{port}{path}", wait_until="networkidle")
        browser.close()
    scripts = sum(size for request, size in sizes.items() if kinds.get(request) == "Script")
    yield Fact("first view of a thread: bytes over the wire", sum(sizes.values()) / 1000, "kB", 60)
    yield Fact("first view of a thread: of these JavaScript", scripts / 1000, "kB", 20)
    yield Fact("first view of a thread: requests", len(sizes), "", 8)
    yield Fact("first view of a thread: other hosts", len(hosts) - 1, "", 0)
