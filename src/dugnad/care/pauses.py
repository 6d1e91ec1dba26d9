"""Pauses: who does not write in a room for now. Asked on every page for nothing by those who have none."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dugnad.care.models import StewardDeed
from dugnad.kernel import formats
from dugnad.kernel.clock import place_zone
from dugnad.kernel.registry import standing, writing_stops


def running_pauses() -> QuerySet[StewardDeed]:
    """The pauses that last now."""
    return StewardDeed.objects.filter(kind=StewardDeed.Kind.PAUSE, undone_at=None, ends_at__gt=timezone.now())


@standing.register("may_be_stopped")
def has_a_pause() -> Exists:
    """Whether the person is paused anywhere: loaded with whoever is signed in."""
    return Exists(running_pauses().filter(person=OuterRef("pk")))


@writing_stops.register
def why_not_here(person_id: int, group_id: int | None) -> SafeString | None:
    """Until when the person does not write in this room, why, and where to ask for another look."""
    pause = running_pauses().filter(person=person_id, group=group_id).order_by("-ends_at").first()
    if pause is None:
        return None
    words = _("The stewards paused your writing here until {until}. Their reason: “{reason}” {link}")
    link = format_html('<a href="{}">{}</a>', reverse("steward_deed", args=[pause.pk]), _("Ask for another look"))
    return format_html(conditional_escape(words), until=until_words(pause), reason=pause.reason, link=link)


def until_words(pause: StewardDeed) -> str:
    """The end of a pause in words, by the place's clock, in the language that is on."""
    return formats.date_and_time(pause.ends_at, get_language(), tz=place_zone()) if pause.ends_at else ""
