"""Every deed of people: coming in, inviting, signing out, stewarding the place."""

from dugnad.people.actions.coming_in import answer_request, ask_to_come_in, sign_up_person
from dugnad.people.actions.inviting import invite, owner_link, use_invitation, withdraw_invitation
from dugnad.people.actions.keys import (
    change_email,
    help_back_in,
    remove_password,
    set_password,
    sign_out_everywhere,
    use_way_back,
)
from dugnad.people.actions.stewarding import end_place_stewardship, give_place_stewardship, make_place_steward

__all__ = [
    "answer_request",
    "ask_to_come_in",
    "change_email",
    "end_place_stewardship",
    "give_place_stewardship",
    "help_back_in",
    "invite",
    "make_place_steward",
    "owner_link",
    "remove_password",
    "set_password",
    "sign_out_everywhere",
    "sign_up_person",
    "use_invitation",
    "use_way_back",
    "withdraw_invitation",
]
