"""The head of a thread: its facts in words, its steps, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dugnad.forum.actions.importing import SOURCE
from dugnad.forum.kinds import KINDS, Field
from dugnad.forum.models import Thread
from dugnad.forum.rows import state_words
from dugnad.kernel.audience import Viewer
from dugnad.kernel.formats import long_date
from dugnad.kernel.text import render
from dugnad.kernel.text.wall import EXTERNAL_REL


@dataclass(frozen=True, slots=True)
class Step:
    """One state on the way: its word, whether it is behind us, whether we are here."""

    label: Any
    done: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What a thread says about itself before its posts."""

    rows: list[tuple[Any, SafeString | str]]
    steps: list[Step]
    state: Any
    settled: bool


def thread_facts(thread: Thread, viewer: Viewer) -> Facts:
    """The facts of a thread in the viewer's language, ready to render."""
    kind = KINDS[thread.kind]
    rows = [
        (fact.label, _shown(fact, thread.fields[fact.name], viewer))
        for fact in kind.fields
        if thread.fields.get(fact.name)
    ]
    rows += _from_elsewhere(thread)
    state = kind.state(thread.state)
    return Facts(rows, _steps(thread), state_words(thread, viewer.hidden), bool(state and state.ends))


def _from_elsewhere(thread: Thread) -> list[tuple[Any, SafeString | str]]:
    """Of a text that was taken in: where it stands on its website, and the links that stood beside it."""
    source = thread.fields.get(SOURCE, {})
    links = [(link["url"], link["title"]) for link in source.get("links", ())]
    rows: list[tuple[Any, SafeString | str]] = []
    if source.get("address"):
        rows.append((_("First published"), _linked([(source["address"], source["address"])])))
    if links:
        rows.append((_("Links"), _linked(links)))
    return rows


def _linked(links: list[tuple[str, str]]) -> SafeString:
    return format_html_join(mark_safe("<br>"), f'<a href="{{}}" rel="{EXTERNAL_REL}">{{}}</a>', links)


def _shown(fact: Field, value: Any, viewer: Viewer) -> SafeString | str:
    if fact.shape == "date":
        try:
            return long_date(date.fromisoformat(str(value)), viewer.language)
        except ValueError:
            return str(value)
    if fact.shape == "choice":
        return str(dict(fact.choices).get(str(value), value))
    if fact.shape == "text":
        return mark_safe(render(str(value)).html)  # noqa: S308 - rendered through both walls
    return str(value)


def _steps(thread: Thread) -> list[Step]:
    """The way of a project; "put to rest" is shown only when it is where we are."""
    kind = KINDS[thread.kind]
    if len(kind.states) < 4:
        return []
    names = [state.name for state in kind.states]
    here = names.index(thread.state) if thread.state in names else 0
    shown = [state for state in kind.states if state.name != "resting" or thread.state == "resting"]
    if thread.state == "resting":
        shown = [state for state in shown if state.name != "done"]
    return [Step(s.label, names.index(s.name) < here, s.name == thread.state) for s in shown]
