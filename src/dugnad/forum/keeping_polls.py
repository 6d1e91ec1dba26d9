"""What the forum knows of how a person voted: handed out to them, and gone with them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dugnad.forum.actions.polling import close_polls_in_time, count_votes, forget_votes
from dugnad.forum.models import Poll, PollVote
from dugnad.kernel import registry
from dugnad.kernel.audience import viewer_of
from dugnad.people.models import Person

registry.daily_jobs.register("polls past their time")(close_polls_in_time)
registry.daily_jobs.register("old votes")(forget_votes)


@registry.exporters.register
def export_votes(person: Person) -> tuple[str, list[dict[str, Any]], dict[str, str], Any]:
    """The person's own votes, as long as they are kept; of polls that they may not see any more only that they voted."""
    votes = PollVote.objects.filter(person=person).select_related("poll__post", "option").order_by("pk")
    seen = set(viewer_of(person).audiences())
    rows = []
    for vote in votes:
        may_read = vote.poll.post.audience_id in seen
        rows.append(
            {
                "address": vote.poll.post.url,
                "question": vote.poll.question if may_read else "…",
                "option": vote.option.text if may_read else "…",
                "dots": vote.dots,
                "voted_at": vote.created_at.isoformat(),
            }
        )
    return "votes", rows, {}, _("How you voted in polls. Nobody else has seen this.")


@registry.erasers.register
def erase_votes(person: Person, leave_posts: bool) -> None:
    """Open polls are counted without the person; of closed ones the result stays, and nothing says that they voted."""
    votes = PollVote.objects.filter(person=person)
    polls = list(votes.values_list("poll_id", flat=True).distinct())
    still_open = list(Poll.objects.select_for_update().filter(pk__in=polls, closed_at=None).order_by("pk"))
    votes.delete()
    count_votes([poll.pk for poll in still_open])
