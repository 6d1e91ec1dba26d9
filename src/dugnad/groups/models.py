"""Groups: local groups, organisations and networks of organisations; who is in them and who looks after them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dugnad.kernel.audience import Audience
from dugnad.kernel.house_model import HouseModel, sort_key


class Group(HouseModel):
    """People who do something together under one name.

    `audience` says who may know that the group exists (listed: anyone; hidden: its members). `member_count` is kept by the
    actions that change memberships.
    """

    author_field = None

    class Kind(models.TextChoices):
        LOCAL = "local", _("local group")
        ORGANISATION = "organisation", _("organisation")
        NETWORK = "network", _("network")

    class Joining(models.TextChoices):
        OPEN = "open", _("open")
        REQUEST = "request", _("on request")
        INVITATION = "invitation", _("by invitation")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.LOCAL)
    about = models.TextField(blank=True, max_length=5000)
    about_html = models.TextField(blank=True, editable=False)
    place_name = models.CharField(max_length=80, blank=True)
    themes = models.JSONField(default=list, blank=True, help_text="words, as the group writes them")
    languages = models.JSONField(default=list, blank=True)
    joining = models.CharField(max_length=12, choices=Joining.choices, default=Joining.OPEN)
    hidden_at = models.DateTimeField(null=True, help_text="since when only members know of it; empty: listed")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    member_count = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["audience", "name_key"], name="group_by_audience")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = sort_key(self.name)
        super().save(*args, **kwargs)

    @property
    def key(self) -> str:
        return f"group:{self.pk}"

    @property
    def stewards_key(self) -> str:
        return f"stewards:group:{self.pk}"

    @property
    def url(self) -> str:
        return f"/g/{self.slug}"


class Membership(HouseModel):
    """This person is in this group. A steward is a member since `steward_since`, by the word of `steward_by`."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    steward_since = models.DateTimeField(null=True)
    steward_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.person} in {self.group}"


class JoinRequest(HouseModel):
    """Somebody asks to be let into a group."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="join_requests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests")
    note = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    accepted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], condition=Q(answered_at=None), name="join_request_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} asks to join {self.group}"


class NetworkTie(HouseModel):
    """This group belongs to this network. Its members then hold the key `network:ID`."""

    network = models.ForeignKey(Group, models.CASCADE, related_name="ties")
    group = models.ForeignKey(Group, models.CASCADE, related_name="networks")
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "group"], name="network_tie_once")]

    def __str__(self) -> str:
        return f"{self.group} in {self.network}"
