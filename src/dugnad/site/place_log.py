"""What the stewards changed about the place, as lines that every member can read: who, when, what it was and what it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.clock import when
from dugnad.kernel.happenings import Happening
from dugnad.kernel.languages import OWN_NAMES
from dugnad.kernel.look import BANNERS, INKS, MARKS, THEMES
from dugnad.kernel.place import Place
from dugnad.kernel.retention import spans
from dugnad.kernel.templatetags.house import icon_svg
from dugnad.people.models import Person
from dugnad.site.place_parts import PARTS

PAGE = 30
SHORT = 120
VERBS = (
    "place_named", "look_chosen", "place_languages_chosen", "responsible_named", "agreements_written",
    "privacy_notice_written", "sign_up_chosen", "retention_chosen", "mail_server_chosen", "backups_chosen",
    "place_texts_written",
)  # fmt: skip
LABELS = {
    "name": gettext_lazy("Name"),
    "tagline": gettext_lazy("What it is, in one line"),
    "languages": gettext_lazy("Languages"),
    "time_zone": gettext_lazy("Time zone"),
    "sign_up": gettext_lazy("Coming in"),
    "responsible": gettext_lazy("Responsible"),
    "contact": gettext_lazy("Email address to write to"),
    "agreements": gettext_lazy("Ground rules"),
    "privacy": gettext_lazy("Privacy notice"),
    "ink": gettext_lazy("Ink"),
    "banner": gettext_lazy("Banner of the welcome page"),
    "mark": gettext_lazy("Mark beside the name"),
    "theme": gettext_lazy("Light or dark"),
    "mail name": gettext_lazy("Name of the sender"),
    "mail address": gettext_lazy("Address of the sender"),
    "mail reply_to": gettext_lazy("Where answers go"),
    "mail server": gettext_lazy("Mail server"),
    "mail_password": gettext_lazy("Password on the mail server"),
    "backups_kept": gettext_lazy("Daily backups that are kept"),
}
CHOICES: dict[str, dict[str, Any]] = {
    "ink": INKS,
    "banner": BANNERS,
    "mark": MARKS,
    "theme": THEMES,
    "sign_up": dict(Place.SignUp.choices),
}


def changes_of_place(viewer: Viewer, before: int | None = None) -> tuple[list[SafeString], int]:
    """The newest changes before the happening `before`, printed, and the id to go on from; 0 at the end."""
    rows = visible_to(Happening.objects.filter(thing="place:1", verb__in=VERBS), viewer).order_by("-pk")
    page = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    names = _persons(page)
    shown = page[:PAGE]
    return [_row(happening, names, viewer) for happening in shown], shown[-1].pk if len(page) > PAGE else 0


def _persons(page: Iterable[Happening]) -> dict[str, Person]:
    ids = {happening.actor.partition(":")[2] for happening in page if happening.actor.startswith("person:")}
    return {person.key: person for person in Person.objects.living().filter(pk__in=ids)}


def _row(happening: Happening, persons: dict[str, Person], viewer: Viewer) -> SafeString:
    part = PARTS.get(happening.payload.get("part", ""))
    person = persons.get(happening.actor)
    who = format_html('<a href="{}">{}</a>', person.url, person.name) if person else _("a steward")
    note = format_html('<p class="says">{}</p>', happening.payload["note"]) if happening.payload.get("note") else ""
    return format_html(
        '<li class="row">{}<div><h3>{}</h3>{}{}<p class="meta">{} · {}</p></div></li>',
        icon_svg(part.icon if part else "i-pen"),
        part.title if part else _("The place"),
        note,
        format_html_join("", '<p class="meta">{}</p>', ((_change(*one),) for one in _told(happening))),
        who,
        when(happening.at, viewer.language),
    )


def _told(happening: Happening) -> list[list[Any]]:
    changed = happening.payload.get("changed", [])
    return [one for one in changed if isinstance(one, list) and len(one) == 3]


def _change(column: str, old: Any, new: Any) -> SafeString:
    label = _label(column)
    if old is None and new is None:
        return format_html("{}", _("{what}: changed").format(what=label))
    return format_html(
        _("{what}: {before} → {after}"), what=label, before=_value(column, old), after=_value(column, new)
    )


def _label(column: str) -> str:
    kind, _space, rest = column.partition(" ")
    if column in LABELS:
        return str(LABELS[column])
    if kind == "retention":
        return next((str(span.words) for span in spans() if span.name == rest), rest)
    if kind in LABELS and rest in OWN_NAMES:
        return _("{label} ({language})").format(label=LABELS[kind], language=OWN_NAMES[rest])
    return column


def _value(column: str, value: Any) -> SafeString | str:
    if value in (None, "", []) and column not in CHOICES:
        return pgettext("a setting", "as usual") if column.startswith("retention") else pgettext("a setting", "nothing")
    if column in CHOICES:
        return str(CHOICES[column].get(value, value))
    if column == "languages":
        return ", ".join(OWN_NAMES.get(code, code) for code in value)
    words = str(value)
    return format_html("<b>{}</b>", words if len(words) <= SHORT else f"{words[:SHORT]}…")
