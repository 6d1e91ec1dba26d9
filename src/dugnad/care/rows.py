"""Lines of the log, reports and appeals, printed as strings."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dugnad.care.kinds import DeedKind, kind_named
from dugnad.care.models import Appeal, Report, StewardDeed
from dugnad.care.pauses import until_words
from dugnad.care.rooms import Room
from dugnad.care.tellings import url_of
from dugnad.kernel.audience import Viewer
from dugnad.kernel.clock import when
from dugnad.kernel.templatetags.house import icon_svg
from dugnad.people.models import Person


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log as one reader reads it."""

    sentence: SafeString
    icon: SafeString
    facts: SafeString
    reason: str
    after: SafeString
    url: str


def sentence_of(deed: StewardDeed, viewer: Viewer) -> SafeString:
    """What was done, in one sentence. The person is named to the stewards of the room and to themselves."""
    kind = kind_named(deed.kind)
    words = kind.line if _may_name(deed, kind, viewer) or not kind.line_for_others else kind.line_for_others
    return format_html(
        conditional_escape(words),
        by=_name(deed.by, _("A former steward")),
        person=_name(deed.person, _("a former member")),
        until=until_words(deed),
    )


def _may_name(deed: StewardDeed, kind: DeedKind, viewer: Viewer) -> bool:
    return kind.public or deed.person_id == viewer.person_id or Room(deed.group).is_kept_by(viewer)


def _name(person: Person | None, nobody: str) -> str:
    return person.name if person and not person.erased_at else nobody


def line_of(deed: StewardDeed, viewer: Viewer) -> Line:
    """One line of the log, ready to print."""
    facts: list[str] = [when(deed.created_at, viewer.language)]
    if deed.agreement:
        facts.append(escape(_("about: {rule}").format(rule=deed.agreement)))
    return Line(
        sentence=sentence_of(deed, viewer),
        icon=icon_svg(kind_named(deed.kind).icon),
        facts=mark_safe(" · ".join(facts)),  # noqa: S308 - every part is escaped
        reason=deed.reason,
        after=what_came_after(deed, viewer),
        url=url_of(deed),
    )


def what_came_after(deed: StewardDeed, viewer: Viewer) -> SafeString:
    """The appeal and its outcome, and whether it was taken back, one line each."""
    lines = [*_appeal_lines(getattr(deed, "appeal", None), viewer), *_undone_lines(deed, viewer)]
    return format_html_join("", '<p class="meta">{}</p>', ((line,) for line in lines))


def _appeal_lines(appeal: Appeal | None, viewer: Viewer) -> list[SafeString | str]:
    if appeal is None:
        return []
    asked = _("The person asked for another look.")
    if appeal.answered_at is None:
        return [format_html("{} {}", asked, _("Nobody has answered yet."))]
    told = _("It stands, said {name}:") if appeal.upheld else _("It was taken back by {name}:")
    name = _name(appeal.answered_by, _("a former steward"))
    return [
        format_html("{} {} <q>{}</q> {}", asked, format_html(conditional_escape(told), name=name), appeal.answer,
                    when(appeal.answered_at, viewer.language))
    ]  # fmt: skip


def _undone_lines(deed: StewardDeed, viewer: Viewer) -> list[SafeString | str]:
    appeal = getattr(deed, "appeal", None)
    if deed.undone_at is None or (appeal is not None and appeal.upheld is False):
        return []
    words = format_html(
        conditional_escape(_("Taken back by {name}:")), name=_name(deed.undone_by, _("a former steward"))
    )
    return [format_html("{} <q>{}</q> {}", words, deed.undone_why, when(deed.undone_at, viewer.language))]


def log_row(deed: StewardDeed, viewer: Viewer) -> SafeString:
    """The `<li class="row">` of one line."""
    line = line_of(deed, viewer)
    reason = format_html('<p class="says"><q>{}</q></p>', line.reason) if line.reason else ""
    undone = format_html(' <span class="slip moss">{}</span>', _("taken back")) if deed.undone_at else ""
    return format_html(
        '<li class="row" id="deed-{}">{}<div><h3><a href="{}">{}</a></h3><p class="meta">{}{}</p>{}{}</div></li>',
        deed.pk, line.icon, line.url, line.sentence, line.facts, undone, reason, line.after,
    )  # fmt: skip


def report_lines(reports: list[Report]) -> SafeString:
    """What those who reported a post say of it, without who they are."""
    return format_html_join("", "<li>{}{}</li>", ((_rule(one), _note(one)) for one in reports))


def _rule(report: Report) -> SafeString | str:
    return format_html("<b>{}</b>", report.agreement or _("Something else"))


def _note(report: Report) -> SafeString | str:
    return format_html("<br><q>{}</q>", report.note) if report.note else ""
