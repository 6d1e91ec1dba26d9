"""Who is in a group, who asks to be, and who is invited: each for those who may know."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dugnad.groups.models import CarriedName, Group, GroupInvitation, JoinRequest, Membership
from dugnad.groups.queries.groups import groups_seen
from dugnad.kernel.audience import Viewer

PAGE = 100


def members_of(group: Group, viewer: Viewer) -> QuerySet[Membership]:
    """The memberships of the group by name, for its members; for others none (`group.member_count` is all they get)."""
    if not viewer.holds(group.key):
        return Membership.objects.none()
    return _memberships(group)


def names_wait(page: Sequence[Membership]) -> bool:
    """Do names that came along with the group wait for somebody to say that they are theirs? The members' own query knows."""
    return any(getattr(one, "names_wait", False) for one in page)


def members_after(group: Group, viewer: Viewer, after: int | None) -> tuple[list[Membership], bool]:
    """The next `PAGE` memberships by name, from behind the one with the id `after`, and whether there are more."""
    waiting = CarriedName.objects.filter(group=group, person=None).exclude(digest="")
    members = members_of(group, viewer).annotate(names_wait=Exists(waiting))
    last = members.filter(pk=after).first() if after is not None else None
    if last is not None:
        name = last.person.name_key
        members = members.filter(Q(person__name_key__gt=name) | Q(person__name_key=name, pk__gt=last.pk))
    page: list[Membership] = []
    page.extend(members[: PAGE + 1])
    return page[:PAGE], len(page) > PAGE


def stewards_of(group: Group, viewer: Viewer) -> QuerySet[Membership]:
    """Those who look after the group, for everyone with an account who may know of it; strangers get no names."""
    if not viewer.is_member:
        return Membership.objects.none()
    current = Membership.objects.stewards().filter(group=group).values("pk")
    return _memberships(group).filter(pk__in=current)


def _memberships(group: Group) -> QuerySet[Membership]:
    living = Membership.objects.filter(group=group, person__erased_at=None).select_related("person")
    return living.order_by("person__name_key", "pk")


def membership_of(group: Group, viewer: Viewer) -> Membership | None:
    """The viewer's own membership."""
    if not viewer.holds(group.key):
        return None
    return Membership.objects.filter(group=group, person_id=viewer.person_id or 0).first()


def join_requests_of(group: Group, viewer: Viewer) -> QuerySet[JoinRequest]:
    """Who waits for an answer, the longest waiting first; for the group's stewards only."""
    if not viewer.holds(group.stewards_key):
        return JoinRequest.objects.none()
    return JoinRequest.objects.filter(group=group, answered_at=None).select_related("person", "group").order_by("pk")


def own_join_request(group: Group, viewer: Viewer) -> JoinRequest | None:
    """The viewer's own request that has no answer yet."""
    if viewer.person_id is None:
        return None
    return JoinRequest.objects.filter(group=group, person_id=viewer.person_id, answered_at=None).first()


def open_invitations_of(group: Group, viewer: Viewer) -> QuerySet[GroupInvitation]:
    """Who is invited by name and has not answered, for the group's stewards and for those who invited them."""
    open_ones = GroupInvitation.objects.filter(group=group, answered_at=None, ends_at__gt=timezone.now())
    if not viewer.holds(group.stewards_key):
        open_ones = open_ones.filter(inviter_id=viewer.person_id or 0)
    return open_ones.select_related("person", "inviter").order_by("-pk")


def invitations_for(viewer: Viewer) -> QuerySet[GroupInvitation]:
    """Groups into which the viewer is invited by name, newest first."""
    own = GroupInvitation.objects.filter(person_id=viewer.person_id or 0, answered_at=None, group__closed_at=None)
    own = own.filter(ends_at__gt=timezone.now()).exclude(inviter_id__in=viewer.hidden)
    return own.select_related("group", "inviter").order_by("-pk")


def group_invitation_by_id(pk: int, viewer: Viewer) -> GroupInvitation | None:
    """The viewer's own invitation while its group is there: once it was answered or ended only as long as they may know of
    the group, which may be called something else by then.
    """
    own = GroupInvitation.objects.filter(pk=pk, person_id=viewer.person_id or 0, group__closed_at=None)
    is_open = Q(answered_at=None, ends_at__gt=timezone.now())
    own = own.filter(is_open | Exists(groups_seen(viewer).filter(pk=OuterRef("group_id"))))
    own = own.exclude(answered_at=None, inviter_id__in=viewer.hidden)
    return own.select_related("group", "inviter").first()
