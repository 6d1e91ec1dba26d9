"""A thread as one row of a list, printed as a string: no template tag runs inside a loop over threads.

What is the same for all readers of a language is kept between requests under the thread's revision and its last post; a list then
needs five numbers of each thread and nothing else. Names of people and categories are in the kept pieces: whoever changes one
calls `forget_pieces`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Post, Thread
from dugnad.groups.models import CarriedName
from dugnad.kernel.audience import Viewer
from dugnad.kernel.clock import today, when
from dugnad.kernel.formats import in_language
from dugnad.kernel.fragments import kept_pieces
from dugnad.kernel.templatetags.house import icon_svg, mark_svg
from dugnad.kernel.text import excerpt, render

if TYPE_CHECKING:
    from dugnad.forum.queries.unread import Unread

LONG_QUOTE = 120
COLUMNS = ("pk", "revision", "last_post_id", "post_count", "last_number")


@dataclass(frozen=True, slots=True)
class Light:
    """What a list needs of a thread."""

    pk: int
    revision: int
    last_post_id: int
    post_count: int
    last_number: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The kept parts of a row, between which stands what is particular to a reader."""

    url: str
    mark: str
    heading: str
    facts: str
    tally: str


def thread_rows(
    threads: Iterable[Light], unread: dict[int, Unread], viewer: Viewer, *, show_category: bool
) -> list[SafeString]:
    """The `<li class="row">` of each thread, in order."""
    threads = list(threads)
    day = today()
    keys = {
        (
            "row",
            t.pk,
            t.revision,
            t.last_post_id,
            t.post_count,
            viewer.language,
            day,
            show_category,
            viewer.hidden,
        ): t.pk
        for t in threads
    }
    pieces = kept_pieces(keys, lambda missing: _make(missing, viewer, show_category))
    return [_row(pieces[key], unread[pk]) for key, pk in keys.items()]


def _make(missing: list[int], viewer: Viewer, show_category: bool) -> dict[int, Piece]:
    threads = Thread.objects.select_related("author", "carried", "met_by", "answer__author", "category").in_bulk(
        missing
    )
    return {pk: _piece(thread, viewer, show_category) for pk, thread in threads.items()}


def _piece(thread: Thread, viewer: Viewer, show_category: bool) -> Piece:
    lang = f' lang="{thread.language}"' if thread.language and thread.language != viewer.language else ""
    return Piece(
        url=thread.url,
        mark=mark_svg(thread.kind),
        heading=f'<h3{lang}><a href="%s">{escape(thread.title).replace("%", "%%")}</a></h3>',
        facts=_facts(thread, viewer, show_category),
        tally=_tally(thread, viewer),
    )


def _row(piece: Piece, unread: Unread) -> SafeString:
    """A row with something unread leads to the first of it."""
    new = unread.count > 0
    url = f"{piece.url}?from={unread.read_to + 1}#new" if new and unread.read_to else piece.url
    return mark_safe(  # noqa: S308 - every part was escaped when it was made
        f'<li class="row{" new" if new else ""}">{piece.mark}<div>{piece.heading % url}{piece.facts}</div>'
        f'<p class="tally">{_fresh(unread) if new else ""}{piece.tally}</p></li>'
    )


def _fresh(unread: Unread) -> str:
    if unread.ever_opened or unread.read_to:
        words = ngettext("{count} new", "{count} new", unread.count).format(count=unread.count)
    else:
        words = _("new")
    return f'<span class="fresh">{escape(words)}</span> '


def author_name(person: object | None, *, from_elsewhere: bool = False, carried: CarriedName | None = None) -> str:
    """The name others see, or what stands there when the person is gone, or was never here since the text was taken in."""
    if person is None and carried is not None:
        return carried_name(carried)
    return getattr(person, "name", "") or (_("taken in from a website") if from_elsewhere else _("a former member"))


def carried_name(carried: CarriedName) -> str:
    """Who wrote something elsewhere, and where."""
    if not carried.name:
        return _("a former member")
    if not carried.from_place:
        return carried.name
    return _("{name}, at {place}").format(name=carried.name, place=carried.from_place)


