"""How a place may look: what it can choose from the house's own inks and drawings. Every choice passes contrast by day and
by night (`tests/site/test_place_look.py` computes it from the stylesheet).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

INKS = {
    "red": pgettext_lazy("ink", "Barn red"),
    "moss": pgettext_lazy("ink", "Moss"),
    "fjord": pgettext_lazy("ink", "Fjord blue"),
    "plum": pgettext_lazy("ink", "Plum"),
}
BANNERS = {**INKS, "ink": pgettext_lazy("ink", "Night blue")}
MARKS = {
    "logo": _("The table with a free seat"),
    "i-hand": _("A hand"),
    "i-home": _("A house"),
    "i-people": _("People"),
    "i-sun": _("A sun"),
    "i-shelf": _("A shelf of books"),
    "m-need": _("A call"),
    "m-project": _("Work under way"),
}
THEMES = {
    "": _("As each person’s device says"),
    "light": _("Light"),
    "dark": _("Dark"),
}
