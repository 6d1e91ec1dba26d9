"""`dugnad doctor`: says what is wrong and what to do; ends with 1 when something is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

from django.conf import settings
from django.utils import translation

from dugnad import __version__
from dugnad.site.cli import _Words
from dugnad.site.doctor.checks import ALL, findings
from dugnad.site.doctor.finding import FINE, LOOK, WRONG

SIGNS = {FINE: "fine ", LOOK: "look ", WRONG: "WRONG"}


def doctor(words: Sequence[str], *, say: Callable[[str], None]) -> int:
    """Look at everything and say it: what is wrong last, so that it is what one sees."""
    reader = _Words("dugnad doctor")
    reader.add_argument("--json", action="store_true")
    wanted = reader.read_all(words)
    with translation.override("en"):
        found = list(findings(ALL))
    if wanted.json:
        said = {
            "dugnad": __version__,
            "well": all(one.stands != WRONG for one in found),
            "found": [asdict(one) for one in found],
        }
        say(json.dumps(said, ensure_ascii=False, indent=1))
        return 0 if said["well"] else 1
    say(f"Dugnad {__version__} in {settings.DATA_DIR}")
    for one in sorted(found, key=lambda one: list(SIGNS).index(one.stands)):
        say(f"{SIGNS[one.stands]}  {one.says}")
        if one.to_do:
            say(f"       → {one.to_do}")
    count = sum(one.stands == WRONG for one in found)
    say("Nothing is wrong." if not count else f"{count} thing{'s are' if count > 1 else ' is'} wrong.")
    return 1 if count else 0
