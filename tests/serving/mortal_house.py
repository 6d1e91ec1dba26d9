"""A house that tests kill: real server, bridge, database, worker and postman; one page that writes what it is told.

`python -m tests.serving.mortal_house` serves it from `DUGNAD_DATA_DIR` on `DUGNAD_PORT` and says `open` when it does.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import transaction


def write(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Writes a row, a mail and a task in one transaction, and answers after the commit."""
    from dugnad.kernel.outbox import send_mail
    from dugnad.kernel.stamps import Stamp
    from tests.serving import chores

    word = environ["QUERY_STRING"]
    with transaction.atomic():
        Stamp.objects.create(name=f"wrote:{word}")
        send_mail("kari@example.org", word, "Text", kind="test")
        chores.leave_stamp.enqueue(word)
    start_response("200 OK", [])
    return [b"written"]


async def open_up(stack: AsyncExitStack) -> Any:
    """The parts of this house."""
    from dugnad.site.serving.app import Parts
    from dugnad.site.serving.bridge import Bridge
    from dugnad.site.serving.supervisor import Supervisor
    from tests.serving.served import no_live

    supervisor = Supervisor(Path(settings.DATA_DIR) / "workers")
    await asyncio.to_thread(supervisor.start)
    stack.push_async_callback(asyncio.to_thread, supervisor.stop)
    bridge = Bridge(write)
    stack.push_async_callback(asyncio.to_thread, bridge.close)

    async def well() -> None:
        return None

    return Parts(bridge, no_live, well, stop_early=[supervisor.stop_soon])


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "dugnad.site.settings"
    django.setup()
    from dugnad.site.starting import migrate

    migrate(say=lambda _line: None)
    from dugnad.site.serving.app import House
    from dugnad.site.serving.server import Server, listen

    house = Server(House(open_up), when_open=lambda: sys.stdout.write("open\n") and sys.stdout.flush())
    house.run(listen("127.0.0.1", int(os.environ["DUGNAD_PORT"])))
