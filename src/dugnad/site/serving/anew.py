"""The same process from its beginning, with the sockets on which it listens: whoever comes meanwhile waits in their line."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from typing import NoReturn

NAME = "HOUSE_SOCKETS"


def begin_anew(sockets: Sequence[socket.socket]) -> NoReturn:
    """Become the command again that this process began as, with nothing kept in memory."""
    for one in sockets:
        one.set_inheritable(True)
    os.environ[NAME] = ",".join(str(one.fileno()) for one in sockets)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command


def sockets_given() -> list[socket.socket]:
    """The sockets that this process listened on before it began anew; empty at a first start."""
    given = [socket.socket(fileno=int(number)) for number in os.environ.pop(NAME, "").split(",") if number]
    for one in given:
        one.set_inheritable(False)
        one.setblocking(False)
    return given
