"""A post and how it reads in other languages, beside each other. The one in the reader's language comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dugnad.forum.models import Post, PostTranslation
from dugnad.forum.rows import author_name
from dugnad.forum.uploads import told
from dugnad.kernel.formats import in_language
from dugnad.kernel.templatetags.house import icon_svg

Translations = dict[int, list[PostTranslation]]


def with_mark(posts: QuerySet[Post]) -> QuerySet[Post]:
    """The posts, each with whether anybody translated it, in the same statement."""
    return posts.annotate(is_translated=Exists(PostTranslation.objects.filter(post=OuterRef("pk"))))


def translations_of(posts: Collection[Post]) -> Translations:
    """Post id → its translations, in one statement; in none where none of the posts has any (`with_mark`)."""
    marked = [post.pk for post in posts if getattr(post, "is_translated", False) and not post.hidden_at]
    found: Translations = defaultdict(list)
    if marked:
        rows = PostTranslation.objects.filter(post__in=marked).select_related("author").order_by("language")
        for row in rows:
            found[row.post_id].append(row)
    return found


def translators_in(piece: str, persons: Collection[int]) -> frozenset[int]:
    """Which of these persons translated something in the piece."""
    return frozenset(person for person in persons if f'data-translator="{person}"' in piece)


def text_of(post: Post, language: str, translations: Collection[PostTranslation], *, member: bool) -> str:
    """The text of the post for readers of `language`: theirs first if there is one, then the original, then the others."""
    lang = f' lang="{post.language}"' if post.language != language else ""
    original = f'<div class="prose"{lang}>{told(post.html, language)}</div>'
    shown = [row for row in translations if row.language != post.language]
    own = next((row for row in shown if row.language == language), None)
    others = "".join(_other(post, row, language, member=member) for row in shown if row is not own)
    if own is None:
        return original + others
    words = _("The original, {in_language}").format(in_language=in_language(post.language, language))
    return (
        f'<div class="both"><div class="translated" data-translator="{own.author_id}">{_about(post, own, member=member)}'
        f'<div class="prose">{told(own.html, language)}</div>{_improve(post, own) if member else ""}</div>'
        f'<details class="original"><summary class="meta">{escape(words)}</summary>{original}</details></div>{others}'
    )


def _other(post: Post, row: PostTranslation, language: str, *, member: bool) -> str:
    words = _("{in_language}, translated by {name}").format(
        in_language=in_language(row.language, language), name=author_name(row.author, carried=row.carried)
    )
    words = words[:1].upper() + words[1:]
    return (
        f'<details class="translated" data-translator="{row.author_id}">'
        f'<summary class="meta">{icon_svg("i-globe")}{escape(words)}</summary>{_stale(post, row, member=member)}'
        f'<div class="prose" lang="{row.language}">{told(row.html, language)}</div>'
        f"{_improve(post, row) if member else ''}</details>"
    )


def _about(post: Post, row: PostTranslation, *, member: bool) -> str:
    """Who made it, and whether it still says what the original says."""
    by = format_html(
        "{}<span>{}</span>",
        icon_svg("i-globe"),
        _("Translated by {name}").format(name=author_name(row.author, carried=row.carried)),
    )
    return f'<p class="meta line">{by}</p>{_stale(post, row, member=member)}'


def _improve(post: Post, row: PostTranslation) -> SafeString:
    return format_html(
        '<a class="tool" href="{}/translate?language={}">{}</a>', post.url, row.language, _("Improve the translation")
    )


def _stale(post: Post, row: PostTranslation, *, member: bool) -> str:
    if row.of_edits >= post.edits:
        return ""
    words = _("The original was changed after this translation.")
    way = format_html(
        ' <a href="{}/translate?language={}">{}</a>', post.url, row.language, _("Bring it up to date")
    ) if member else ""  # fmt: skip
    return mark_safe(f'<p class="strip"><span>{escape(words)}{way}</span></p>')  # noqa: S308 - every part is escaped
