"""Inviting into a group: by a link for anybody, or by name for members of the place."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from dugnad.groups import policies
from dugnad.groups.actions.joining import write_request
from dugnad.groups.actions.keeping import admit, locked, members_audience, only_you, stewards, stewards_audience
from dugnad.groups.models import Group, GroupInvitation, Membership
from dugnad.groups.tellings import INVITED
from dugnad.kernel.audience import audience_of
from dugnad.kernel.happenings import record
from dugnad.kernel.policies import require
from dugnad.notices.actions import forget_notices, tell
from dugnad.people.models import Block, Invitation, Person

LASTS = timedelta(days=30)


@transaction.atomic
def invite_to_group(
    group: Group, *, by: Person, uses: int = 1, days: int = 14, greeting: str = "", language: str = "", email: str = ""
) -> tuple[Invitation, str]:
    """A link that leads into the place and the group. Answers with the row and the token, which stands nowhere else."""
    from dugnad.people.actions.inviting import invite

    group = locked(group)
    require(policies.can_invite_to_group(by, group))
    invitation, token = invite(
        by=by, uses=uses, days=days, greeting=greeting, language=language, leads_to=group.key, email=email
    )
    record("group_link_made", group, by=by, audience=stewards_audience(group))
    return invitation, token


@transaction.atomic
def invite_person(group: Group, person: Person, *, by: Person, greeting: str = "") -> GroupInvitation:
    """A member of the place is told that `by` invites them. Inviting again while that is open changes nothing."""
    group = locked(group)
    require(policies.can_invite_person(by, group, person))
    now = timezone.now()
    GroupInvitation.objects.filter(group=group, person=person, answered_at=None, ends_at__lte=now).update(
        answered_at=now, accepted=False
    )
    _make_way(group, person, by)
    invitation, made = GroupInvitation.objects.get_or_create(
        group=group,
        person=person,
        answered_at=None,
        defaults={"inviter": by, "greeting": greeting, "ends_at": now + LASTS},
    )
    if made:
        tell(
            [person],
            INVITED.name,
            thing=invitation,
            url=f"/groups/invitations/{invitation.pk}",
            title=group.name,
            audience=audience_of(person.key),
            actor=by,
            note=greeting,
            who_can_read=only_you,
        )
        record("person_invited", invitation, by=by, within=group, audience=stewards_audience(group), person=person.pk)
    return invitation


def _make_way(group: Group, person: Person, by: Person) -> None:
    """An open invitation by somebody whom the person blocks was never seen: it must not stand in the way of another's."""
    blocked = Block.objects.filter(person=person).exclude(blocked=by).values("blocked")
    GroupInvitation.objects.filter(group=group, person=person, answered_at=None, inviter__in=blocked).update(
        answered_at=timezone.now(), accepted=False
    )


@transaction.atomic
def answer_group_invitation(invitation: GroupInvitation, *, by: Person, accept: bool) -> GroupInvitation:
    """`by` comes into the group, or says no, which nobody is told. The same answer again changes nothing."""
    group = locked(invitation.group)
    invitation = GroupInvitation.objects.get(pk=invitation.pk)
    invitation.group = group
    again = invitation.answered_at is not None and invitation.accepted == accept
    if again and invitation.person_id == by.pk and _stands_by(group, by, accept):
        return invitation
    require(policies.can_answer_group_invitation(by, invitation))
    invitation.answered_at, invitation.accepted = timezone.now(), accept
    invitation.save(update_fields=["answered_at", "accepted"])
    if accept:
        admit(group, by)
        record("group_joined", group, by=by, audience=members_audience(group), person=by.pk)
    return invitation


def _opens(group: Group, newcomer: Person, inviter: Person | None) -> bool:
    """Does a link of this inviter let the newcomer in without asking?"""
    if inviter is None or not policies.can_invite_to_group(inviter, group):
        return False
    return inviter.pk in stewards(group) or not policies.was_removed(newcomer.pk, group)


def _stands_by(group: Group, person: Person, accepted: bool) -> bool:
    return group.closed_at is None and Membership.objects.filter(group=group, person=person).exists() == accepted


@transaction.atomic
def withdraw_group_invitation(invitation: GroupInvitation, *, by: Person) -> None:
    """The invitation by name is taken back before it was answered, and the notice of it is gone."""
    group = locked(invitation.group)
    if invitation.inviter_id != by.pk:
        require(policies.is_steward(by, group))
    if GroupInvitation.objects.filter(pk=invitation.pk, answered_at=None).delete()[0]:
        forget_notices([invitation])
        record("group_invitation_withdrawn", invitation, by=by, within=group, audience=stewards_audience(group))


@transaction.atomic
def let_in_by_link(group: Group, *, by: Person, inviter: Person | None) -> Membership | None:
    """`by` used an invitation link into the group and is a member now; None when it has closed meanwhile.

    The link is worth what its maker may do now: of somebody who may not invite any more (no longer a steward, or the group
    is not open any more) it asks the stewards. So does anybody's but a steward's for somebody whom the stewards removed.
    """
    group = locked(group)
    if group.closed_at is not None:
        return None
    member = Membership.objects.filter(group=group, person=by).first()
    if member is not None:
        return member
    if not _opens(group, by, inviter):
        write_request(group, person=by, note="")
        return None
    membership = admit(group, by)
    record("group_joined", group, by=by, audience=members_audience(group), person=by.pk)
    return membership
