"""Care: reports, what stewards did and why, appeals, and what looked like a wave of spam.

A room is a group, or, without a group, the common categories of the place.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Post, Thread
from dugnad.groups.models import Group
from dugnad.kernel.audience import Audience
from dugnad.kernel.house_model import HouseModel

PERSON = settings.AUTH_USER_MODEL


class Report(HouseModel):
    """Somebody says that a post goes against what was agreed. Read by the stewards of its room, who do not see who said it."""

    author_field = None

    post = models.ForeignKey(Post, models.CASCADE, related_name="reports")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="reports")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    reporter = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="reports")
    agreement = models.CharField(max_length=240, blank=True, help_text="the ground rule it is about, as it read then")
    note = models.CharField(max_length=1000, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    deed = models.ForeignKey("StewardDeed", models.SET_NULL, null=True, related_name="reports")
    answer = models.CharField(max_length=500, blank=True, help_text="what the reporter is told")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "reporter"], condition=Q(settled_at=None), name="report_once"),
        ]
        indexes = [models.Index(fields=["audience", "settled_at"], name="report_open")]

    def __str__(self) -> str:
        return f"report of post {self.post_id}"


class Wave(HouseModel):
    """Posts of new people that look like spam together. They stand until a steward clears them or says they are fine."""

    author_field = None

    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="waves")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    sign = models.CharField(max_length=20, help_text="what gave it away: text, links, newcomers")
    mark = models.CharField(max_length=64, help_text="what its posts have in common, as a hash")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    cleared = models.BooleanField(null=True, help_text="hidden; or False: the posts are fine")

    class Meta:
        indexes = [models.Index(fields=["audience", "settled_at"], name="wave_open")]

    def __str__(self) -> str:
        return f"wave {self.pk}"


class WavePost(models.Model):
    """This post belongs to this wave."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="wave_posts")
    post = models.OneToOneField(Post, models.CASCADE, related_name="wave_post")

    def __str__(self) -> str:
        return f"post {self.post_id} in wave {self.wave_id}"


class StewardDeed(HouseModel):
    """What a steward did in their room, to whom or what, and why: one line of the room's log.

    `audience` is who can read the log. The person it was about sees the reason and can appeal. A pause lasts until `ends_at`;
    `undone_at` says that it was taken back, by an appeal or by a steward.
    """

    author_field = None

    class Kind(models.TextChoices):
        """What stewards do by hand. Further kinds of lines are in `care.kinds`."""

        HIDE = "hide", _("Hide the post")
        HIDE_THREAD = "hide_thread", _("Hide the whole thread")
        WARN = "warn", _("Say in writing that this does not go")
        CLOSE = "close", _("Close the thread")
        MOVE = "move", _("Move the thread")
        PAUSE = "pause", _("Pause their writing here")
        REMOVE = "remove", _("Remove them from the group")
        CLEAR_WAVE = "clear_wave", _("Clear a wave of spam")

    kind = models.CharField(max_length=24, help_text="one of the kinds in care.kinds")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="steward_deeds")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="deeds_about_me")
    post = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="steward_deeds")
    thread = models.ForeignKey(Thread, models.SET_NULL, null=True, related_name="steward_deeds")
    wave = models.ForeignKey(Wave, models.SET_NULL, null=True, related_name="steward_deeds")
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="steward_deeds")
    agreement = models.CharField(max_length=240, blank=True)
    reason = models.CharField(max_length=500)
    ends_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    undone_why = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["group", "-id"], name="deed_in_room"),
            models.Index(fields=["person", "kind", "ends_at"], name="deed_about_person"),
            models.Index(fields=["audience", "-id"], name="deed_by_audience"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.by_id}"


class Appeal(HouseModel):
    """The person whom a deed was about asks for another look. Answered by somebody who did not do the deed.

    A block hides nobody's appeal: whoever looks after a room reads what they are asked.
    """

    author_field = None

    deed = models.OneToOneField(StewardDeed, models.CASCADE, related_name="appeal")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="appeals")
    text = models.CharField(max_length=1000)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    upheld = models.BooleanField(null=True, help_text="the deed stands; False: it was taken back")
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes = [models.Index(fields=["audience", "answered_at"], name="appeal_open")]

    def __str__(self) -> str:
        return f"appeal {self.pk}"
