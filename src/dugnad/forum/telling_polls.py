"""Who is told that a poll is closed: those who voted in it, and who asked."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Poll, PollVote
from dugnad.kernel.happenings import Happening, on
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, register
from dugnad.people.models import Person

register(
    NoticeKind(
        "poll_closed",
        "watched",
        _("The poll “{title}” is closed. Read the result."),
        _("Result: {title}"),
        _("The poll “{title}” is closed. This is the result:"),
        _("Read it in its thread: {link}"),
        _("You get this because you voted in the poll, or asked it."),
    )
)


@on("poll_closed")
def tell_of_result(happening: Happening, poll: Poll, by: Any) -> None:
    """Each once. Whoever closed it knows."""
    told = set(PollVote.objects.filter(poll=poll).values_list("person_id", flat=True))
    if poll.post.author_id:
        told.add(poll.post.author_id)
    tell(
        told,
        "poll_closed",
        thing=poll,
        within=poll.post.thread,
        url=poll.post.url,
        title=poll.question,
        audience=poll.post.audience,
        actor=by if isinstance(by, Person) else None,
        quote=_result(poll),
    )


def _result(poll: Poll) -> str:
    options = poll.options.order_by("-votes", "position")
    return "\n\n".join(f"{option.text}: {option.votes}" for option in options)
