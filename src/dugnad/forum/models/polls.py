"""Polls in a thread: a question with options, and one vote a person."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dugnad.forum.models.threads import Post
from dugnad.kernel.house_model import HouseModel

PERSON = settings.AUTH_USER_MODEL


class Poll(HouseModel):
    """A question that stands under a post of a thread. Who sees the post sees the poll.

    `dots` is how many dots each person has (way "dot"). `hidden_until_closed`: nobody sees counts before it is closed,
    not even who asked. It is closed at `closes_at`, or by hand at `closed_at`.
    """

    class Way(models.TextChoices):
        SINGLE = "single", _("One option each")
        SEVERAL = "several", _("Several options each")
        DOT = "dot", _("Dots to spread")

    post = models.OneToOneField(Post, models.CASCADE, related_name="poll")
    question = models.CharField(max_length=200)
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.SINGLE)
    dots = models.PositiveIntegerField(default=3)
    hidden_until_closed = models.BooleanField(default=False)
    closes_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    voter_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"poll in post {self.post_id}"

    def is_closed(self, at: datetime) -> bool:
        """Exact at `closes_at`, whether or not the worker has been there."""
        return self.closed_at is not None or (self.closes_at is not None and self.closes_at <= at)


class PollOption(models.Model):
    """One thing to choose. `votes` counts persons, or dots."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options")
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=140)
    votes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "position"], name="poll_option_once")]

    def __str__(self) -> str:
        return self.text


class PollVote(HouseModel):
    """What one person gave one option. Who voted for what is shown to nobody but that person."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes")
    option = models.ForeignKey(PollOption, models.CASCADE, related_name="given")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="poll_votes")
    dots = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["option", "person"], name="poll_vote_once")]
        indexes = [models.Index(fields=["poll", "person"], name="poll_vote_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in poll {self.poll_id}"
