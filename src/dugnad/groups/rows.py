"""Groups and people of groups as rows of a list, printed as strings."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.groups.models import Group, Membership
from dugnad.groups.queries import MyGroup
from dugnad.kernel.audience import Viewer
from dugnad.kernel.languages import name_in
from dugnad.kernel.templatetags.house import icon_svg, seat_html
from dugnad.people.terms import last_day

ICONS = {Group.Kind.LOCAL: "i-people", Group.Kind.ORGANISATION: "i-home", Group.Kind.NETWORK: "i-link"}
FIELDS = {Group.Kind.LOCAL: "", Group.Kind.ORGANISATION: "fjord", Group.Kind.NETWORK: "ink"}


def group_row(group: Group, viewer: Viewer, note: str = "") -> SafeString:
    """One `<li class="row">`: drawing, name, a line of facts, how many people. `note` is said before the facts."""
    facts = [*([note] if note else []), *facts_of(group, viewer.language)]
    return format_html(
        '<li class="row">{}<div><h3{}><a href="{}">{}</a></h3><p class="meta"><span class="kind">{}</span>{}</p></div>'
        '<p class="tally">{}</p></li>',
        icon_svg(ICONS[Group.Kind(group.kind)]),
        lang_of(group, viewer),
        group.url,
        group.name,
        kind_of(group),
        format_html_join("", " · {}", ((fact,) for fact in facts)),
        people(group.member_count),
    )


def hit(group: Group, snippet: SafeString, viewer: Viewer) -> SafeString:
    """A group among the hits of a search."""
    return format_html(
        '<li class="row">{}<div><h3><a href="{}">{}</a></h3><p class="meta"><span class="kind">{}</span>{}</p>'
        '<p class="says">{}</p></div></li>',
        icon_svg(ICONS[Group.Kind(group.kind)]),
        group.url,
        group.name,
        kind_of(group),
        format_html_join("", " · {}", ((fact,) for fact in facts_of(group, viewer.language))),
        snippet,
    )


def person_row(membership: Membership, viewer: Viewer) -> SafeString:
    """A member's seat and name, for the margin of a page; of a steward for a time also until when."""
    person = membership.person
    until = (
        last_day(membership.steward_until, viewer.language)
        if membership.steward_until and membership.is_steward
        else ""
    )
    return format_html(
        '<li class="who-line">{}<span><a href="{}">{}</a>{}</span></li>',
        seat_of(membership, viewer),
        person.url,
        person.name,
        format_html(' <span class="meta">{}</span>', _("until {day}").format(day=until)) if until else "",
    )


def seat_of(membership: Membership, viewer: Viewer) -> SafeString:
    """A member's seat, red when it is the viewer's own."""
    person = membership.person
    return seat_html(person.pk, person.name, me=person.pk == viewer.person_id)


def facts_of(group: Group, language: str) -> list[str]:
    """Where the group is, in which languages, how one joins."""
    facts = [group.place_name] if group.place_name else []
    if group.languages:
        facts.append(language_names(group.languages, language))
    return [*facts, joining_of(group)]


def kind_of(group: Group) -> str:
    """The kind of the group, as the first word of a line."""
    return {
        Group.Kind.LOCAL: _("Local group"),
        Group.Kind.ORGANISATION: _("Organisation"),
        Group.Kind.NETWORK: _("Network"),
    }[Group.Kind(group.kind)]


def joining_of(group: Group) -> str:
    """How one joins, in a word or two."""
    if group.is_hidden:
        return _("hidden")
    return str(Group.Joining(group.joining).label)


def people(n: int) -> str:
    """How many people, in words."""
    return ngettext("{n} person", "{n} people", n).format(n=n)


def language_names(codes: Iterable[str], language: str) -> str:
    """The languages as a reader of `language` calls them, such as "Swedish, Dutch"."""
    return ", ".join(name_in(code, language) for code in codes)


def lang_of(group: Group, viewer: Viewer) -> SafeString:
    """The `lang` attribute for what a group wrote itself, where it is in one other language than the page."""
    languages = group.languages
    if not languages or viewer.language in languages:
        return mark_safe("")
    return format_html(' lang="{}"', languages[0])


def my_group_row(mine: MyGroup, viewer: Viewer) -> SafeString:
    """One of the viewer's own groups, with what waits there."""
    note = _("you are a steward") if mine.is_steward else ""
    if mine.asking:
        asking = ngettext("{n} person asks to join", "{n} people ask to join", mine.asking).format(n=mine.asking)
        note = format_html('<a class="fresh" href="{}/requests">{}</a>', mine.group.url, asking)
    return group_row(mine.group, viewer, note)
