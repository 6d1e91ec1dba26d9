"""Groups: local groups, organisations and networks of organisations; who is in them and who looks after them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.kernel.audience import Audience
from dugnad.kernel.house_model import HouseModel, fold, sort_key
from dugnad.people.models import PlaceStewardship


def piped(words: Iterable[str]) -> str:
    """`|one|two|`, so that a plain "contains |one|" finds a whole word on every database."""
    kept = [word.replace("|", " ") for word in words]
    return f"|{'|'.join(kept)}|" if kept else ""


class Group(HouseModel):
    """People who do something together under one name.

    `audience` says who may know that the group exists (listed: anyone; hidden: its members). `member_count` is kept
    by the actions that change memberships.
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
    theme_keys = models.TextField(blank=True, editable=False, help_text="|housing|schools|: folded, for the filter")
    language_keys = models.CharField(max_length=60, blank=True, editable=False, help_text="|sv|nl|, for the filter")
    found_by = models.TextField(blank=True, editable=False, help_text="folded name, place and themes, for the filter")
    joining = models.CharField(max_length=12, choices=Joining.choices, default=Joining.OPEN)
    hidden_at = models.DateTimeField(null=True, help_text="since when only members know of it; empty: listed")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    member_count = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    form_key = models.UUIDField(null=True, unique=True, help_text="of the form it came from: a replay finds this group")

    class Meta:
        indexes = [models.Index(fields=["audience", "name_key"], name="group_by_audience")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = sort_key(self.name)
        self.theme_keys = piped(fold(theme) for theme in self.themes)
        self.language_keys = piped(self.languages)
        self.found_by = fold(" ".join((self.name, self.place_name, *self.themes)))
        super().save(*args, **kwargs)

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def joined_by(self) -> str:
        """How one joins as things are: a hidden group is only entered by invitation, whatever it chose."""
        return self.Joining.INVITATION if self.is_hidden else self.joining

    @property
    def is_network(self) -> bool:
        return self.kind == self.Kind.NETWORK

    @property
    def key(self) -> str:
        return f"group:{self.pk}"

    @property
    def stewards_key(self) -> str:
        return f"stewards:group:{self.pk}"

    @property
    def url(self) -> str:
        return f"/g/{self.slug}"


class MembershipManager(models.Manager["Membership"]):
    """Finds who looks after a group now, by the clock: nobody waits for the night's work."""

    def stewards(self) -> models.QuerySet[Membership]:
        """Memberships of stewards whose time is not over. The one that ends last stays beyond its time: a group is never
        without a steward because a day came.
        """
        made = self.exclude(steward_since=None)
        longer = Q(steward_until=None) | Q(steward_until__gt=OuterRef("steward_until"))
        longer |= Q(steward_until=OuterRef("steward_until"), pk__lt=OuterRef("pk"))
        lasting = made.filter(longer, group=OuterRef("group"))
        return made.filter(Q(steward_until=None) | Q(steward_until__gt=timezone.now()) | ~Exists(lasting))


class Membership(HouseModel):
    """This person is in this group. A steward is a member since `steward_since`, by the word of `steward_by`; ask
    `objects.stewards()` who is one now.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    steward_since = models.DateTimeField(null=True)
    steward_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    steward_until = models.DateTimeField(null=True, help_text="when the stewardship ends by itself; empty: open-ended")

    objects = MembershipManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.person} in {self.group}"

    @property
    def is_steward(self) -> bool:
        """Looks after the group now. Asks only where the time is over and the night's work has not been done."""
        if self.steward_since is None:
            return False
        lasting = self.steward_until is None or self.steward_until > timezone.now()
        return lasting or Membership.objects.stewards().filter(pk=self.pk).exists()


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
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(answered_at=None), name="join_request_once"
            ),
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


class GroupInvitation(HouseModel):
    """A member of the place is invited into a group by name. They may see the group's name and say yes or no."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="group_invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="group_invitations")
    inviter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    greeting = models.CharField(max_length=300, blank=True)
    ends_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(answered_at=None), name="group_invitation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} is invited to {self.group}"


class Removal(HouseModel):
    """This person was removed from this group, and why. Until it is forgotten they come back only when they are let
    in.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="removals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="removals")
    reason = models.CharField(max_length=500)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="removal_once")]

    def __str__(self) -> str:
        return f"{self.person} was removed from {self.group}"


class VisitManager(models.Manager["Visit"]):
    """Finds who visits now, by the clock."""

    def current(self) -> models.QuerySet[Visit]:
        """Visits that last, by people who still steward the place."""
        lasting = self.filter(left_at=None, ends_at__gt=timezone.now(), group__closed_at=None)
        return lasting.filter(person__in=PlaceStewardship.objects.current().values("person"))


class Visit(HouseModel):
    """A steward of the place entered a group that they are not in, for a reason, in sight of its members, until `ends_at`.

    While it lasts they hold the key `group:ID`: they read what its members read, and write nothing.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="visits")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visits")
    reason = models.CharField(max_length=500)
    ends_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    objects = VisitManager()

    class Meta:
        indexes = [models.Index(fields=["person", "ends_at"], name="visit_by_person")]

    def __str__(self) -> str:
        return f"{self.person} visits {self.group}"


class Departure(HouseModel):
    """The group gets ready to leave with its data: members are asked whether their name may go along, then a file is made.

    Who has not answered when the file is made (`making_at`) counts as no. The file can be fetched by the group's stewards until
    `ends_at`. There is one open departure of a group at a time.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="departures")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe)
    making_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="a steward took it back, or the file's time was over")
    facts = models.JSONField(default=dict, blank=True, help_text="how much of what is in the file")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group"], condition=Q(ended_at=None), name="departure_once"),
        ]

    def __str__(self) -> str:
        return f"departure of {self.group}"

    @property
    def path(self) -> Path:
        """Where the file is. The token is made by us, so no path can climb out."""
        return Path(settings.DATA_DIR) / "leaving" / f"{self.token}.zip"


class DepartureAnswer(HouseModel):
    """This member says whether their name may stand at what they wrote in the place where the group goes."""

    departure = models.ForeignKey(Departure, models.CASCADE, related_name="answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="departure_answers")
    agrees = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["departure", "person"], name="departure_answer_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {'agrees' if self.agrees else 'does not agree'}"


class Arrival(HouseModel):
    """A file with a group that somebody brought here. It was verified when it came; `group` is what it became.

    `facts` is what it says about itself: name, place, how much of what. The file is removed when the group is made, or when
    nobody said yes to it for a day.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="arrivals")
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe)
    facts = models.JSONField(default=dict, blank=True)
    unpacking_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="arrivals")
    trouble = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"arrival {self.pk}"

    @property
    def path(self) -> Path:
        """Where the file waits. The token is made by us, so no path can climb out."""
        return Path(settings.DATA_DIR) / "arriving-groups" / f"{self.token}.zip"


class CarriedName(HouseModel):
    """Somebody who wrote in the group where it was before, and agreed that their name goes along. `number` counts from 1 in
    the group. It stands at what they wrote until they come, prove their address (`digest` is its slow hash with `salt`) and
    say that it is theirs: then `person` is who they are here.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="carried_names")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    from_place = models.CharField(max_length=60, blank=True)
    was_steward = models.BooleanField(default=False, help_text="looked after the group there")
    salt = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=128, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="carried_names")
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "number"], name="carried_name_once")]

    def __str__(self) -> str:
        return self.name
