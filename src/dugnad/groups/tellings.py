"""What people are told about groups: the kinds of notices of this hall."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dugnad.notices.kinds import NoticeKind, register

JOIN_REQUESTED = register(
    NoticeKind(
        "join_requested",
        "group",
        _("{name} asks to join {title}."),
        _("{name} asks to join {title}"),
        _("{name} asks to join {title} and wrote:"),
        _("Read and answer: {link}"),
        _("You get this because you are a steward of the group."),
    )
)
JOIN_ACCEPTED = register(
    NoticeKind(
        "join_accepted",
        "group",
        _("You are now a member of {title}."),
        _("You are now a member of {title}"),
        _("You are now a member of {title}. Its stewards wrote:"),
        _("Go to the group: {link}"),
        _("You get this because you asked to join the group."),
    )
)
JOIN_DECLINED = register(
    NoticeKind(
        "join_declined",
        "group",
        _("The stewards of {title} said no to your request to join."),
        _("Your request to join {title}"),
        _("The stewards of {title} said no to your request to join. They wrote:"),
        _("Find other groups: {link}"),
        _("You get this because you asked to join the group."),
    )
)
REMOVED = register(
    NoticeKind(
        "removed_from_group",
        "group",
        _("The stewards of {title} removed you from the group."),
        _("You are no longer a member of {title}"),
        _("The stewards of {title} removed you from the group. The reason they gave:"),
        _("Your groups: {link}"),
        _("You get this because you were a member of the group."),
    )
)
MADE_STEWARD = register(
    NoticeKind(
        "made_steward",
        "group",
        _("{name} made you a steward of {title}."),
        _("You are now a steward of {title}"),
        mail_do=_("Go to the group: {link}"),
        mail_why=_("You get this because you are a member of the group."),
    )
)
STEWARDSHIP_ENDED = register(
    NoticeKind(
        "stewardship_ended",
        "group",
        _("You are no longer a steward of {title}. You are still a member."),
        _("You are no longer a steward of {title}"),
        mail_do=_("Go to the group: {link}"),
        mail_why=_("You get this because you are a member of the group."),
    )
)
INVITED = register(
    NoticeKind(
        "invited_to_group",
        "group",
        _("{name} invites you to {title}."),
        _("{name} invites you to {title}"),
        _("{name} invites you to {title} and wrote:"),
        _("Read and answer: {link}"),
        _("You get this because somebody in the group invited you."),
    )
)
CLOSED = register(
    NoticeKind(
        "group_closed",
        "group",
        _("{title} has closed. What was written only for its members can no longer be read."),
        _("{title} has closed"),
        mail_do=_("Your groups: {link}"),
        mail_why=_("You get this because you were a member of the group."),
    )
)
TIE_REQUESTED = register(
    NoticeKind(
        "tie_requested",
        "group",
        _("{title} asks to belong to a network that you look after."),
        _("{title} asks to belong to your network"),
        mail_do=_("Read and answer: {link}"),
        mail_why=_("You get this because you are a steward of the network."),
    )
)
TIE_ACCEPTED = register(
    NoticeKind(
        "tie_accepted",
        "group",
        _("A group that you look after now belongs to {title}."),
        _("Your group now belongs to {title}"),
        mail_do=_("Go to the network: {link}"),
        mail_why=_("You get this because you are a steward of the group."),
    )
)
