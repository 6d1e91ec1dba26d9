"""What waves add to the hooks of the house."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.care.desk import desk_counts, desk_parts
from dugnad.care.models import Wave, WavePost
from dugnad.care.waves import queries, rows, watching  # noqa: F401 - importing it makes the house look
from dugnad.forum.ways import hidden_words
from dugnad.kernel import registry
from dugnad.kernel.retention import keep
from dugnad.people.models import Person

WAVES = keep(
    "waves", days=365, least=30, most=730, words=_("Which posts were taken for a wave of spam, after they were written")
)

desk_parts.register(rows.desk_section)
desk_counts.register(queries.waves_waiting)
hidden_words.register(queries.reasons_of)


@registry.exporters.register
def export_waves(person: Person) -> tuple[str, list[dict[str, Any]], dict[str, str], Any]:
    """Which posts of the person were taken for a part of a wave, and what a steward said of it."""
    rows_ = WavePost.objects.filter(post__author=person).select_related("post", "wave").order_by("pk")
    data = [{"post": row.post.url, "found_at": row.wave.created_at, "cleared": row.wave.cleared} for row in rows_]
    return (
        "perhaps-spam",
        data,
        {},
        _("Which of your posts were taken for a wave of spam, and what a steward said of it."),
    )


@registry.erasers.register
def erase_from_waves(person: Person, leave_posts: bool) -> None:
    """Nothing says any more that the person was taken for a spammer, or who decided about others."""
    WavePost.objects.filter(post__author=person).delete()
    Wave.objects.filter(settled_by=person).update(settled_by=None)


@registry.daily_jobs.register("old waves")
def forget_old_waves() -> str:
    """Waves are forgotten when their time is over; posts and lines of the log stay as they are."""
    gone = Wave.objects.filter(created_at__lt=timezone.now() - WAVES.time).delete()[1].get("care.Wave", 0)
    return f"{gone} waves forgotten"
