"""What the house as a whole adds to the hooks of the kernel."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dugnad.kernel import registry
from dugnad.kernel.audience import Viewer
from dugnad.kernel.context import Way


@registry.menu.register
def ways(viewer: Viewer) -> Iterable[Way]:
    """The way home."""
    return [Way(_("Home"), "/", "i-home", 10)]
