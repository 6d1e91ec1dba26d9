"""What a person plans or keeps an eye on: posts for later, saved searches, their own feed. Seen by nobody else."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from dugnad.forum.models.threads import Category, Post, Thread
from dugnad.kernel.house_model import HouseModel

PERSON = settings.AUTH_USER_MODEL


class ScheduledPost(HouseModel):
    """A reply (`thread`) or a new thread (`category`, `kind`, `title`, `fields`) that is published by itself at `due_at`.

    The policy is asked again then; when it refuses, `trouble` keeps the sentence and the text stays with its author.
    """

    author = models.ForeignKey(PERSON, models.CASCADE, related_name="scheduled_posts")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="scheduled_posts")
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="scheduled_posts")
    kind = models.CharField(max_length=14, blank=True)
    title = models.CharField(max_length=140, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    source = models.TextField()
    language = models.CharField(max_length=8)
    form_key = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    became = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="+")
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="scheduled_due", condition=models.Q(published_at=None, trouble="")),
            models.Index(fields=["author", "due_at"], name="scheduled_by_author"),
        ]

    def __str__(self) -> str:
        return f"scheduled post {self.pk}"


class SavedSearch(HouseModel):
    """A search that somebody keeps. `told_to` is the id of the newest search entry they were told of."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=200)
    filters = models.JSONField(default=dict, blank=True)
    tells = models.BooleanField(default=True, help_text="a notice when something new is found")
    told_to = models.BigIntegerField(default=0)
    next_look_at = models.DateTimeField(default=timezone.now, help_text="not looked at before this moment")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_search_once")]
        indexes = [models.Index(fields=["next_look_at"], name="search_to_look_at", condition=models.Q(tells=True))]

    def __str__(self) -> str:
        return self.name


class FeedKey(HouseModel):
    """The secret in the address of a person's own feed; only its hash is kept. A new one ends the old one."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="feed_key")
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"feed of {self.person_id}"
