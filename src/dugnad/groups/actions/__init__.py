"""Every deed on groups."""

from dugnad.groups.actions.erasing import erase_memberships, forget_old_removals
from dugnad.groups.actions.founding import close_group, create_group, edit_group, hide_group, list_group
from dugnad.groups.actions.inviting import (
    answer_group_invitation,
    invite_person,
    invite_to_group,
    let_in_by_link,
    withdraw_group_invitation,
)
from dugnad.groups.actions.joining import (
    answer_join_request,
    ask_to_join,
    join_group,
    leave_group,
    remove_member,
    withdraw_join_request,
)
from dugnad.groups.actions.networks import accept_tie, tie_to_network, untie
from dugnad.groups.actions.stewarding import end_stewardship, make_steward

__all__ = [
    "accept_tie",
    "answer_group_invitation",
    "answer_join_request",
    "ask_to_join",
    "close_group",
    "create_group",
    "edit_group",
    "end_stewardship",
    "erase_memberships",
    "forget_old_removals",
    "hide_group",
    "invite_person",
    "invite_to_group",
    "join_group",
    "leave_group",
    "let_in_by_link",
    "list_group",
    "make_steward",
    "remove_member",
    "tie_to_network",
    "untie",
    "withdraw_group_invitation",
    "withdraw_join_request",
]
