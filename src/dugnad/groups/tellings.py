"""What people are told about groups: the kinds of notices of this hall."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dugnad.notices.kinds import NoticeKind, Words, register

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
        _("Read it, and ask for another look if you think it was wrong: {link}"),
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

Kinds = tuple[NoticeKind, NoticeKind]


def _term(name: str, own: Words, of_other: Words, own_subject: Words, other_subject: Words) -> Kinds:
    """Two kinds about one term: what its steward is told, and what others are told of it."""
    do = _("Who looks after the group: {link}")
    why_own = _("You get this because you look after the group for a time.")
    why = _("You get this because you are a member of the group.")
    return (
        register(NoticeKind(f"stewardship_{name}", "group", own, own_subject, mail_do=do, mail_why=why_own)),
        register(NoticeKind(f"others_stewardship_{name}", "group", of_other, other_subject, mail_do=do, mail_why=why)),
    )


SOON = _term(
    "soon_over",
    _("Your time as a steward of {title} ends within a week."),
    _("The time of {name} as a steward of {title} ends within a week."),
    _("Your time as a steward of {title} ends soon"),
    _("A stewardship of {title} ends soon"),
)
OVER = _term(
    "over",
    _("Your time as a steward of {title} is over. You are still a member."),
    _("The time of {name} as a steward of {title} is over."),
    _("Your time as a steward of {title} is over"),
    _("A stewardship of {title} is over"),
)
PROLONGED = _term(
    "prolonged",
    _(
        "Your time as a steward of {title} is over, and nobody else looks after the group. You go on for a month. "
        "Make somebody else a steward, then it ends."
    ),
    _(
        "The time of {name} as a steward of {title} is over, and nobody else looks after the group, so it goes on for a "
        "month. Who wants to be a steward?"
    ),
    _("You go on as a steward of {title} for a month"),
    _("{title} looks for a steward"),
)
VISITED = register(
    NoticeKind(
        "group_entered",
        "group",
        _("{name}, steward of the place, entered {title} and reads there for a time."),
        _("A steward of the place reads in {title}"),
        _("{name}, steward of the place, entered {title} and reads there for a time. The reason:"),
        _("How long it lasts: {link}"),
        _("You get this because you are a member of the group."),
    )
)
VISIT_OVER = register(
    NoticeKind(
        "visit_ended",
        "group",
        _("{name}, steward of the place, does not read in {title} any more."),
        _("{title} is among itself again"),
        mail_do=_("Go to the group: {link}"),
        mail_why=_("You get this because you are a member of the group."),
    )
)
