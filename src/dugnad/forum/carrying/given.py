"""Words that people gave a post where it stood before: counts without names, kept beside the thread's facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

# Where `Thread.fields` keeps what came along and has no person here: who met a need, who closed, and counts of words by post.
CARRIED = "carried"
REACTIONS = "reactions"


def with_carried(counts: Mapping[str, int], fields: Mapping[str, Any], number: int) -> dict[str, int]:
    """The words that were given here, and those that came along with post `number` of the thread with these `fields`."""
    came = fields.get(CARRIED, {}).get(REACTIONS, {}).get(str(number), {})
    return dict(Counter(counts) + Counter(came)) if came else dict(counts)
