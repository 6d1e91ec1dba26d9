"""Notices: what somebody is told about, and how they want to be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dugnad.kernel.audience import Audience
from dugnad.kernel.house_model import HouseModel


class Notice(HouseModel):
    """One thing that one person is told. Seen only while the person may still see what it is about (`audience`)."""

    author_field = "actor"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40, help_text="mentioned, replied, join_requested …")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    thing = models.CharField(max_length=60, help_text="key of what it is about, such as post:12")
    within = models.CharField(max_length=60, blank=True, help_text="key of where, such as thread:3")
    url = models.CharField(max_length=200)
    title = models.CharField(max_length=250, blank=True)
    note = models.CharField(max_length=1000, blank=True, help_text="what somebody wrote to the person with it, plain")
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "thing"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_newest"),
            models.Index(fields=["person"], name="notice_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["thing"], name="notice_by_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing}"


class Preference(models.Model):
    """How one person wants to be told: for each what (mention, reply, watched, group, place) how (here, mail)."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preference")
    by_mail = models.JSONField(default=dict, help_text="what → true or false; missing: the default of the kind")

    def __str__(self) -> str:
        return f"preferences of {self.person_id}"


class MailStop(HouseModel):
    """This person wants no mail about this one thing (`within`, such as thread:3). They are still told in the place."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_stops")
    within = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "within"], name="mail_stop_once")]

    def __str__(self) -> str:
        return f"no mail to {self.person_id} about {self.within}"
