"""Drafts that nobody went on with go by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.kernel.retention import keep
from dugnad.people.models import Draft

KEEP_DRAFTS = keep("drafts", days=30, least=7, most=180, words=_("A draft, after it was last saved"))
_FILE = re.compile(r"\(file:([\w-]+)\)")


def forget_old_drafts() -> str:
    """Drafts that nobody saved for as long as the place keeps them; answers a line for the log."""
    gone = Draft.objects.filter(saved_at__lt=timezone.now() - KEEP_DRAFTS.time).delete()[0]
    return f"{gone} drafts forgotten"


def files_of_drafts() -> Iterable[str]:
    """The tokens of files that drafts show: they are there when somebody goes on writing."""
    for text in Draft.objects.filter(text__contains="(file:").values_list("text", flat=True):
        yield from _FILE.findall(text)
