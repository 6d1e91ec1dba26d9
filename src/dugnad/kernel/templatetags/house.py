"""Small drawings and lines of the house, as template tags and as plain functions.

Rows of a list are prepared as strings in `queries.py`: call the functions there (`icon_svg`, `mark_svg`, `seat_html`,
`readers_html`) instead of the tags inside a loop. All of them return safe HTML.

    {% load house %}
    {% icon "i-search" %}                a symbol of the sprite, hidden from screen readers
    {% mark "question" %}                the mark of a kind of thread, in its colour
    {% seat person %} {% seat person size="mini" %}     initials on a wash; red when it is the viewer
    {% readers line %} {% readers line id="readers" %}  who can read this: the door and the sentence
    {% field form.name %}                label, hint, input, error
    {% languages as offered %}           the languages of the place: code, name, current
    {{ moment|when }}                    <time> with words such as "today 14:05", by the place's clock
    {{ day|long_date }}                  "Monday 5 June 2023"
    {{ code|in_language }}               "in Swedish"
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.core.signals import setting_changed
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Textarea
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dugnad.kernel import clock, formats
from dugnad.kernel.audience import MEMBERS, PUBLIC

register = template.Library()

KINDS = frozenset({"talk", "question", "need", "offer", "project", "experience", "announcement"})
WASHES = ("moss", "ochre", "fjord", "red")
DOORS = {"open": "i-door-open", "members": "i-people", "closed": "i-door"}
GROUPED = (RadioSelect, CheckboxSelectMultiple)


@register.simple_tag(name="sprite")
@cache
def sprite_url() -> str:
    """Where the drawings are: one file, fetched once and kept."""
    return static("kernel/img/sprite.svg")


def _forget_sprite(*, setting: str, **kwargs: Any) -> None:
    if setting in {"STORAGES", "STATIC_URL"}:
        sprite_url.cache_clear()
        icon_svg.cache_clear()


setting_changed.connect(_forget_sprite, dispatch_uid="dugnad.kernel.house.sprite")


@register.simple_tag(name="icon")
@cache
def icon_svg(name: str, css: str = "i") -> SafeString:
    """A symbol of the sprite (`i-…`, `m-…`, `logo`, `wood`), silent: the word beside it says what it is."""
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, sprite_url(), name)


@register.simple_tag(name="mark")
def mark_svg(kind: str) -> SafeString:
    """The mark of a kind of thread, in the kind's colour; an unknown kind is drawn as talk."""
    kind = kind if kind in KINDS else "talk"
    return icon_svg(f"m-{kind}", f"m {kind}")


def initials(name: str) -> str:
    """One or two letters for a seat: of the first and of the last word that begins with a letter or digit."""
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    chosen = words[:1] + words[1:][-1:]
    return "".join(_first_letter(word) for word in chosen)


def _first_letter(word: str) -> str:
    """The first character with the accents that belong to it, as a capital of one character."""
    end = 1
    while end < len(word) and unicodedata.category(word[end])[0] == "M":
        end += 1
    capital = word[:end].upper()
    return capital if len(capital) <= end else word[:end]


def seat_html(person_id: int | None, name: str, *, me: bool = False, size: str = "") -> SafeString:
    """A person's seat: initials on a wash chosen by the id, red for the viewer's own, dotted for one who left.

    `size` is "", "mini" or "large". The name stands beside it in words, so the seat is silent.
    """
    wash = "gone" if person_id is None else "me" if me else WASHES[person_id % len(WASHES)]
    letters = initials(name) if person_id is not None else ""
    css = f"seat {wash} {size}".strip()
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, letters)


@register.simple_tag(takes_context=True)
def seat(context: template.Context, person: Any, size: str = "") -> SafeString:
    """The seat of `person` (None or erased: a former member), red when it is the viewer."""
    if person is None or getattr(person, "erased_at", None):
        return seat_html(None, "", size=size)
    mine = getattr(context.get("viewer"), "person_id", None)
    return seat_html(person.pk, person.name, me=person.pk == mine, size=size)


