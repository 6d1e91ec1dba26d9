"""A thread as one row of a list, printed as a string: no template tag runs inside a loop over threads."""

from __future__ import annotations

from typing import TYPE_CHECKING


from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Thread
from dugnad.kernel.audience import Viewer
from dugnad.kernel.clock import today, when
from dugnad.kernel.formats import in_language
from dugnad.kernel.fragments import fragment
from dugnad.kernel.templatetags.house import icon_svg, mark_svg

if TYPE_CHECKING:
    from dugnad.forum.queries.unread import Unread

LONG_QUOTE = 120


def thread_row(thread: Thread, unread: Unread, viewer: Viewer, *, show_category: bool) -> SafeString:
    """One `<li class="row">`: mark, title, a line of facts, tally. What is the same for all readers is kept between requests."""
    key = ("row", thread.pk, thread.revision, thread.last_post_id, thread.post_count, viewer.language, today(), show_category,
           _name(thread.author), thread.category.name)  # fmt: skip
    facts, title_lang = fragment(key, lambda: _facts(thread, viewer, show_category)), _lang(thread.language, viewer)
    new = unread.count > 0
    url = f"{thread.url}?from={unread.read_to + 1}#new" if new and unread.read_to else thread.url
    return mark_safe(  # noqa: S308 - every part is escaped
        f'<li class="row{" new" if new else ""}">{mark_svg(thread.kind)}<div>'
        f'<h3{title_lang}><a href="{url}">{escape(thread.title)}</a></h3>{facts}</div>{_tally(thread, unread, viewer)}</li>'
    )


def _lang(language: str, viewer: Viewer) -> str:
    return f' lang="{language}"' if language and language != viewer.language else ""


def _name(person: object | None) -> str:
    return getattr(person, "name", "") or ""


def author_name(person: object | None) -> str:
    """The name others see, or what stands there when the person is gone."""
    return _name(person) or _("a former member")


def _facts(thread: Thread, viewer: Viewer, show_category: bool) -> SafeString:
    parts = [_kind_and_state(thread)]
    if show_category:
        parts.append(escape(thread.category.said("name", viewer.language)))
    parts.append(format_html("<b>{}</b>", author_name(thread.author)))
    if thread.fields.get("where"):
        parts.append(escape(thread.fields["where"]))
    if thread.language != viewer.language:
        parts.append(escape(in_language(thread.language, viewer.language)))
    line = " · ".join(parts)
    quote = _closing_words(thread)
    return mark_safe(f'<p class="meta">{line}</p>{quote}')  # noqa: S308 - every part is escaped


def _kind_and_state(thread: Thread) -> str:
    kind = KINDS[thread.kind]
    words = format_html('<span class="kind">{}</span>', kind.label)
    state = state_words(thread)
    if thread.pinned_at:
        words = format_html("{}, {}", words, _("pinned"))
    if thread.closed_at:
        return format_html("{}, {}", words, _("closed"))
    return format_html("{}, {}", words, state) if state else words


def state_words(thread: Thread) -> SafeString | str:
    """Where the thread stands, with who met the need or answered the question."""
    if thread.state == "met" and thread.met_by:
        return format_html(conditional_escape(_("met, thanks to {name}")), name=thread.met_by.name)
    if thread.state == "taken_up" and thread.met_by:
        return format_html(conditional_escape(_("taken up by {name}")), name=thread.met_by.name)
    if thread.state == "answered" and thread.answer_id:
        return format_html(conditional_escape(_("answered by {name}")), name=author_name(thread.answer.author))
    if thread.kind == "experience":
        choices = dict(next(f.choices for f in KINDS["experience"].fields if f.name == "result"))
        return str(choices.get(thread.fields.get("result"), ""))
    state = KINDS[thread.kind].state(thread.state)
    return str(state.label) if state else ""


def _closing_words(thread: Thread) -> str:
    words = thread.outcome if thread.closed_at else thread.state_note
    if not words:
        return ""
    short = words if len(words) <= LONG_QUOTE else words[: LONG_QUOTE - 1].rsplit(" ", 1)[0] + "…"
    return format_html('<p class="meta says">{}</p>', short)


def _tally(thread: Thread, unread: Unread, viewer: Viewer) -> str:
    parts = []
    if unread.count:
        if unread.ever_opened or unread.read_to:
            words = ngettext("{count} new", "{count} new", unread.count).format(count=unread.count)
        else:
            words = _("new")
        parts.append(f'<span class="fresh">{escape(words)}</span>')
    replies = max(0, thread.post_count - 1)
    if replies:
        words = ngettext("{count} reply", "{count} replies", replies).format(count=replies)
        parts.append(f'<span class="num">{escape(words)}</span>')
    parts.append(str(when(thread.last_post_at, viewer.language)))
    return f'<p class="tally">{" ".join(parts)}</p>'


def row_of(icon: str, title: str, url: str, meta: str, language: str = "") -> SafeString:
    """A plain row in the margin of a page."""
    lang = f' lang="{language}"' if language else ""
    return format_html(
        '<li class="row">{}<div><h3{}><a href="{}">{}</a></h3><p class="meta">{}</p></div></li>',
        icon_svg(icon), mark_safe(lang), url, title, meta,
    )  # fmt: skip


__all__ = ["author_name", "row_of", "state_words", "thread_row"]
