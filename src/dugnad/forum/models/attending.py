"""What each person does with what they read: words they give, what they keep, follow and have read."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dugnad.forum.models.threads import Category, Post, Thread
from dugnad.kernel.house_model import HouseModel

PERSON = settings.AUTH_USER_MODEL


class Reaction(HouseModel):
    """A word given to a post: thanks, agree, learned, joining (`forum.kinds.REACTIONS`)."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person", "kind"], name="reaction_once")]
        indexes = [models.Index(fields=["person", "post"], name="reaction_by_person")]

    def __str__(self) -> str:
        return f"{self.kind} on post {self.post_id}"


class Bookmark(HouseModel):
    """A post that somebody keeps for themselves. Seen by nobody else."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="bookmarks")
    post = models.ForeignKey(Post, models.CASCADE, related_name="bookmarks")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "post"], name="bookmark_once")]

    def __str__(self) -> str:
        return f"bookmark of {self.person_id}"


class Attention(models.TextChoices):
    """How closely somebody follows a thread or a category."""

    WATCH = "watch"  # told of each post
    FOLLOW = "follow"  # in the digest and among "new for you"
    MUTE = "mute"  # not told, not shown among what is new


class ThreadReading(models.Model):
    """How far one person has read one thread, and how closely they follow it. Their own: shown to nobody."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="thread_readings")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="readings")
    read_to = models.PositiveIntegerField(default=0, help_text="number of the last post that was on the page")
    attention = models.CharField(max_length=6, choices=Attention.choices, blank=True)
    also_read = models.JSONField(
        default=list,
        blank=True,
        help_text="[[first, last], …]: numbers beyond `read_to` read before threads were merged",
    )
    told_to = models.PositiveIntegerField(default=0, help_text="number of the last post they were mailed about")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "thread"], name="thread_reading_once")]
        indexes = [models.Index(fields=["thread", "attention"], name="thread_attention")]

    def __str__(self) -> str:
        return f"{self.person_id} read thread {self.thread_id} to {self.read_to}"


class CategoryReading(models.Model):
    """How closely one person follows a category, and up to which post they called everything in it read."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="category_readings")
    category = models.ForeignKey(Category, models.CASCADE, related_name="readings")
    attention = models.CharField(max_length=6, choices=Attention.choices, blank=True)
    read_to_post = models.BigIntegerField(default=0, help_text="posts with an id up to this one count as read")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "category"], name="category_reading_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in category {self.category_id}"


class Reader(models.Model):
    """Up to which post everything counts as read for a person: what was there before they came, or "mark all read"."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="reader", primary_key=True)
    read_to_post = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.person_id} has read to post {self.read_to_post}"
