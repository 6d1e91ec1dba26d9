"""A mail server that takes every mail and remembers its number. It listens on this machine only."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections import Counter


class PostOffice:
    """Between `open()` and `close()`, takes mail on `port`. `taken` counts how often each Message-ID came."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Counter)
        self._server.office = self
        self.port = int(self._server.server_address[1])

    def open(self) -> None:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, message: list[bytes]) -> None:
        """Remember this mail."""
        for line in message:
            name, _colon, value = line.partition(b":")
            if name.lower() == b"message-id":
                with self._lock:
                    self.taken[value.strip().decode()] += 1
                return


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    office: PostOffice


class _Counter(socketserver.StreamRequestHandler):
    """As little SMTP as a client needs."""

    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # the house was killed while it spoke
            self._serve()

    def _serve(self) -> None:
        self._say("220 drill")
        for line in self.rfile:
            word = line[:4].upper().strip()
            if word == b"DATA":
                self._say("354 go on")
                message = []
                while (line_of := self.rfile.readline()) not in (b"", b".\r\n"):
                    message.append(line_of)
                if not line_of:
                    return
                self.server.office.take(message)
                self._say("250 taken")
            elif word == b"QUIT":
                self._say("221 goodbye")
                return
            else:
                self._say("250 drill")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
