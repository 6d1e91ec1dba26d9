"""What becomes of memberships when a person is erased, and of what has been kept long enough."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dugnad.groups.actions.founding import close_group
from dugnad.groups.actions.keeping import dismiss, locked
from dugnad.groups.actions.stewarding import give_stewardship
from dugnad.groups.models import Group, GroupInvitation, JoinRequest, Membership, Removal
from dugnad.kernel.happenings import SYSTEM
from dugnad.people.models import Person

KEEP_REMOVALS = timedelta(days=365)
KEEP_ANSWERED = timedelta(days=60)


@transaction.atomic
def erase_memberships(person: Person) -> None:
    """Nothing here says any more that the person was in a group, asked, was invited or removed.

    A group that they were alone in closes. One that they alone looked after goes to its longest member: people are
    asked to settle that before, this is for when they could not.
    """
    for group in Group.objects.filter(memberships__person=person).order_by("pk"):
        _close_or_hand_on(group, person)
    JoinRequest.objects.filter(person=person).delete()
    GroupInvitation.objects.filter(person=person).delete()
    Removal.objects.filter(person=person).delete()
    JoinRequest.objects.filter(answered_by=person).update(answered_by=None)
    GroupInvitation.objects.filter(inviter=person).update(inviter=None, greeting="")
    Removal.objects.filter(removed_by=person).update(removed_by=None)
    Membership.objects.filter(steward_by=person).update(steward_by=None)


def _close_or_hand_on(group: Group, person: Person) -> None:
    """The person goes; the group keeps a steward, or closes when nobody is left."""
    group = locked(group)
    others = Membership.objects.filter(group=group).exclude(person=person).select_related("person")
    heir = others.order_by("created_at", "pk").first()
    if group.closed_at is None and heir is not None and not others.exclude(steward_since=None).exists():
        give_stewardship(group, heir.person, by=person)
    dismiss(group, person)
    if heir is None and group.closed_at is None:
        close_group(group, by=SYSTEM)


def forget_old_removals() -> str:
    """Forget removals after a year, and answered requests and invitations after 60 days; answers a line for the log."""
    now = timezone.now()
    removals = Removal.objects.filter(created_at__lt=now - KEEP_REMOVALS).delete()[0]
    old = now - KEEP_ANSWERED
    requests = JoinRequest.objects.filter(answered_at__lt=old).delete()[0]
    invitations = GroupInvitation.objects.filter(Q(answered_at__lt=old) | Q(ends_at__lt=old)).delete()[0]
    return f"{removals} removals, {requests} requests and {invitations} invitations forgotten"