def writer_name(post: Post) -> str:
    """The name that stands at a post: also of somebody who wrote it where the group was before, and agreed to be named."""
    taken_in = post.author is None and post.number == 1 and bool(post.thread.source_key)
    return author_name(post.author, from_elsewhere=taken_in, carried=post.carried)


def _starter(thread: Thread) -> str:
    return author_name(thread.author, from_elsewhere=bool(thread.source_key), carried=thread.carried)


def _facts(thread: Thread, viewer: Viewer, show_category: bool) -> str:
    parts = [_kind_and_state(thread, viewer.hidden)]
    if show_category:
        parts.append(escape(thread.category.said("name", viewer.language)))
    parts.append(format_html("<b>{}</b>", _starter(thread)))
    if thread.fields.get("where"):
        parts.append(escape(thread.fields["where"]))
    if thread.language != viewer.language:
        parts.append(escape(in_language(thread.language, viewer.language)))
    return f'<p class="meta">{" · ".join(parts)}</p>{_closing_words(thread)}'


def _kind_and_state(thread: Thread, hidden: Collection[int]) -> str:
    words = format_html('<span class="kind">{}</span>', KINDS[thread.kind].label)
    if thread.pinned_at:
        words = format_html("{}, {}", words, _("pinned"))
    if thread.hidden_at:
        return format_html("{}, {}", words, _("hidden by a steward"))
    stands = KINDS[thread.kind].state(thread.state)
    if thread.closed_at and not (stands and stands.ends):
        return format_html("{}, {}", words, _("closed"))
    state = state_words(thread, hidden)
    return format_html("{}, {}", words, state) if state else words


def state_words(thread: Thread, hidden: Collection[int] = ()) -> SafeString | str:
    """Where the thread stands, with who met the need or answered the question; without the names of whom the reader hides."""
    if thread.met_by_id in hidden or (thread.answer is not None and thread.answer.author_id in hidden):
        stands = KINDS[thread.kind].state(thread.state)
        return str(stands.label) if stands else ""
    if thread.state == "met" and thread.met_by:
        return format_html(conditional_escape(_("met, thanks to {name}")), name=thread.met_by.name)
    if thread.state == "taken_up" and thread.met_by:
        return format_html(conditional_escape(_("taken up by {name}")), name=thread.met_by.name)
    if thread.state == "answered" and thread.answer and not thread.answer.hidden_at:
        name = author_name(thread.answer.author, carried=thread.answer.carried)
        return format_html(conditional_escape(_("answered by {name}")), name=name)
    if thread.kind == "experience":
        choices = dict(next(f.choices for f in KINDS["experience"].fields if f.name == "result"))
        return str(choices.get(thread.fields.get("result"), ""))
    state = KINDS[thread.kind].state(thread.state)
    return str(state.label) if state else ""


def _closing_words(thread: Thread) -> str:
    words = render(thread.outcome).plain if thread.closed_at else thread.state_note
    if not words:
        return ""
    lang = format_html(' lang="{}"', thread.language)
    return format_html('<p class="meta says"{}>{}</p>', lang, excerpt(words, LONG_QUOTE))


def _tally(thread: Thread, viewer: Viewer) -> str:
    replies = max(0, thread.post_count - 1)
    words = ngettext("{count} reply", "{count} replies", replies).format(count=replies)
    counted = f'<span class="num">{escape(words)}</span> ' if replies else ""
    return f"{counted}{when(thread.last_post_at, viewer.language)}"


def row_of(icon: str, title: str, url: str, meta: str, language: str = "") -> SafeString:
    """A plain row in the margin of a page."""
    lang = format_html(' lang="{}"', language) if language else ""
    return format_html(
        '<li class="row">{}<div><h3{}><a href="{}">{}</a></h3><p class="meta">{}</p></div></li>',
        icon_svg(icon), lang, url, title, meta,
    )  # fmt: skip
