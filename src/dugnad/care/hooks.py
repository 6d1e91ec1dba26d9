"""What the hall `care` adds to the hooks of the kernel, of the forum and of groups."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dugnad.care import asking, following, keeping, pauses, queries, tellings
from dugnad.care.desk import desk_counts
from dugnad.care.models import StewardDeed
from dugnad.care.rooms import PLACE, Room
from dugnad.forum.models import Thread
from dugnad.forum.policies import keeps
from dugnad.forum.ways import PostWay, Whom, add_post_way, hidden_words, thread_notes, thread_ways
from dugnad.groups.models import Group
from dugnad.groups.sections import Row, Section, group_sections
from dugnad.kernel import registry
from dugnad.kernel.audience import Viewer
from dugnad.kernel.context import Way
from dugnad.kernel.templatetags.house import icon_svg

__all__ = ["asking", "following", "keeping", "pauses", "tellings"]

add_post_way(PostWay("/care/post/{pk}/report", gettext_lazy("Report"), Whom.OTHERS, "i-hand"))
add_post_way(PostWay("/care/post/{pk}", gettext_lazy("Act as a steward"), Whom.KEEPERS, "i-people"))


@thread_ways.register
def way_of_stewards(thread: Thread, viewer: Viewer) -> Iterable[tuple[str, str]]:
    """From a thread to what its stewards can do about it."""
    return [(reverse("care_thread", args=[thread.pk]), _("Act as a steward"))] if keeps(viewer, thread.category) else []


@hidden_words.register
def why_hidden(posts: list[int]) -> dict[int, tuple[str, str]]:
    """The reason that stands in the log, and the page of that line. Of a wave of spam the line of the wave."""
    kinds = (StewardDeed.Kind.HIDE, StewardDeed.Kind.HIDE_THREAD)
    deeds = StewardDeed.objects.filter(post__in=posts, kind__in=kinds, undone_at=None).order_by("pk")
    return {deed.post_id: (deed.reason, tellings.url_of(deed)) for deed in deeds if deed.post_id}


@thread_notes.register
def note_of_hidden_thread(thread: Thread, viewer: Viewer) -> SafeString:
    """Above the posts of a hidden thread, for its stewards and who started it."""
    by_hand = Q(thread=thread, kind=StewardDeed.Kind.HIDE_THREAD)
    in_wave = Q(wave__wave_posts__post__thread=thread, person=thread.author_id, kind=StewardDeed.Kind.PAUSE)
    deed = StewardDeed.objects.filter(by_hand | in_wave, undone_at=None).order_by("-pk").first()
    words = _("A steward hid this thread. Only the stewards here and who started it find it.")
    why = format_html(" <q>{}</q>", deed.reason) if deed and deed.reason else ""
    link = _("More, and how to ask for another look")
    more = format_html(' <a href="{}">{}</a>', tellings.url_of(deed), link) if deed else ""
    return format_html('<p class="strip red"><span>{}{}{}</span></p>', conditional_escape(words), why, more)


@group_sections.register
def care_on_group_page(group: Group, viewer: Viewer) -> Section | None:
    """The log for the group's members; for its stewards also what waits."""
    if not viewer.holds(group.key):
        return None
    room = Room(group)
    rows = [Row(room.log_url, _("What the stewards did, and why"), icon_svg("i-list"))]
    if room.is_kept_by(viewer):
        waiting = waiting_in(room, viewer)
        tally = ngettext("{count} waits", "{count} wait", waiting).format(count=waiting) if waiting else ""
        rows.insert(
            0, Row(room.url, _("What needs you as a steward"), icon_svg("i-hand"), tally=tally, new=waiting > 0)
        )
    return Section(heading=_("Care for each other"), rows=rows)


def waiting_in(room: Room, viewer: Viewer) -> int:
    """How many things wait for the stewards of a room, those of other parts among them."""
    others: list[int] = [count(room, viewer) for count in desk_counts]
    return queries.open_count(room, viewer) + sum(others)


@registry.own_pages.register
def own_pages(viewer: Viewer) -> Iterable[Way]:
    """What stewards did about oneself, the log of the place, and for its stewards what waits."""
    ways = [
        Way(_("What stewards did about you"), "/me/care", "i-hand", 45),
        Way(_("What the stewards of the place did, and why"), "/care/log", "i-list", 46),
    ]
    if PLACE.is_kept_by(viewer):
        ways.append(Way(_("What needs you as a steward of the place"), "/care", "i-hand", 5))
    return ways
