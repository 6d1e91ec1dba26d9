"""When who reads a thing was narrowed, every open page is asked anew."""

from __future__ import annotations

from dugnad.kernel.live.bus import hand_over
from tests.live.test_hub import a_client, a_hub, in_loop


@in_loop
async def test_when_everybody_is_asked_anew_all_sockets_close_and_none_continues() -> None:
    hub = a_hub()
    member, before = a_client(hub, 4), hub.epoch
    hand_over(hub, {"everybody": True})
    assert (member.closing, hub.epoch != before) == (4002, True)
