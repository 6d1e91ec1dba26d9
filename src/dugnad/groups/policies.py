"""Who may do what with groups now, and the sentence if not.

Policies are asked with a person (in actions, where the keys are read anew) or with the viewer that a page has already.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.groups.models import Group, GroupInvitation, JoinRequest, Membership, NetworkTie, Removal, Visit
from dugnad.groups.queries.keys import lasting_stewards, visits
from dugnad.kernel.audience import STEWARDS_OF_PLACE, Viewer, stranger, viewer_of
from dugnad.kernel.policies import YES, Verdict, no
from dugnad.people.models import Person


def _viewer(who: Any) -> Viewer:
    if who is None:
        return stranger()
    return viewer_of(who) if isinstance(who, Person) else who


def can_see_group(who: Any, group: Group) -> Verdict:
    """May `who` know that the group exists."""
    if group.closed_at is None and group.audience_id in _viewer(who).audiences():
        return YES
    return no(_("This group does not exist, or is not for you to see."))


def can_see_members(who: Any, group: Group) -> Verdict:
    """Who is in a group is known to those who are in it."""
    if _viewer(who).holds(group.key):
        return YES
    return no(_("Only members of {group} see who is in it.").format(group=group.name))


def can_create_group(who: Any) -> Verdict:
    """Every member of the place may start a group."""
    return YES if _viewer(who).is_member else no(_("Sign in to start a group."))


def is_steward(who: Any, group: Group) -> Verdict:
    """Does `who` look after the group."""
    viewer = _viewer(who)
    if viewer.holds(group.stewards_key):
        return YES
    return _no_or_unseen(viewer, group, _("Only the stewards of {group} can do this.").format(group=group.name))


def _no_or_unseen(viewer: Viewer, group: Group, sentence: str) -> Verdict:
    """A refusal that does not name a group of which the viewer may not know."""
    seen = can_see_group(viewer, group)
    return no(sentence) if seen else seen


def can_edit_group(who: Any, group: Group) -> Verdict:
    """Stewards say what the group is."""
    return is_steward(who, group)


def can_join_group(who: Any, group: Group) -> Verdict:
    """May `who` become a member at once."""
    viewer = _viewer(who)
    standing = _may_come_in(viewer, group)
    if not standing:
        return standing
    if group.joined_by == Group.Joining.REQUEST:
        return no(_("{group} lets people in on request. Ask, and its stewards answer.").format(group=group.name))
    if was_removed(viewer.person_id, group):
        words = _("The stewards removed you from {group}. You can ask them to let you in again.")
        return no(words.format(group=group.name))
    return YES


def can_ask_to_join(who: Any, group: Group) -> Verdict:
    """May `who` ask the stewards to be let in."""
    viewer = _viewer(who)
    standing = _may_come_in(viewer, group)
    if not standing:
        return standing
    if group.joined_by == Group.Joining.OPEN and not was_removed(viewer.person_id, group):
        return no(_("{group} is open: join it without asking.").format(group=group.name))
    return YES


def _may_come_in(viewer: Viewer, group: Group) -> Verdict:
    seen = can_see_group(viewer, group)
    if not seen:
        return seen
    if not viewer.is_member:
        return no(_("Sign in to join {group}.").format(group=group.name))
    if is_inside(viewer, group):
        return no(_("You are a member of {group} already.").format(group=group.name))
    if group.joined_by == Group.Joining.INVITATION:
        return no(_("One comes into {group} by invitation only.").format(group=group.name))
    return YES


def was_removed(person_id: int | None, group: Group) -> bool:
    """Did the stewards remove this person, and has it not been forgotten yet?"""
    return person_id is not None and Removal.objects.filter(group=group, person_id=person_id).exists()


def can_answer_join_request(who: Any, request: JoinRequest) -> Verdict:
    """Stewards answer, once."""
    steward = is_steward(who, request.group)
    if not steward:
        return steward
    if request.answered_at is not None:
        return no(_("This request has been answered already."))
    return YES


def can_invite_to_group(who: Any, group: Group) -> Verdict:
    """Stewards invite; into an open group that is listed every member does."""
    viewer = _viewer(who)
    if is_inside(viewer, group) and group.joined_by == Group.Joining.OPEN:
        return YES
    return is_steward(viewer, group)


def can_invite_person(who: Any, group: Group, person: Person) -> Verdict:
    """May `who` invite this member of the place."""
    may = can_invite_to_group(who, group)
    if not may:
        return may
    if Membership.objects.filter(group=group, person=person).exists():
        return no(_("{name} is a member of {group} already.").format(name=person.name, group=group.name))
    if was_removed(person.pk, group) and not is_steward(who, group):
        return no(_("Only the stewards of {group} can do this.").format(group=group.name))
    return YES


def can_answer_group_invitation(who: Any, invitation: GroupInvitation) -> Verdict:
    """The invited person answers, while the invitation lasts."""
    viewer = _viewer(who)
    if viewer.person_id != invitation.person_id or invitation.group.closed_at is not None:
        return no(_("This invitation does not exist, or is not for you."))
    if invitation.answered_at is not None:
        return no(_("This invitation has been answered, or was withdrawn."))
    if invitation.ends_at <= timezone.now():
        return no(_("This invitation has ended. Ask the person who invited you for a new one."))
    return YES


def can_leave_group(who: Any, group: Group, successor: Person | None = None) -> Verdict:
    """Members may leave. The only steward names a successor first, unless nobody else is left."""
    viewer = _viewer(who)
    if not is_inside(viewer, group):
        return _no_or_unseen(viewer, group, _("You are not a member of {group}.").format(group=group.name))
    if successor is not None and not viewer.holds(group.stewards_key):
        return no(_("Only the stewards of {group} can do this.").format(group=group.name))
    others = Membership.objects.filter(group=group).exclude(person_id=viewer.person_id or 0)
    if successor is not None and not others.filter(person=successor).exists():
        words = _("{name} is not a member of {group}. Choose one of its members.")
        return no(words.format(name=successor.name, group=group.name))
    alone = viewer.holds(group.stewards_key) and not lasting_stewards(others).exists()
    if alone and successor is None and others.exists():
        words = _("You are the only steward of {group}. Choose who looks after it from now on, then you can leave.")
        return no(words.format(group=group.name))
    return YES


def can_remove_member(who: Any, group: Group, person: Person) -> Verdict:
    """Stewards remove members; a steward must lose that task first, and nobody removes themselves."""
    steward = is_steward(who, group)
    if not steward:
        return steward
    if _viewer(who).person_id == person.pk:
        return no(_("To go yourself, leave the group."))
    membership = Membership.objects.filter(group=group, person=person).first()
    if membership is None:
        return no(_("{name} is not a member of {group}.").format(name=person.name, group=group.name))
    if membership.is_steward:
        return no(_("{name} is a steward. End that first.").format(name=person.name))
    return YES


def can_make_steward(who: Any, group: Group, person: Person) -> Verdict:
    """Stewards give the task to other members."""
    steward = is_steward(who, group)
    if not steward:
        return steward
    if not Membership.objects.filter(group=group, person=person).exists():
        return no(_("{name} is not a member of {group}.").format(name=person.name, group=group.name))
    return YES


def can_end_stewardship(who: Any, group: Group, person: Person) -> Verdict:
    """Stewards end it for themselves or each other, as long as one is left."""
    steward = is_steward(who, group)
    if not steward:
        return steward
    stewards = Membership.objects.stewards().filter(group=group)
    if not stewards.filter(person=person).exists():
        return no(_("{name} is not a steward of {group}.").format(name=person.name, group=group.name))
    if not lasting_stewards(stewards.exclude(person=person)).exists():
        return no(_("A group needs at least one steward. Make somebody else a steward first."))
    return YES


def can_list_group(who: Any, group: Group) -> Verdict:
    """Stewards decide whether others can see that the group exists."""
    return is_steward(who, group)


def can_hide_group(who: Any, group: Group) -> Verdict:
    """Stewards decide whether others can see that the group exists."""
    return is_steward(who, group)


def can_close_group(who: Any, group: Group) -> Verdict:
    """Stewards close the group for all."""
    return is_steward(who, group)


def can_tie_to_network(who: Any, group: Group, network: Group) -> Verdict:
    """Stewards of a group ask a network that they can see to take the group in."""
    viewer = _viewer(who)
    steward = is_steward(viewer, group)
    if not steward:
        return steward
    seen = can_see_group(viewer, network)
    return _can_be_tied(group, network) if seen else seen


def _can_be_tied(group: Group, network: Group) -> Verdict:
    if not network.is_network:
        return no(_("{group} is not a network.").format(group=network.name))
    if group.is_network:
        return no(_("A network cannot belong to a network."))
    if group.is_hidden:
        return no(_("A hidden group cannot belong to a network: the network would show it. List the group first."))
    if NetworkTie.objects.filter(group=group, network=network).exists():
        words = _("{group} has asked {network} already, or belongs to it.")
        return no(words.format(group=group.name, network=network.name))
    return YES


def can_accept_tie(who: Any, tie: NetworkTie) -> Verdict:
    """The stewards of the network say yes."""
    return is_steward(who, tie.network)


def can_untie(who: Any, tie: NetworkTie) -> Verdict:
    """The stewards of either side may end it."""
    viewer = _viewer(who)
    return YES if is_steward(viewer, tie.group) else is_steward(viewer, tie.network)


def can_enter_group(who: Any, group: Group) -> Verdict:
    """A steward of the place may read for a time in a group that they are not in; its members are told."""
    viewer = _viewer(who)
    if not viewer.holds(STEWARDS_OF_PLACE) or group.closed_at is not None:
        return no(_("This group does not exist, or is not for you to see."))
    if viewer.holds(group.key):
        return no(_("You can read here already."))
    return YES


def can_end_visit(who: Any, visit: Visit) -> Verdict:
    """A visit is ended by whoever visits; the clock does the rest."""
    if _viewer(who).person_id != visit.person_id:
        return no(_("Only the person who visits can end the visit before its time."))
    return YES


def is_inside(viewer: Viewer, group: Group) -> bool:
    """Is the viewer a member: who holds the key and does not only visit."""
    return viewer.holds(group.key) and not visits(viewer, group)
