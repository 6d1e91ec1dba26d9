"""The real house: its parts, built when the server starts and closed when it stops."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http.request import split_domain_port, validate_host
from django.utils import translation
from django.utils.module_loading import import_string

from dugnad.kernel import registry
from dugnad.kernel.audience import stranger
from dugnad.kernel.live import bus
from dugnad.kernel.live.delta import Event, Fragment
from dugnad.kernel.live.hub import Hub
from dugnad.kernel.live.redis_bus import RedisBus
from dugnad.kernel.live.socket import Doorkeeping, Limits, LiveEndpoint
from dugnad.kernel.live.threads import Threads
from dugnad.site.serving.app import Parts
from dugnad.site.serving.body import BodyLimits
from dugnad.site.serving.bridge import Bridge
from dugnad.site.serving.supervisor import Supervisor
from dugnad.site.serving.worker import forget_done_tasks
from dugnad.site.watching.doors import check_ready
from dugnad.site.watching.metrics import written

LISTEN_SECONDS = 2.0

registry.daily_jobs.register("forget_done_tasks")(forget_done_tasks)


async def open_up(stack: AsyncExitStack) -> Parts:
    """Everything that runs in one process. When the stack closes: pages first, then the task in hand, then the rest."""
    doors = Threads(3, "live")
    stack.push_async_callback(asyncio.to_thread, doors.close)
    kitchen = Threads(1, "fragment")
    stack.push_async_callback(asyncio.to_thread, kitchen.close)
    hub = Hub(fragments=_fragment, in_thread=kitchen.run)
    await _join_bus(hub, stack)

    supervisor = Supervisor(Path(settings.DATA_DIR) / "workers")
    await asyncio.to_thread(supervisor.start)
    stack.push_async_callback(asyncio.to_thread, supervisor.stop)

    bridge = Bridge(
        get_wsgi_application(),
        threads=settings.THREADS,
        limits=BodyLimits(largest=settings.MAX_BODY, folder=_folder_for_bodies()),
        trust_proxy=settings.TRUST_PROXY,
    )
    stack.push_async_callback(asyncio.to_thread, bridge.close)
    live = LiveEndpoint(hub, doors, doorkeeping(), Limits(sockets=settings.LIVE_SOCKETS))
    return Parts(
        bridge,
        live,
        partial(doors.run, check_ready),
        stop_early=[supervisor.stop_soon],
        metrics=partial(doors.run, partial(written, partial(_gauges, hub, bridge))),
    )


def _gauges(hub: Hub, bridge: Bridge) -> dict[str, float]:
    sockets, strangers = hub.open_sockets()
    return {"live_sockets": sockets, "live_sockets_of_strangers": strangers, "requests_waiting": bridge.waiting}


def doorkeeping() -> Doorkeeping:
    """Whom the socket asks, from the settings and the registry."""
    return Doorkeeping(
        viewer_of=import_string(settings.LIVE_VIEWER),
        stranger=stranger,
        channels=registry.live_channels.get,
        session_cookie=settings.SESSION_COOKIE_NAME,
        languages=tuple(code for code, _name in settings.LANGUAGES),
        origins=frozenset(settings.CSRF_TRUSTED_ORIGINS),
        may_serve_host=lambda host: validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS),
    )


async def _join_bus(hub: Hub, stack: AsyncExitStack) -> None:
    loop = asyncio.get_running_loop()
    if settings.REDIS_URL:
        between = RedisBus(hub, loop, settings.REDIS_URL)
        between.start()
        stack.push_async_callback(between.stop)
        bus.use(between)
        with contextlib.suppress(
            TimeoutError
        ):  # a page that is made before this process hears the others could miss them
            await asyncio.wait_for(between.listening.wait(), LISTEN_SECONDS)
    else:
        bus.use(bus.LocalBus(hub, loop))
    stack.callback(bus.use, None)


def _fragment(kind: str) -> Fragment | None:
    make = registry.live_fragments.get(kind)
    return partial(_in_language, make) if make is not None else None


def _in_language(make: Callable[..., Any], event: Event, language: str) -> Mapping[str, Any] | None:
    with translation.override(language):
        found: Mapping[str, Any] | None = make(event, language)
        return found


def _folder_for_bodies() -> str:
    """In the data folder, since the system's own folder for such files may be kept in memory."""
    folder = Path(settings.DATA_DIR) / "arriving"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)
