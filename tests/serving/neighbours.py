"""Several real processes of one place on a PostgreSQL and a Redis of their own, and browsers that talk to either."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from websockets.sync.client import ClientConnection, connect

from dugnad.site.drill.house import House
from dugnad.site.drill.post_office import PostOffice
from dugnad.site.drill.servers import NotHere, Postgres, Redis, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
CSRF = "c" * 32
SOON = 20.0


@dataclass
class Answer:
    """What a page answered; names of headers in small letters."""

    status: int
    headers: dict[str, str]
    text: str


class Neighbours:
    """Two houses `a` and `b` on one database, and what the people there have in their browsers."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.postgres, self.redis, self.office = Postgres(folder / "postgres"), Redis(folder / "redis"), PostOffice()
        self.postgres.make()
        stack.callback(self.postgres.stop, at_once=True)
        self.redis.start()
        stack.callback(self.redis.stop)
        self.office.open()
        stack.callback(self.office.close)
        environ = {
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "DUGNAD_DATA_DIR": str(folder / "data"),
            "DUGNAD_DATABASE_URL": self.postgres.url,
            "DUGNAD_REDIS_URL": self.redis.url,
            "DUGNAD_SMTP_URL": f"smtp://127.0.0.1:{self.office.port}",
        }
        self.a, self.b = (House(folder, free_port(), environ, name=name) for name in ("a", "b"))
        command = [sys.executable, "-m", "tests.serving.street"]
        built = subprocess.run(command, env=self.a.environ, cwd=folder, capture_output=True, text=True, check=False)
        assert built.returncode == 0, built.stderr
        self.street = json.loads(built.stdout)
        for house in (self.a, self.b):
            stack.callback(house.kill)
            house.begin()
        for house in (self.a, self.b):
            house.wait()

    def get(self, house: House, path: str, who: str = "") -> Answer:
        """A page, asked as somebody of the street or as a stranger."""
        return self._ask(house, "GET", path, who)

    def post(self, house: House, path: str, who: str, **fields: str) -> Answer:
        """A form, sent."""
        return self._ask(house, "POST", path, who, urlencode({**fields, "csrfmiddlewaretoken": CSRF}))

    def reply(self, house: House, who: str, text: str, thread: str = "open") -> Answer:
        """A reply in the public thread, or in the group's."""
        return self.post(house, f"/t/{self.street[thread]['id']}/reply", who, text=text, language="en")

    @contextmanager
    def socket(self, house: House, who: str, channel: str, at: str = "") -> Iterator[ClientConnection]:
        """An open page: its socket, which has joined `channel` where the page was made."""
        headers = {"Cookie": f"dugnad_session={self.street['people'][who]['session']}"}
        address = f"ws://localhost:{house.port}/live?language=en"
        with connect(address, additional_headers=headers, origin=f"http://localhost:{house.port}") as line:
            epoch, _dot, seq = at.partition(".")
            line.send(json.dumps({"join": channel, **({"seq": int(seq), "epoch": epoch} if at else {})}))
            yield line

    def live_at(self, page: Answer) -> str:
        """Where the channel of a page was when the page was made."""
        found = re.search(r'data-live-at="([^"]*)"', page.text)
        assert found, page.text
        return found[1]

    def said(self) -> str:
        """Everything that both houses wrote to their logs."""
        return self.a.log.read_text() + self.b.log.read_text()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        import psycopg

        with psycopg.connect(self.postgres.url, connect_timeout=5) as line:
            return line.execute(query).fetchall()

    def _ask(self, house: House, method: str, path: str, who: str, body: str | None = None) -> Answer:
        cookies = [f"dugnad_csrf={CSRF}"] if body else []
        if who:
            cookies.append(f"dugnad_session={self.street['people'][who]['session']}")
        headers = {"Cookie": "; ".join(cookies)} if cookies else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection("localhost", house.port, timeout=60)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return Answer(
                answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
            )
        finally:
            line.close()


def hear(line: ClientConnection) -> dict[str, Any]:
    """The next message of a socket."""
    said: dict[str, Any] = json.loads(line.recv(timeout=SOON))
    return said


def within(seconds: float, come_true: Callable[[], Any]) -> Any:
    """What `come_true` answers as soon as that is something; fails when it does not come true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := come_true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} seconds")


def two_houses(folder: Path, stack: ExitStack) -> Neighbours:
    """The houses, open; the test is left out where PostgreSQL or Redis cannot be used."""
    try:
        return Neighbours(folder, stack)
    except NotHere as reason:
        pytest.skip(str(reason))
