"""A poll as it stands under its post. It is printed anew for each reader: what they gave is in it, and whether it is closed
hangs on the minute. Its controls belong to the form of the page that carries the small deeds.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from dugnad.forum.models import Poll, PollOption
from dugnad.forum.polling_policies import can_cast_vote, can_close_poll, can_edit_poll
from dugnad.forum.polls import Standing, standings
from dugnad.forum.queries.polls import PollSeen, polls_under
from dugnad.forum.queries.threads import ThreadPage
from dugnad.kernel import formats
from dugnad.kernel.audience import Viewer
from dugnad.kernel.clock import place_zone
from dugnad.kernel.pagecache import KEEP
from dugnad.kernel.templatetags.house import icon_svg

WAYS = {
    Poll.Way.SINGLE: lambda poll: _("One option each"),
    Poll.Way.SEVERAL: lambda poll: _("Several options each"),
    Poll.Way.DOT: lambda poll: ngettext("{count} dot each", "{count} dots each to spread", poll.dots).format(
        count=poll.dots
    ),
}


def put_polls(page: ThreadPage, viewer: Viewer) -> None:
    """Put the polls of a window under their posts, as far as the viewer may see these. No statement where the thread has none."""
    if not page.thread.poll_count:
        return
    posts = {printed.number: printed for printed in page.posts}
    now = timezone.now()
    for seen in polls_under(page.thread, posts.keys(), viewer):
        poll = seen.poll
        poll.post.thread = page.thread
        posts[poll.post.number].piece += _section(seen, viewer)
        if poll.closes_at and now < poll.closes_at <= now + timedelta(seconds=KEEP + 1):
            page.keep = False


def counts_shown(poll: Poll) -> bool:
    """May anybody see how it stands now?"""
    return not poll.hidden_until_closed or poll.is_closed(timezone.now())


def _section(seen: PollSeen, viewer: Viewer) -> SafeString:
    poll = seen.poll
    lang = f' lang="{poll.post.language}"' if poll.post.language != viewer.language else ""
    votes = bool(can_cast_vote(viewer, poll))
    rows = "".join(_rows(seen, lang, votes=votes))
    options = f'<ul class="options">{rows}</ul>'
    if votes:
        options = f'<fieldset aria-labelledby="poll-{poll.pk}">{options}</fieldset>'
    return mark_safe(  # noqa: S308 - every part is escaped
        f'<section class="poll" data-poll="{poll.pk}" aria-labelledby="poll-{poll.pk}">'
        f'<h3 id="poll-{poll.pk}"{lang}>{icon_svg("i-poll")}{escape(poll.question)}</h3>{_facts(poll, viewer.language)}'
        f"{options}{_foot(seen, viewer, votes=votes)}</section>"
    )


def _facts(poll: Poll, language: str) -> str:
    facts = [WAYS[Poll.Way(poll.way)](poll)]
    if poll.is_closed(timezone.now()):
        facts.append(_("closed"))
    elif poll.closes_at:
        until = formats.date_and_time(poll.closes_at, language, tz=place_zone())
        facts.append(_("open until {moment}").format(moment=until))
    if not counts_shown(poll):
        facts.append(_("nobody sees the result before it is closed"))
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    return f'<p class="meta dots">{said}<span data-voters>{escape(voters_words(poll))}</span></p>'


def voters_words(poll: Poll) -> str:
    """How many persons have voted, in words."""
    if not poll.voter_count:
        return _("nobody has voted yet")
    return ngettext("{count} person has voted", "{count} people have voted", poll.voter_count).format(
        count=poll.voter_count
    )


def _rows(seen: PollSeen, lang: str, *, votes: bool) -> list[str]:
    poll, shown, closed = seen.poll, counts_shown(seen.poll), seen.poll.is_closed(timezone.now())
    stands = standings([option.votes for option in seen.options], poll.voter_count, poll.way)
    rows = []
    for option, standing in zip(seen.options, stands, strict=True):
        words = f"<span{lang}>{escape(option.text)}</span>"
        named = _control(poll, option, seen.own.get(option.pk, 0), words) if votes else f'<p class="tick">{words}</p>'
        leads = closed and standing.leads
        rows.append(
            f"<li{' class=leads' if leads else ''}>{named}{_result(poll, option, standing, leads) if shown else ''}</li>"
        )
    return rows


def _control(poll: Poll, option: PollOption, given: int, words: str) -> str:
    """A radio, a tick, or how many dots. A list of numbers cannot be filled in wrongly, so it never stops the page's form."""
    if poll.way == Poll.Way.DOT:
        numbers = "".join(
            f'<option value="{n}"{" selected" if n == given else ""}>{n}</option>' for n in range(poll.dots + 1)
        )
        select = f'<select form="deeds" name="poll-{poll.pk}-{option.pk}">{numbers}</select>'
        return f'<label class="tick">{select}{words}</label>'
    kind = "radio" if poll.way == Poll.Way.SINGLE else "checkbox"
    chosen = " checked" if given else ""
    box = f'<input type="{kind}" form="deeds" name="poll-{poll.pk}" value="{option.pk}"{chosen}>'
    return f'<label class="tick">{box}{words}</label>'


