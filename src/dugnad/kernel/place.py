"""The place itself: its name, languages, rules and who answers for it. One row; kept in memory while it is valid."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dugnad.kernel import memory
from dugnad.kernel.live.bus import Message, announce, in_every_process
from dugnad.kernel.stamps import touch_memory, touch_public

LANGUAGES = ("en", "sv", "nb", "nn", "nl")


class Place(models.Model):
    """The settings of this meeting place that its stewards decide. There is exactly one row, with id 1."""

    class SignUp(models.TextChoices):
        OPEN = "open", _("Anyone can create an account")
        REQUEST = "request", _("People ask, and a steward answers")
        INVITATION = "invitation", _("Only with an invitation")

    name = models.CharField(max_length=60, default="Dugnad")
    tagline = models.JSONField(default=dict, blank=True, help_text="language → one line")
    languages = models.JSONField(default=list, help_text="interface languages offered, the first is the default")
    sign_up = models.CharField(max_length=12, choices=SignUp.choices, default=SignUp.REQUEST)
    agreements = models.JSONField(default=dict, blank=True, help_text="language → Markdown")
    agreements_version = models.PositiveIntegerField(default=1)
    privacy = models.JSONField(default=dict, blank=True, help_text="language → Markdown")
    responsible = models.CharField(max_length=200, blank=True, help_text="who answers for personal data here")
    contact = models.EmailField(blank=True)
    time_zone = models.CharField(max_length=60, default="Europe/Stockholm")
    agreements_since = models.DateTimeField(null=True, help_text="since when the ground rules read as they do")
    agreements_note = models.CharField(max_length=300, blank=True, help_text="what was changed in them last")
    ink = models.CharField(max_length=8, default="red", help_text="accent and main button (kernel.look.INKS)")
    banner = models.CharField(max_length=8, default="red", help_text="field of the welcome page's banner")
    mark = models.CharField(max_length=30, default="logo", help_text="drawing of the sprite in the corner of each page")
    theme = models.CharField(max_length=8, blank=True, help_text="light or dark for those who did not choose")
    retention = models.JSONField(default=dict, blank=True, help_text="name of a span (kernel.retention) → days")
    mail = models.JSONField(default=dict, blank=True, help_text="sender and server (kernel.post_office)")
    mail_password = models.TextField(blank=True, help_text="sealed with a key that is made from the secret key")
    backups_kept = models.PositiveSmallIntegerField(default=7, help_text="daily backups; 0: the house makes none")
    versions = models.JSONField(default=dict, blank=True, help_text="part of the settings → how often it was changed")
    is_demo = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True, help_text="when the first steward finished setting the place up")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
        touch_public()
        forget_place()

    def said(self, texts: dict[str, str], language: str) -> str:
        """The text in `language`, else in the place's first language that has it, else in any.

        `{place}`, `{responsible}` and `{contact}` in it stand for what the place says now.
        """
        for code in (language, *self.languages, *LANGUAGES):
            if texts.get(code):
                return self.filled(texts[code])
        return ""

    def filled(self, text: str) -> str:
        """`text` with the place's name, who is responsible and the address to write to."""
        values = {"place": self.name, "responsible": self.responsible, "contact": self.contact}
        return re.sub(r"\{(place|responsible|contact)\}", lambda found: values[found[1]], text)


_kept: tuple[int, Place] | None = None


def the_place() -> Place:
    """The one place. Read from the database on first use, and when it was changed anywhere."""
    global _kept  # noqa: PLW0603 - one row for the whole process is the point
    kept, state = _kept, memory.state()
    if kept is not None and kept[0] == state and not settings.TESTING:
        return kept[1]
    place = Place.objects.filter(pk=1).first()
    if place is None:
        return Place(pk=1, languages=list(LANGUAGES))
    _kept = (state, place)
    return place


def forget_place() -> None:
    """Read the place anew next time: this request from now on, every process from the commit on."""
    touch_memory()
    memory.share_nothing()
    _forget({})
    announce("place", {"type": "place_changed"})


@in_every_process("place_changed")
def _forget(_event: Message) -> None:
    global _kept  # noqa: PLW0603
    _kept = None
