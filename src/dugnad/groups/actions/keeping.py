"""What every deed on groups needs: the lock, the audiences, the count, the index. Always called inside a deed's
transaction.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.groups.models import Group, GroupInvitation, JoinRequest, Membership, Removal
from dugnad.kernel import search
from dugnad.kernel.audience import PUBLIC, Audience, Viewer, audience_of
from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.stamps import touch_public
from dugnad.kernel.text import render
from dugnad.notices.actions import forget_unseen
from dugnad.people.models import Invitation, Person


def locked(group: Group) -> Group:
    """The group as it is now. Nobody else changes its memberships until the deed is done."""
    return Group.objects.select_for_update(of=("self",)).get(pk=group.pk)


def who_may_know(group: Group) -> Audience:
    """The audience of the group itself: anyone when it is listed, else its people (for a network, those of its
    groups).
    """
    if not group.is_hidden:
        return audience_of(PUBLIC)
    keys = [group.key, group.stewards_key]
    return audience_of(*keys, f"network:{group.pk}") if group.is_network else audience_of(*keys)


def members_audience(group: Group) -> Audience:
    """The members of the group, its stewards among them."""
    return audience_of(group.key, group.stewards_key)


def stewards_audience(group: Group) -> Audience:
    """The stewards of the group."""
    return audience_of(group.stewards_key)


def stewards(group: Group) -> list[int]:
    """Ids of those who look after the group."""
    rows = Membership.objects.stewards().filter(group=group)
    return list(rows.values_list("person_id", flat=True))


def member_ids(group: Group) -> list[int]:
    """Ids of all members."""
    return list(Membership.objects.filter(group=group).values_list("person_id", flat=True))


def recount(group: Group) -> None:
    """`member_count` is what it is: counted, not added to, under the group's lock."""
    group.member_count = Membership.objects.filter(group=group).count()
    Group.objects.filter(pk=group.pk).update(member_count=group.member_count)
    if not group.is_hidden:
        touch_public()


def admit(group: Group, person: Person) -> Membership:
    """The person is a member; what was asked, invited or held against them about this group is settled. Needs the
    lock.
    """
    now = timezone.now()
    membership, made = Membership.objects.get_or_create(group=group, person=person)
    JoinRequest.objects.filter(group=group, person=person, answered_at=None).update(answered_at=now, accepted=True)
    GroupInvitation.objects.filter(group=group, person=person, answered_at=None).update(answered_at=now, accepted=True)
    Removal.objects.filter(group=group, person=person).delete()
    if made:
        recount(group)
        hang_up(person.pk)
    return membership


def dismiss(group: Group, person: Person) -> None:
    """The person is no member any more, at once and everywhere: their keys, live connections, notices and the links
    that they made for others. Needs the lock.
    """
    Membership.objects.filter(group=group, person=person).delete()
    withdraw_invitations(group, inviter=person)
    recount(group)
    lose_sight(person)


def lose_sight(person: Person) -> None:
    """The person may see less than before: what hangs on it is gone."""
    hang_up(person.pk)
    forget_unseen(person)


def withdraw_invitations(group: Group, *, inviter: Person | None = None) -> None:
    """Links and invitations into the group that are still open stop working: those of one inviter, or all."""
    now = timezone.now()
    links = Invitation.objects.filter(leads_to=group.key, withdrawn_at=None)
    by_name = GroupInvitation.objects.filter(group=group, answered_at=None)
    if inviter is not None:
        links, by_name = links.filter(inviter=inviter), by_name.filter(inviter=inviter)
    links.update(withdrawn_at=now)
    by_name.update(answered_at=now, accepted=False)


def index(group: Group) -> None:
    """The group is found by what it says about itself, by those who may know of it."""
    if group.closed_at is not None:
        search.forget("group", [group.pk])
        return
    plain = "\n".join(filter(None, (render(group.about).plain, group.place_name, ", ".join(group.themes))))
    search.index(
        search.Entry(
            kind="group",
            thing_id=group.pk,
            audience_id=group.audience_id,
            author_id=None,
            title=group.name,
            plain=plain,
            language=group.languages[0] if group.languages else "en",
            at=group.created_at,
        )
    )


def only_you(viewer: Viewer) -> str:
    """Who can read a notice that is for one person."""
    return _("Only you can read this.")
