"""What drafts add to the hooks of the kernel."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from dugnad.kernel import registry
from dugnad.kernel.audience import Viewer
from dugnad.kernel.context import Way
from dugnad.people.drafts.daily import files_of_drafts, forget_old_drafts
from dugnad.people.models import Draft, Person

registry.daily_jobs.register("forget_old_drafts")(forget_old_drafts)
registry.held_files.register(files_of_drafts)


@registry.standing.register("has_drafts")
def has_drafts() -> Exists:
    """Whether there is any draft to ask for."""
    return Exists(Draft.objects.filter(person=OuterRef("pk")))


@registry.own_pages.register
def own_ways(viewer: Viewer) -> list[Way]:
    """The list of one's own drafts."""
    return [Way(_("Drafts"), "/me/drafts", "i-pen", 50)]


@registry.exporters.register
def export_drafts(person: Person) -> tuple[str, list[dict[str, Any]], dict[str, str], str]:
    """Everything the person typed and did not publish."""
    columns = ("place", "text", "fields", "created_at", "saved_at")
    rows = list(Draft.objects.filter(person=person).order_by("pk").values(*columns))
    return "drafts", rows, {}, _("What you typed and did not publish. Nobody else has seen it.")


@registry.erasers.register
def erase_drafts(person: Person, leave_posts: bool) -> None:
    """Drafts go, whatever becomes of the posts."""
    Draft.objects.filter(person=person).delete()
