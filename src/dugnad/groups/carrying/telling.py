"""What people are told about a group that moves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dugnad.notices.kinds import NoticeKind, register

ASKED = register(
    NoticeKind(
        "departure_begun",
        "group",
        _("{title} wants to move to another place. May your name go along?"),
        _("{title} wants to move: may your name go along?"),
        _(
            "{name} is getting {title} ready to move to another place. Without your yes, what you wrote goes along "
            "without your name."
        ),
        _("Say yes or no: {link}"),
        _("You get this because you are a member of the group."),
    )
)
PACKED = register(
    NoticeKind(
        "departure_finished",
        "group",
        _("The file with {title} is ready."),
        _("The file with {title} is ready"),
        _("The file with {title} is ready."),
        _("Download it: {link}"),
        _("You get this because you are a steward of the group."),
    )
)
UNPACKED = register(
    NoticeKind(
        "group_unpacked",
        "group",
        _("{title} has arrived, with everything that was in the file."),
        _("{title} has arrived"),
        _("{title} has arrived, with everything that was in the file."),
        _("Go to the group: {link}"),
        _("You get this because you brought the group here."),
    )
)
