"""Waves on the desk of the stewards, printed as strings."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.care.rooms import Room
from dugnad.care.waves.detection import LINKS, TEXT
from dugnad.care.waves.queries import Seen, waves_open, waves_settled
from dugnad.kernel.audience import Viewer
from dugnad.kernel.clock import when
from dugnad.kernel.templatetags.house import icon_svg


def desk_section(room: Room, viewer: Viewer) -> SafeString | None:
    """What waits, with one click for each answer, and what was cleared lately. None when there is neither.

    The buttons belong to the form `desk` of the page, which carries the token.
    """
    waiting, settled = waves_open(room, viewer), waves_settled(room, viewer)
    if not waiting and not settled:
        return None
    cleared = format_html_join("", "{}", ((_settled(seen, viewer),) for seen in settled))
    return format_html(
        '<section class="flow" aria-labelledby="waves"><h2 class="ruled" id="waves">{}</h2>{}{}</section>',
        _("Perhaps spam"),
        format_html_join("", "{}", ((_waiting(seen, viewer),) for seen in waiting)),
        format_html('<ul class="rows">{}</ul>', cleared) if settled else "",
    )


def _waiting(seen: Seen, viewer: Viewer) -> SafeString:
    return format_html(
        '<article class="sheet flow"><h3><a href="{}">{}</a></h3><p class="meta">{}</p><p class="line">'
        '<button class="btn danger" form="desk" formaction="{}">{}</button>'
        '<button class="btn" form="desk" formaction="{}">{}</button></p></article>',
        url_of(seen), numbers(seen), facts(seen, viewer),
        reverse("clear_wave", args=[seen.wave.pk]), _("Clear all of it"),
        reverse("allow_wave", args=[seen.wave.pk]), _("These are fine"),
    )  # fmt: skip


def _settled(seen: Seen, viewer: Viewer) -> SafeString:
    words = _("Cleared: {numbers}").format(numbers=numbers(seen))
    return format_html(
        '<li class="row">{}<div><h3><a href="{}">{}</a></h3><p class="meta">{}</p></div></li>',
        icon_svg("i-check"), url_of(seen), words, facts(seen, viewer),
    )  # fmt: skip


def url_of(seen: Seen) -> str:
    """The page of the wave."""
    return reverse("wave", args=[seen.wave.pk])


def numbers(seen: Seen) -> str:
    """How many posts by how many new accounts."""
    posts = ngettext("{n} post", "{n} posts", seen.posts).format(n=seen.posts)
    persons = ngettext("{n} new account", "{n} new accounts", seen.persons).format(n=seen.persons)
    return _("{posts} by {accounts}").format(posts=posts, accounts=persons)


def facts(seen: Seen, viewer: Viewer) -> SafeString:
    """When its last post came, and what gave it away."""
    return format_html(
        "{}{}", format_html("{} · ", when(seen.last, viewer.language)) if seen.last else "", sign_words(seen)
    )


def sign_words(seen: Seen) -> str:
    """What gave it away, as one sentence."""
    if seen.wave.sign == TEXT:
        return _("Nearly the same text.")
    if seen.wave.sign == LINKS:
        return _("Links to one and the same website.")
    return _("Many links and few words.")
