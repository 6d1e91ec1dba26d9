"""Categories, threads of a kind, posts, how they read before and in other languages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dugnad.groups.models import CarriedName, Group
from dugnad.kernel.audience import Audience
from dugnad.kernel.house_model import HouseModel

PERSON = settings.AUTH_USER_MODEL


class Category(HouseModel):
    """A place in the forum with a purpose. Common ones belong to nobody, a group's own to the group."""

    author_field = None

    class Writers(models.TextChoices):
        MEMBERS = "members"  # everyone with an account
        GROUP = "group"  # members of the category's group
        STEWARDS = "stewards"  # its group's stewards, or the place's

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="categories")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=240, blank=True)
    translations = models.JSONField(default=dict, blank=True, help_text='{"nn": {"name": …, "purpose": …}}')
    emblem = models.CharField(max_length=30, blank=True, help_text="name of a drawing in the sprite")
    field = models.CharField(max_length=8, default="moss", help_text="colour of the banner: moss, fjord or red")
    position = models.PositiveIntegerField(default=0)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    writers = models.CharField(max_length=10, choices=Writers.choices, default=Writers.MEMBERS)
    about_this_place = models.BooleanField(default=False, help_text="the one that is always there")
    thread_count = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["about_this_place"], condition=Q(about_this_place=True), name="one_about_this_place"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return f"/c/{self.slug}"

    def said(self, what: str, language: str) -> str:
        """`name` or `purpose` in `language`, else as it was first written."""
        return str((self.translations.get(language) or {}).get(what) or getattr(self, what))


class Thread(HouseModel):
    """A conversation of a kind (`forum.kinds`). Its audience is its category's, kept on the row for the filter.

    `last_number` is the number of its newest post, deleted ones included; `post_count` leaves them out.
    """

    category = models.ForeignKey(Category, models.PROTECT, related_name="threads")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14)
    state = models.CharField(max_length=12, blank=True)
    fields = models.JSONField(default=dict, blank=True, help_text="the fields of its kind")
    title = models.CharField(max_length=140)
    slug = models.SlugField(max_length=80, blank=True)
    language = models.CharField(max_length=8)
    author = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="threads")
    carried = models.ForeignKey(
        CarriedName, models.SET_NULL, null=True, related_name="+", db_index=False, help_text="who wrote it elsewhere"
    )
    answer = models.ForeignKey("Post", models.SET_NULL, null=True, related_name="+")
    met_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    state_note = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    outcome = models.TextField(blank=True, max_length=2000)
    outcome_html = models.TextField(blank=True, editable=False)
    pinned_at = models.DateTimeField(null=True)
    grew_out_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="grew_into")
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="merged_from")
    merged_after = models.PositiveIntegerField(
        default=0, help_text="its post n is post n + this where it was merged into"
    )
    came_in_after = models.BigIntegerField(
        default=0,
        help_text="id of the newest post when it came into its category: older marks of that say nothing of it",
    )
    posts_mixed = models.BooleanField(default=False, help_text="posts of other threads came in: ids rise no longer")
    hidden_at = models.DateTimeField(null=True, help_text="a steward hid it; its audience is then who looks after it")
    hidden_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    hidden_count = models.PositiveIntegerField(default=0, help_text="how many of its posts are hidden one by one")
    poll_count = models.PositiveIntegerField(default=0)
    pair_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="pairs")
    source_key = models.CharField(max_length=200, blank=True, help_text="where an import took it from")
    source_digest = models.CharField(max_length=64, blank=True)
    post_count = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    last_post_at = models.DateTimeField()
    last_post_id = models.BigIntegerField(default=0)
    last_author = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["category", "-last_post_id"], name="thread_in_category"),
            models.Index(fields=["audience", "-last_post_id"], name="thread_by_audience"),
            models.Index(fields=["author", "-id"], name="thread_by_author"),
            models.Index(fields=["category", "pinned_at"], name="thread_pinned", condition=Q(pinned_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source_key"], condition=~Q(source_key=""), name="thread_source_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        return f"/t/{self.pk}/{self.slug}" if self.slug else f"/t/{self.pk}"


class Post(HouseModel):
    """What somebody wrote in a thread. `number` counts from 1 in its thread and never changes.

    A deleted post keeps its row and number; its text and earlier versions are emptied. `revision` rises with every change that
    can be seen (text, reactions, deletion): it is part of the key of the cached fragment.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="posts")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="posts")
    carried = models.ForeignKey(
        CarriedName, models.SET_NULL, null=True, related_name="+", db_index=False, help_text="who wrote it elsewhere"
    )
    language = models.CharField(max_length=8)
    source = models.TextField(blank=True)
    html = models.TextField(blank=True)
    plain = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    edits = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    hidden_at = models.DateTimeField(null=True, help_text="a steward hid it; its audience is then who looks after it")
    hidden_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    moved_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="moved_from", help_text="this row is the empty place it left"
    )
    living_since = models.DateTimeField(null=True, help_text="since when all who may write here may change it")
    reaction_counts = models.JSONField(default=dict, blank=True)
    form_key = models.CharField(  # noqa: DJ001 - empty means no form, and the constraint must not count those
        max_length=40, null=True, help_text="of the form it came from: a replay finds this post"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="post_number_once"),
            models.UniqueConstraint(fields=["author", "form_key"], name="post_form_once"),
        ]
        indexes = [
            models.Index(fields=["author", "-id"], name="post_by_author"),
            models.Index(fields=["thread", "id"], name="post_in_thread"),
            models.Index(fields=["thread", "author", "number"], name="post_in_thread_by"),
            models.Index(fields=["thread", "number"], name="post_deleted", condition=Q(deleted_at__isnull=False)),
            models.Index(fields=["thread", "number"], name="post_hidden", condition=Q(hidden_at__isnull=False)),
            models.Index(fields=["carried"], name="post_carried", condition=Q(carried__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"post {self.number} in thread {self.thread_id}"

    @property
    def url(self) -> str:
        return f"/t/{self.thread_id}/post/{self.number}"


class PostVersion(HouseModel):
    """How a post read before an edit. Removed together with the post's text."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="versions")
    source = models.TextField()
    language = models.CharField(max_length=8)
    written_at = models.DateTimeField(help_text="when this version was written")
    editor = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    carried = models.ForeignKey(
        CarriedName, models.SET_NULL, null=True, related_name="+", db_index=False, help_text="who changed it elsewhere"
    )
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"version of post {self.post_id}"


class PostFile(models.Model):
    """This post shows this uploaded file."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="post_files")
    file = models.ForeignKey("kernel.StoredFile", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "file"], name="post_file_once")]

    def __str__(self) -> str:
        return f"file {self.file_id} in post {self.post_id}"


class PostTranslation(HouseModel):
    """How a post reads in another language, by a member. `of_edits` is the number of edits the original had then: when the
    original has more, the translation is stale. Its audience is its post's.
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="translations")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    author = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="post_translations")
    carried = models.ForeignKey(
        CarriedName, models.SET_NULL, null=True, related_name="+", db_index=False, help_text="who wrote it elsewhere"
    )
    language = models.CharField(max_length=8)
    source = models.TextField()
    html = models.TextField(editable=False)
    plain = models.TextField(editable=False)
    of_edits = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "language"], name="post_translation_once")]

    def __str__(self) -> str:
        return f"post {self.post_id} in {self.language}"
