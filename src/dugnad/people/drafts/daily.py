"""Drafts that nobody went on with go by themselves."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dugnad.people.models import Draft

KEEP_DRAFTS = timedelta(days=30)


def forget_old_drafts() -> str:
    """Drafts that were last saved `KEEP_DRAFTS` ago; answers a line for the log."""
    gone = Draft.objects.filter(saved_at__lt=timezone.now() - KEEP_DRAFTS).delete()[0]
    return f"{gone} drafts forgotten"