def _result(poll: Poll, option: PollOption, standing: Standing, leads: bool) -> str:
    """The bar is for the eye; the words beside it say the same."""
    most = f'<span class="slip moss">{icon_svg("i-check")}{escape(_("Most votes"))}</span>' if leads else ""
    return (
        f'<p class="result" data-option="{option.pk}">{most}<span class="num">{escape(result_words(poll, standing))}</span></p>'
        f'<svg class="bar" aria-hidden="true"><rect width="{standing.share}%" height="100%"/></svg>'
    )


def result_words(poll: Poll, standing: Standing) -> str:
    """How an option stands, in words."""
    words = (
        ngettext("{count} dot", "{count} dots", standing.votes)
        if poll.way == Poll.Way.DOT
        else ngettext("{count} vote", "{count} votes", standing.votes)
    )
    return f"{words.format(count=standing.votes)} · {formats.percent(standing.share)}"


def _foot(seen: PollSeen, viewer: Viewer, *, votes: bool) -> str:
    poll, tools = seen.poll, []
    address = f"{poll.post.url}/poll"
    if votes:
        words = _("Change my vote") if seen.own else _("Vote")
        tools.append(_button(f"{address}/vote", words, "btn small"))
        if seen.own:
            tools.append(_button(f"{address}/withdraw", _("Take my vote back"), "tool"))
    if viewer.is_member and can_close_poll(viewer, poll):
        tools.append(format_html('<a class="tool" href="{}/close">{}</a>', address, _("Close the poll")))
    if viewer.is_member and can_edit_poll(viewer, poll):
        tools.append(format_html('<a class="tool" href="{}/edit">{}</a>', address, _("Change the poll")))
    note = _("You have voted. Nobody else sees what.") if seen.own else ""
    return (
        f'<p class="line">{"".join(tools)}{format_html(" <span class=meta>{}</span>", note) if note else ""}</p>'
        if tools
        else ""
    )


def _button(address: str, words: str, style: str) -> SafeString:
    return format_html('<button class="{}" form="deeds" formaction="{}">{}</button>', style, address, words)


def counts_in_words(event: dict[str, Any], language: str) -> dict[str, Any] | None:
    """What is added to the announcement of a vote: how the poll stands, for every open page. Nothing of a poll whose counts
    nobody may see.
    """
    poll = Poll.objects.filter(pk=event["poll"], post__deleted_at=None, post__hidden_at=None).first()
    if poll is None or not counts_shown(poll):
        return None
    options = list(poll.options.order_by("position"))
    stands = standings([option.votes for option in options], poll.voter_count, poll.way)
    with override(language):
        lines = {
            option.pk: [result_words(poll, standing), standing.share]
            for option, standing in zip(options, stands, strict=True)
        }
        return {"voters": voters_words(poll), "lines": lines}
