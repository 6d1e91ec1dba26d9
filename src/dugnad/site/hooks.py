"""What the house as a whole adds to the hooks of the kernel."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dugnad.kernel import registry
from dugnad.kernel.audience import Viewer
from dugnad.kernel.context import Way
from dugnad.notices.kinds import NoticeKind, register
from dugnad.site.backup import daily  # noqa: F401 - importing it fills the hook

register(
    NoticeKind(
        "agreements_written",
        "place",
        gettext_lazy("The ground rules are changed: {title}"),
        gettext_lazy("The ground rules are changed"),
        gettext_lazy("{name} changed the ground rules:"),
        gettext_lazy("Read them here: {link}"),
        gettext_lazy("You get this because you have an account here."),
    )
)


@registry.menu.register
def ways(viewer: Viewer) -> Iterable[Way]:
    """The way home."""
    return [Way(_("Home"), "/", "i-home", 10)]
