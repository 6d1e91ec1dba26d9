"""People who have a thread open while the house is drilled: what their page shows in the end must be what is there."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

_LAST = re.compile(r'data-last="(\d+)"')
_AT = re.compile(r'data-live-at="([0-9a-f]*)\.?(\d*)"')
PAUSE = 0.2


class Reader(threading.Thread):
    """One open page on a circle's thread. It does what the house's own script does: hands over where it was made, takes what
    comes, and fetches itself anew when it is told of a gap. `shows` are the numbers of the posts on it.
    """

    def __init__(self, circle: dict[str, Any], cookie: str, port: int) -> None:
        super().__init__(name=f"reader of {circle['thread']}", daemon=True)
        self.thread_id: int = circle["thread"]
        self.shows: set[int] = set()
        self.gaps = 0
        self.back = 0
        self.stopping = threading.Event()
        self._cookie = f"{cookie}={circle['people'][-1][2]}"
        self._port = port
        self._at: dict[str, Any] = {}

    def run(self) -> None:
        """Read until told to stop; a socket that ends is opened again."""
        while not self.stopping.is_set():
            try:
                if not self.shows:
                    self._fetch()
                self._listen()
            except (OSError, WebSocketException, http.client.HTTPException, TimeoutError):
                self.back += 1
                self.stopping.wait(PAUSE)

    def shows_all(self, last: int, seconds: float) -> bool:
        """Whether the page shows every post up to `last`, at the latest after so many seconds."""
        until = time.monotonic() + seconds
        while self.shows != set(range(1, last + 1)) and time.monotonic() < until:
            time.sleep(PAUSE)
        return self.shows == set(range(1, last + 1))

    def _fetch(self) -> None:
        """The page anew: it shows the thread to its end."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            line.request("GET", f"/t/{self.thread_id}?from=999999", headers={"Cookie": self._cookie})
            answer = line.getresponse()
            page = answer.read().decode()
        finally:
            line.close()
        last, at = _LAST.search(page), _AT.search(page)
        if answer.status != 200 or last is None or at is None:
            raise http.client.HTTPException(f"the page answered {answer.status}")
        self.shows |= set(range(1, int(last[1]) + 1))
        self._at = {"epoch": at[1], "seq": int(at[2])} if at[2] else {}

    def _listen(self) -> None:
        host = f"127.0.0.1:{self._port}"
        headers = {"Cookie": self._cookie}
        with connect(
            f"ws://{host}/live?language=en", additional_headers=headers, origin=Origin(f"http://{host}")
        ) as line:
            line.send(json.dumps({"join": f"thread:{self.thread_id}", **self._at}))
            while not self.stopping.is_set():
                try:
                    self._hear(json.loads(line.recv(timeout=1)))
                except TimeoutError:
                    continue

    def _hear(self, said: dict[str, Any]) -> None:
        if (said.get("joined") or said.get("on")) != f"thread:{self.thread_id}":
            return
        self._at = {"seq": said["seq"], "epoch": said.get("epoch", self._at.get("epoch", ""))}
        for event in said.get("events", ()):
            if event["type"] == "post_added":
                self.shows.add(event["number"])
        if said.get("gap"):
            self.gaps += 1
            at = self._at
            while not self._is_fetched():
                self.stopping.wait(PAUSE)
            self._at = at

    def _is_fetched(self) -> bool:
        """Whether the page came. The house may be away just then; nothing else brings what was missed, so it is asked again."""
        try:
            self._fetch()
        except (OSError, http.client.HTTPException):
            return self.stopping.is_set()
        return True
