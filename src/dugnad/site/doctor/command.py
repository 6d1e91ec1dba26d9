"""`dugnad doctor`: says what is wrong and what to do; ends with 1 when something is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dugnad import __version__
from dugnad.kernel.place import LANGUAGES
from dugnad.site.cli import _Words
from dugnad.site.doctor.checks import ALL, findings
from dugnad.site.doctor.finding import FINE, LOOK, WRONG, Finding

Say = Callable[[str], None]


def doctor(words: Sequence[str], *, say: Say) -> int:
    """Look at everything and say it, in the shell's language: what is wrong last, so that it is what one sees."""
    reader = _Words("dugnad doctor")
    reader.add_argument("--json", action="store_true")
    wanted = reader.read_all(words)
    with translation.override(language_of_shell()):
        found = list(findings(ALL))
        (_say_json if wanted.json else _say_lines)(found, say)
    return 1 if any(one.stands == WRONG for one in found) else 0


def language_of_shell() -> str:
    """The first of LC_ALL, LC_MESSAGES and LANG that is set names it; English when the house does not speak that."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    code = named.partition(".")[0].partition("_")[0].lower()
    code = {"no": "nb"}.get(code, code)
    return code if code in LANGUAGES else "en"


def _say_json(found: list[Finding], say: Say) -> None:
    well = all(one.stands != WRONG for one in found)
    told = {"dugnad": __version__, "well": well, "found": [asdict(one) for one in found]}
    say(json.dumps(told, ensure_ascii=False, indent=1))


def _say_lines(found: list[Finding], say: Say) -> None:
    signs = {
        FINE: pgettext("how something stands", "fine"),
        LOOK: pgettext("how something stands", "look"),
        WRONG: pgettext("how something stands", "WRONG"),
    }
    wide = max(map(len, signs.values()))
    say(_("Dugnad %(version)s in %(folder)s") % {"version": __version__, "folder": settings.DATA_DIR})
    for one in sorted(found, key=lambda one: list(signs).index(one.stands)):
        say(f"{signs[one.stands]:{wide}}  {one.says}")
        if one.to_do:
            say(f"{'':{wide}}  → {one.to_do}")
    count = sum(one.stands == WRONG for one in found)
    wrong = ngettext("%(count)d thing is wrong.", "%(count)d things are wrong.", count) % {"count": count}
    say(wrong if count else _("Nothing is wrong."))
