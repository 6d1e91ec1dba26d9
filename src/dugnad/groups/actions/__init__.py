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
from dugnad.groups.actions.stewarding import (
    end_stewardship,
    end_stewardships_in_time,
    make_steward,
    tell_of_ending_stewardships,
)
from dugnad.groups.actions.visiting import end_visit, end_visits_in_time, enter_group, forget_old_visits

__all__ = [
    "accept_tie",
    "answer_group_invitation",
    "answer_join_request",
    "ask_to_join",
    "close_group",
    "create_group",
    "edit_group",
    "end_stewardship",
    "end_stewardships_in_time",
    "end_visit",
    "end_visits_in_time",
    "enter_group",
    "erase_memberships",
    "forget_old_removals",
    "forget_old_visits",
    "hide_group",
    "invite_person",
    "invite_to_group",
    "join_group",
    "leave_group",
    "let_in_by_link",
    "list_group",
    "make_steward",
    "remove_member",
    "tell_of_ending_stewardships",
    "tie_to_network",
    "untie",
    "withdraw_group_invitation",
    "withdraw_join_request",
]
