"""What goes by itself when its time has come. Each job is safe to run twice and answers with one line for the log."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.kernel import registry
from dugnad.kernel.happenings import Happening
from dugnad.kernel.retention import keep
from dugnad.people.keeping.erasure import drop_export
from dugnad.people.models import Export, Invitation, Request, WayBack

KEEP_REQUESTS = keep(
    "requests", days=60, least=7, most=180, words=_("A request to come in, after it was answered or written")
)
KEEP_INVITATIONS = keep(
    "invitations", days=30, least=1, most=180, words=_("An invitation or a way back in, after it ended")
)
KEEP_ACTORS = keep("actors", days=365, least=30, most=730, words=_("Who did what, after it was done"))
KEEP_UNFINISHED = timedelta(days=1)


def drop_old_exports() -> str:
    """Files whose day is over, wishes that were lost on the way, and files that no row knows."""
    now = timezone.now()
    lost = Q(ready_at=None, created_at__lt=now - KEEP_UNFINISHED)
    old = list(Export.objects.filter(Q(ends_at__lt=now) | lost))
    for export in old:
        drop_export(export)
    return f"{len(old)} exports removed, {_sweep_exports()} orphaned"


def _sweep_exports() -> int:
    known = {export.path.stem for export in Export.objects.all()}
    before = time.time() - KEEP_UNFINISHED.total_seconds()
    folder = Path(settings.DATA_DIR) / "exports"
    orphans = [path for path in folder.glob("*") if path.stem not in known and path.stat().st_mtime < before]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def forget_requests() -> str:
    """Who asked to come in, some time after the answer, or after writing while there was none."""
    before = timezone.now() - KEEP_REQUESTS.time
    old = Request.objects.filter(Q(answered_at__lt=before) | Q(answered_at=None, created_at__lt=before))
    return f"{old.delete()[0]} requests forgotten"


def forget_invitations() -> str:
    """Links that ended or were withdrawn some time ago, and ways back of the same age."""
    before = timezone.now() - KEEP_INVITATIONS.time
    invitations = Invitation.objects.filter(Q(ends_at__lt=before) | Q(withdrawn_at__lt=before)).delete()[0]
    ways_back = WayBack.objects.filter(ends_at__lt=before).delete()[0]
    return f"{invitations} invitations and {ways_back} ways back forgotten"


def forget_actors() -> str:
    """Who did what some time ago and before. What people wrote keeps their name."""
    before = timezone.now() - KEEP_ACTORS.time
    return f"{sum(forget(before) for forget in registry.actor_forgetters)} deeds without a name now"


def forget_actors_of_happenings(before: datetime) -> int:
    """Empties the actor of old happenings. The system is nobody and stays."""
    return Happening.objects.filter(at__lt=before).exclude(actor__in=("", "system")).update(actor="")


def forget_sessions() -> str:
    """Sessions that have run out."""
    count = Session.objects.filter(expire_date__lt=timezone.now()).count()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return f"{count} sessions ended"
