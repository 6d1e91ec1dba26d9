"""What becomes of memberships when a person is erased, and of what has been kept long enough."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.groups.actions.founding import close_group
from dugnad.groups.actions.keeping import dismiss, locked
from dugnad.groups.actions.stewarding import give_stewardship
from dugnad.groups.models import Group, GroupInvitation, JoinRequest, Membership, Removal, Visit
from dugnad.groups.queries import lasting_stewards
from dugnad.kernel.happenings import SYSTEM
from dugnad.kernel.retention import keep
from dugnad.people.models import Person

KEEP_REMOVALS = keep(
    "removals",
    days=365,
    least=30,
    most=730,
    words=_("That somebody was removed from a group, and why, after it was done"),
)
KEEP_ANSWERED = keep(
    "group requests",
    days=60,
    least=7,
    most=180,
    words=_("A request to join a group or an invitation by name, after the answer"),
)


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
    Visit.objects.filter(person=person).delete()
    JoinRequest.objects.filter(answered_by=person).update(answered_by=None)
    GroupInvitation.objects.filter(inviter=person).update(inviter=None, greeting="")
    Removal.objects.filter(removed_by=person).update(removed_by=None)
    Membership.objects.filter(steward_by=person).update(steward_by=None)


def _close_or_hand_on(group: Group, person: Person) -> None:
    """The person goes; the group keeps a steward, or closes when nobody is left."""
    group = locked(group)
    others = Membership.objects.filter(group=group).exclude(person=person).select_related("person")
    heir = others.order_by("created_at", "pk").first()
    if group.closed_at is None and heir is not None and not lasting_stewards(others).exists():
        give_stewardship(group, heir.person, by=person)
    dismiss(group, person)
    if heir is None and group.closed_at is None:
        close_group(group, by=SYSTEM)


def forget_old_removals() -> str:
    """Forget removals, and answered requests and invitations, when their time is over; answers a line for the log."""
    now = timezone.now()
    removals = Removal.objects.filter(created_at__lt=now - KEEP_REMOVALS.time).delete()[0]
    old = now - KEEP_ANSWERED.time
    requests = JoinRequest.objects.filter(answered_at__lt=old).delete()[0]
    invitations = GroupInvitation.objects.filter(Q(answered_at__lt=old) | Q(ends_at__lt=old)).delete()[0]
    return f"{removals} removals, {requests} requests and {invitations} invitations forgotten"