@register.simple_tag(name="readers")
def readers_html(line: Any, id: str = "") -> SafeString:
    """Who can read this: `line` is the answer of `readers_of` (door, sentence). `id` is for aria-describedby."""
    door = icon_svg(DOORS.get(getattr(line, "door", ""), "i-door"))
    sentence = conditional_escape(getattr(line, "sentence", line))
    own_id = format_html(' id="{}"', id) if id else ""
    return format_html('<p class="readers"{}>{}<span>{}</span></p>', own_id, door, sentence)


@register.simple_tag
def door(audience: Any) -> SafeString:
    """The door of a place: open to anyone, two heads for everyone with an account, closed for the named few."""
    keys = audience.keys()
    return icon_svg(DOORS["open" if PUBLIC in keys else "members" if MEMBERS in keys else "closed"])


@register.filter
def when(moment: datetime | None) -> str:
    """A moment by the place's clock, in the reader's language; nothing for None."""
    return clock.when(moment, get_language() or "en") if moment else ""


@register.filter
def long_date(day: date | None) -> str:
    """A day in words, a moment's by the place's clock; nothing for None."""
    return formats.long_date(day, tz=clock.place_zone()) if day else ""


@register.filter
def in_language(code: str) -> str:
    """In which language something is written, in the reader's language."""
    return formats.in_language(code, get_language() or "en")


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language of the interface, by its own name."""

    code: str
    name: str
    current: bool


@register.simple_tag(takes_context=True)
def languages(context: template.Context) -> list[LanguageChoice]:
    """The languages that the place offers, in the order of menus, the current one marked."""
    offered = getattr(context.get("place"), "languages", None) or formats.LANGUAGE_NAMES
    current = get_language()
    return [
        LanguageChoice(code, name, code == current) for code, name in formats.LANGUAGE_NAMES.items() if code in offered
    ]


@register.simple_tag
def field(bound: BoundField, css: str = "") -> SafeString:
    """A form field as the house shows it: label, hint, input, error (kernel/_field.html); `css` goes to the input.

    What people write in a field of several lines is kept as a draft, unless its widget says `"data-editor": False`.
    Of a form that came back, the page opens at the first field that is wrong.
    """
    if bound.is_hidden:
        return SafeString(bound)
    widget = bound.field.widget
    plain = isinstance(widget, (CheckboxInput, *GROUPED))
    names = " ".join(part for part in ("" if plain else "in", widget.attrs.get("class", ""), css) if part)
    attributes: dict[str, Any] = {"class": names} if names else {}
    if isinstance(widget, Textarea):
        attributes["data-editor"] = widget.attrs.get("data-editor", "")
    first_wrong = is_first_wrong(bound)
    if first_wrong:
        attributes["autofocus"] = True
    # Of radio buttons with one pressed, one is always pressed: there is nothing to leave out.
    unmarked = getattr(bound.field, "unmarked", False) or (isinstance(widget, RadioSelect) and bound.value())
    shown = {
        "field": bound,
        "control": None if isinstance(widget, GROUPED) else bound.as_widget(attrs=attributes),
        "shape": field_shape(bound),
        "first_wrong": first_wrong,
        "optional": not (bound.field.required or isinstance(widget, CheckboxInput) or unmarked),
    }
    return render_to_string("kernel/_field.html", shown)


def is_first_wrong(bound: BoundField) -> bool:
    """Is this the uppermost field of its form that has something wrong with it?"""
    errors = bound.form.errors if bound.form.is_bound else {}
    return bound.name in errors and bound.name == next(name for name in bound.form.fields if name in errors)


def field_shape(bound: BoundField) -> str:
    """Which of the drawn fields a widget becomes: "group", "tick", "file" or "line"."""
    widget = bound.field.widget
    if isinstance(widget, GROUPED):
        return "group"
    if isinstance(widget, CheckboxInput):
        return "tick"
    return "file" if isinstance(widget, FileInput) else "line"
