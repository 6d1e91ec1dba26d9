"""Persons: who has an account, what they chose to show, whom they block, and how they may come in."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.kernel.house_model import HouseModel, sort_key


class PersonManager(BaseUserManager["Person"]):
    """Finds persons the way sign-in needs it: e-mail addresses compare case folded."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username or "")

    def living(self) -> models.QuerySet[Person]:
        """Everybody who still has an account."""
        return self.filter(erased_at=None)


class Person(AbstractBaseUser):
    """Somebody with an account. What others see is the name they chose; the address is theirs alone.

    An erased person keeps an empty row (`erased_at`) only while rows of others need its number; nothing personal is in it.
    """

    last_login = None  # when somebody was here last is nobody's business

    email = models.EmailField(_("Email address"), unique=True, null=True, blank=True)
    name = models.CharField(_("The name others see"), max_length=60)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    handle = models.SlugField(max_length=40, unique=True)
    about = models.TextField(blank=True, max_length=2000)
    place_name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, default="en", help_text="interface language")
    reads = models.JSONField(default=list, blank=True, help_text="languages of content they read; empty: all")
    theme = models.CharField(max_length=8, blank=True, help_text="light, dark or as the device says")
    shortcuts = models.CharField(max_length=8, blank=True, help_text="off: no key does anything by itself")
    time_zone = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    session_epoch = models.CharField(max_length=64, default=secrets.token_hex, editable=False)
    joined_at = models.DateTimeField(default=timezone.now)
    agreed_version = models.PositiveIntegerField(default=0)
    agreed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = PersonManager()

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = sort_key(self.name)
        if kwargs.get("update_fields") and "name" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_key"}
        super().save(*args, **kwargs)

    @property
    def key(self) -> str:
        """The key of this person as an actor and as a reader."""
        return f"person:{self.pk}"

    @property
    def url(self) -> str:
        return f"/people/{self.handle}"

    @property
    def first_name(self) -> str:
        """What to call this person in a greeting: the first word of the name they chose."""
        return self.name.partition(" ")[0]

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[0].isalpha()]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper() or "?"

    def get_session_auth_hash(self) -> str:
        """Part of every session: a new `session_epoch` signs the person out everywhere."""
        from django.utils.crypto import salted_hmac

        value = self.password + self.session_epoch
        return salted_hmac("dugnad.people.session", value, algorithm="sha256").hexdigest()


class PlaceStewardshipManager(models.Manager["PlaceStewardship"]):
    """Finds who stewards the place now, by the clock: nobody waits for the night's work."""

    def current(self) -> models.QuerySet[PlaceStewardship]:
        """Those that nobody ended and whose time is not over. The one that ends last stays beyond its time: a place is
        never without a steward because a day came.
        """
        going = self.filter(ended_at=None)
        lasting = going.filter(person__erased_at=None, person__is_active=True)
        longer = Q(ends_at=None) | Q(ends_at__gt=OuterRef("ends_at"))
        longer |= Q(ends_at=OuterRef("ends_at"), pk__lt=OuterRef("pk"))
        return going.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()) | ~Exists(lasting.filter(longer)))


class PlaceStewardship(HouseModel):
    """This person is a steward of the whole place, since then, by that person's word. Ask `objects.current()` who is now."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="place_stewardships")
    given_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    ends_at = models.DateTimeField(null=True, help_text="when it ends by itself; empty: until somebody ends it")
    ended_at = models.DateTimeField(null=True)

    objects = PlaceStewardshipManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="place_steward_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} stewards the place"


class Block(HouseModel):
    """`person` does not want to see what `blocked` writes. Known to nobody else."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "blocked"], name="block_once")]

    def __str__(self) -> str:
        return f"{self.person_id} blocks {self.blocked_id}"


class Draft(HouseModel):
    """What a person has typed and not published, the same on all their devices. Theirs alone: shown to nobody else.

    `place` is the address that the form is sent to, as `/t/12/reply`; `fields` holds what stands beside the text. `version` rises
    with each saving, so that a device which was away sees that another one wrote meanwhile.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=120)
    url = models.CharField(max_length=300, blank=True, help_text="the page of the form")
    text = models.TextField(blank=True)
    fields = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="draft_by_age")]

    def __str__(self) -> str:
        return f"draft of {self.person_id} at {self.place}"


class Invitation(HouseModel):
    """A link that lets people in: to the place, or to what `leads_to` names (such as `group:4`). Ends by itself.

    Only the hash of the token is kept; the link is shown once to the person who makes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    digest = models.CharField(max_length=64, unique=True)
    inviter = models.ForeignKey(Person, models.CASCADE, null=True, related_name="invitations")
    leads_to = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True, help_text="when it was sent to one address")
    greeting = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=8, blank=True)
    makes_steward = models.BooleanField(default=False, help_text="the first link of an empty place")
    uses_left = models.PositiveIntegerField(default=1)
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Request(HouseModel):
    """Somebody without an account asks to come in. Forgotten some time after it was answered or written."""

    email = models.EmailField()
    name = models.CharField(max_length=60)
    note = models.CharField(max_length=1000, blank=True)
    language = models.CharField(max_length=8)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    admitted = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["email"], condition=Q(answered_at=None), name="request_once")]

    def __str__(self) -> str:
        return f"request {self.pk}"


class WayBack(HouseModel):
    """A link that a steward made for somebody who cannot get in by themselves. Works once, for an hour.

    Only the hash of the token is kept; the link is shown once to the steward, and the person is told by mail.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="ways_back")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"way back {self.pk}"


class Export(HouseModel):
    """A wish for everything about oneself as one file. The file is removed a day after it was made."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="exports")
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe)
    ready_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def path(self) -> Any:
        from pathlib import Path

        return Path(settings.DATA_DIR) / "exports" / f"{self.token}.zip"


__all__ = ["Block", "Draft", "Export", "Invitation", "Person", "PlaceStewardship", "Request", "WayBack"]
