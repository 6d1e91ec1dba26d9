"""The desk of stewards: "What needs you". Other parts of care put what waits there through `desk_parts`."""

from __future__ import annotations

from dugnad.kernel.registry import Hook

desk_parts = Hook("(room, viewer) -> printed section (safe HTML) or None: what waits for the stewards of the room")
desk_counts = Hook("(room, viewer) -> int: how many things wait in that part")
