"""What waves add to the hooks of the house."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dugnad.care.desk import desk_counts, desk_parts
from dugnad.care.models import Wave
from dugnad.care.waves import queries, rows, watching  # noqa: F401 - importing it makes the house look
from dugnad.forum.ways import hidden_words
from dugnad.kernel import registry

KEEP = timedelta(days=365)

desk_parts.register(rows.desk_section)
desk_counts.register(queries.waves_waiting)
hidden_words.register(queries.reasons_of)


@registry.daily_jobs.register("old waves")
def forget_old_waves() -> str:
    """Waves are forgotten after a year; posts and lines of the log stay as they are."""
    gone = Wave.objects.filter(created_at__lt=timezone.now() - KEEP).delete()[1].get("care.Wave", 0)
    return f"{gone} waves forgotten"
