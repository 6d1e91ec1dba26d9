"""A post as it stands on a page, printed as a string and kept between requests.

The piece is the same for everyone except for a few marks: whose it is, which words one gave it, what one may do with it. They
are part of its key, so that most readers share one. A piece that is pushed to open pages is the neutral one; controls that belong
to one person are in it, hidden, and shown by the page of that person; the policy guards the deed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from dugnad.forum.kinds import REACTIONS
from dugnad.forum.living_pieces import edit_way, living_line, name_editors
from dugnad.forum.models import Post, PostTranslation
from dugnad.forum.rows import writer_name
from dugnad.forum.translation_pieces import text_of, translations_of, translators_in, with_mark
from dugnad.forum.ways import Whom, hidden_words, post_ways
from dugnad.kernel.clock import today, when
from dugnad.kernel.formats import in_language
from dugnad.kernel.fragments import kept_pieces
from dugnad.kernel.templatetags.house import icon_svg, seat_html


@dataclass(frozen=True, slots=True)
class Mine:
    """What is particular about one viewer and one post."""

    member: bool = False
    own: bool = False
    given: frozenset[str] = frozenset()
    kept: bool = False
    keeps: bool = False  # is a steward of the room
    writes: bool = False  # may change it, because it is a living document
    answers: bool = False  # may say that a post answered the question
    is_answer: bool = False
    pushed: bool = False  # made for every open page at once: what belongs to its writer is in it, hidden
    without: frozenset[int] = frozenset()  # whom the viewer blocked among those who translated it


STRANGER = Mine()
ANSWER = Mine(is_answer=True)
NEUTRAL = Mine(member=True, pushed=True)


@dataclass(frozen=True, slots=True)
class Slight:
    """What a window needs of a post when its piece is kept already."""

    pk: int
    number: int
    revision: int
    author_id: int | None
    living: bool = False


def post_pieces(
    window: Sequence[Slight], language: str, mine: dict[int, Mine], blocked: Collection[int] = ()
) -> list[SafeString]:
    """The `<article>` of each post for one viewer, in `language`. Only posts whose piece is not kept are fetched whole. What
    `blocked` persons translated is not in them.
    """
    pieces = _pieces(window, language, mine)
    hide = (
        {post.pk: translators_in(piece, blocked) for post, piece in zip(window, pieces, strict=True)} if blocked else {}
    )
    if any(hide.values()):
        pieces = _pieces(
            window, language, {pk: replace(one, without=hide[pk]) for pk, one in mine.items() if pk in hide}
        )
    return pieces


def _pieces(window: Sequence[Slight], language: str, mine: dict[int, Mine]) -> list[SafeString]:
    day = today()
    keys = {("post", post.pk, post.revision, language, day, mine[post.pk]): post.pk for post in window}

    def make(missing: list[int]) -> dict[int, SafeString]:
        posts = with_mark(Post.objects.select_related("author", "carried", "thread")).in_bulk(missing)
        translations = translations_of(posts.values())
        name_editors(posts.values())
        why = reasons_of([pk for pk, post in posts.items() if post.hidden_at and _may_read(mine[pk])])
        return {
            pk: _article(post, language, mine[pk], why.get(pk), translations.get(pk, ())) for pk, post in posts.items()
        }

    pieces = kept_pieces(keys, make)
    return [pieces[key] for key in keys]


Why = tuple[str, str]


def reasons_of(posts: list[int]) -> dict[int, Why]:
    """Of hidden posts (ids) why they are hidden, and where more is said. Asks nobody when there are none."""
    found: dict[int, Why] = {}
    for words in hidden_words if posts else ():
        found |= words(posts)
    return found


def _may_read(mine: Mine) -> bool:
    """A hidden post is read by who wrote it and by the stewards of the room; a piece that is pushed is for everybody."""
    return (mine.own or mine.keeps) and not mine.pushed


def _article(
    post: Post, language: str, mine: Mine, why: Why | None = None, translations: Collection[PostTranslation] = ()
) -> SafeString:
    if post.hidden_at and not _may_read(mine):
        return _hidden_line(post, mine)
    if post.deleted_at:
        return _gone(post, language)
    shown = [row for row in translations if row.author_id not in mine.without]
    own = f' data-author="{post.author_id}"' if post.author_id else ""
    answer = " answer" if mine.is_answer else ""
    return mark_safe(  # noqa: S308 - every part is escaped
        f'<article class="post{answer}" id="post-{post.number}" data-post="{post.pk}" data-revision="{post.revision}"{own}>'
        f"{_seat(post, mine)}{_head(post, language, mine)}{_hidden_mark(why) if post.hidden_at else ''}"
        f"{living_line(post, language)}"
        f"{text_of(post, language, shown, member=mine.member)}{_foot(post, language, mine)}</article>"
    )


def _seat(post: Post, mine: Mine) -> SafeString:
    return seat_html(post.author_id, post.author.name if post.author else "", me=mine.own)


def _gone(post: Post, language: str) -> SafeString:
    words = _("A post was deleted here.")
    if post.moved_to_id:
        # Who may not see where it is now must not read its name here: the address behind the words asks.
        words = format_html('<a href="{}">{}</a>', post.url, _("A post was moved from here to another thread."))
    return format_html(
        '<article class="post gone" id="post-{}" data-post="{}" data-revision="{}"><p class="meta">{}</p></article>',
        post.number, post.pk, post.revision, words,
    )  # fmt: skip


def _hidden_line(post: Post, mine: Mine) -> SafeString:
    """What everybody else sees in the place of a hidden post. It says nothing of what it was or whose."""
    log = format_html(' <a class="tool" href="/care/hidden/{}">{}</a>', post.pk, _("Why?")) if mine.member else ""
    return format_html(
        '<article class="post gone" id="post-{}" data-post="{}" data-revision="{}"><p class="meta">{}{}</p></article>',
        post.number, post.pk, post.revision, _("A steward hid a post here."), log,
    )  # fmt: skip


def _hidden_mark(why: Why | None) -> SafeString | str:
    """Above the text of a hidden post: who still reads it, why, and where to ask for another look."""
    reason, url = why or ("", "")
    more = format_html(' <a href="{}">{}</a>', url, _("More, and how to ask for another look")) if url else ""
    words = _("A steward hid this. Only the stewards here and who wrote it read it.")
    return format_html(
        '<p class="strip red"><span>{}{}{}</span></p>', words, format_html(" <q>{}</q>", reason) if reason else "", more
    )


def _head(post: Post, language: str, mine: Mine) -> str:
    author = post.author
    name = escape(writer_name(post))
    who = f'<a href="{author.url}">{name}</a>' if author and mine.member else name
    facts = [f'<a class="plain" href="{post.url}">{when(post.created_at, language)}</a>']
    if post.language != language:
        facts.append(escape(in_language(post.language, language)))
    if post.edits:
        words = ngettext("changed once", "changed {count} times", post.edits).format(count=post.edits)
        facts.append(f'<a href="{post.url}/versions">{escape(words)}</a>')
    answer = f'<span class="slip moss">{icon_svg("i-check")}{escape(_("The answer"))}</span>' if mine.is_answer else ""
    return f'<header><h2 class="who">{who}</h2><span class="meta">{" · ".join(facts)}</span>{answer}</header>'


def _foot(post: Post, language: str, mine: Mine) -> str:
    if not mine.member:
        return _counts(post)
    if post.hidden_at:
        return _tools_when_hidden(post, mine)
    shown, rest = [], []
    for kind in REACTIONS:
        if post.reaction_counts.get(kind) or kind in mine.given or (kind == "thanks" and not mine.own):
            shown.append(_reaction(post, kind, mine))
        else:
            rest.append(_reaction(post, kind, mine))
    reply = (
        f'<a class="tool" href="/t/{post.thread_id}/reply?quote={post.number}" data-quote="{post.number}">'
        f"{icon_svg('i-reply')}{escape(_('Reply'))}</a>"
    )
    edit = edit_way(post, writes=mine.writes, pushed=mine.pushed)
    return f"<footer>{''.join(shown)}{reply}{edit}{_more(post, rest, mine)}</footer>"


def _own_tools(post: Post) -> str:
    edit = f'<a class="tool" href="{post.url}/edit">{escape(_("Edit"))}</a>'
    delete = f'<a class="tool" href="{post.url}/delete">{escape(_("Delete"))}</a>'
    return f"{edit}{delete}"


def _tools_when_hidden(post: Post, mine: Mine) -> str:
    """Who wrote it can still change or delete it, the stewards can show it again; nobody quotes it or gives it words."""
    own = _own_tools(post) if mine.own else ""
    return f"<footer>{own}{_ways(post, Whom.KEEPERS) if mine.keeps else ''}</footer>"


def _counts(post: Post) -> str:
    if not post.reaction_counts:
        return ""
    parts = []
    for kind, reaction in REACTIONS.items():
        if count := post.reaction_counts.get(kind):
            drawing = icon_svg(reaction.icon, f"{'m' if reaction.icon[0] == 'm' else 'i'} {reaction.css}".strip())
            parts.append(
                f'<span class="react still">{drawing}{escape(reaction.label)} <span class="num">{count}</span></span>'
            )
    return f"<footer>{''.join(parts)}</footer>"


def _reaction(post: Post, kind: str, mine: Mine) -> str:
    reaction, count = REACTIONS[kind], post.reaction_counts.get(kind)
    pressed = "true" if kind in mine.given else "false"
    drawing = icon_svg(reaction.icon, f"{'m' if reaction.icon[0] == 'm' else 'i'} {reaction.css}".strip())
    number = f' <span class="num">{count}</span>' if count else ""
    return (
        f'<button class="react" form="deeds" name="react" value="{post.pk}:{kind}" aria-pressed="{pressed}">'
        f"{drawing}{escape(reaction.label)}{number}</button>"
    )


def _more(post: Post, rest: list[str], mine: Mine) -> str:
    deeds = [
        *rest,
        _button(post, "unkeep" if mine.kept else "keep", _("Remove the bookmark") if mine.kept else _("Bookmark")),
    ]
    if mine.answers and not mine.is_answer and post.number > 1:
        deeds.append(_button(post, "answer", _("This answered my question"), "i-check"))
    grow = f'<a class="tool" href="/new?from={post.thread_id}">{icon_svg("i-arrow")}{escape(_("Start a thread from this"))}</a>'
    deeds.append(grow)
    # In a pushed piece these are hidden until the writer's own page shows them.
    hidden = "" if mine.own else " hidden"
    if mine.own or mine.pushed:
        deeds.append(f'<span class="own"{hidden}>{_own_tools(post)}{_ways(post, Whom.OWN)}</span>')
    deeds.append(_ways(post, Whom.MEMBERS))
    if not mine.own:
        deeds.append(f'<span class="others">{_ways(post, Whom.OTHERS)}</span>')
    if mine.keeps or mine.pushed:
        deeds.append(f'<span class="keepers"{"" if mine.keeps else " hidden"}>{_ways(post, Whom.KEEPERS)}</span>')
    words = escape(_("More"))
    kept = icon_svg("i-keep") if mine.kept else ""
    summary = f'<summary class="tool">{kept}{words}</summary>'
    return f'<details class="more">{summary}<div class="line">{"".join(deeds)}</div></details>'


def _ways(post: Post, whom: Whom) -> str:
    """The links that this post has for them, from the forum and the halls above it."""
    return "".join(
        f'<a class="tool" href="{way.url.format(pk=post.pk, thread=post.thread_id, number=post.number)}">'
        f"{icon_svg(way.icon)}{escape(way.words)}</a>"
        for way in post_ways()
        if way.whom is whom
    )


def _button(post: Post, name: str, words: str, icon: str = "i-keep") -> str:
    return f'<button class="tool" form="deeds" name="{name}" value="{post.pk}">{icon_svg(icon)}{escape(words)}</button>'


def neutral_piece(post: Post, language: str) -> SafeString:
    """The piece that is pushed to every open page of the thread, rendered once for each language."""
    with override(language):
        mine = replace(NEUTRAL, is_answer=post.thread.answer_id == post.pk)
        name_editors([post])
        return _article(post, language, mine, translations=translations_of([post])[post.pk])
