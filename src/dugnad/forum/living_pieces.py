"""What stands at a living document, as strings: that it is one, who changed it last, and the way to change it."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dugnad.forum.models import Post
from dugnad.forum.queries.living import last_editors
from dugnad.kernel.clock import when
from dugnad.kernel.templatetags.house import icon_svg

LAST = "changed_last_by"


def name_editors(posts: Collection[Post]) -> None:
    """Let the living documents among these posts know who changed them last: `living_line` says it. Asks nobody without any."""
    editors = last_editors(posts)
    for post in posts:
        if post.pk in editors:
            setattr(post, LAST, editors[post.pk])


def living_line(post: Post, language: str) -> SafeString | str:
    """“Living document · changed by Leyla, today 14:05”; nothing at other posts."""
    if not post.living_since:
        return ""
    words, changed_by = _("Living document"), getattr(post, LAST, "")
    if not (post.edits and post.edited_at and changed_by):
        return format_html('<p class="meta">{} {}</p>', icon_svg("i-pen"), words)
    changed = format_html(escape(_("changed by {name}, {when}")), name=changed_by, when=when(post.edited_at, language))
    return format_html(
        '<p class="meta">{} {} · <a href="{}/versions">{}</a></p>', icon_svg("i-pen"), words, post.url, changed
    )


def edit_way(post: Post, *, writes: bool, pushed: bool) -> SafeString | str:
    """The link for all who may write in the thread. In a piece that is pushed it waits for a page that knows that they may."""
    if not post.living_since or not (writes or pushed):
        return ""
    hidden = SafeString("" if writes else " hidden")
    return format_html(
        '<a class="tool writers" href="{}/edit"{}>{}{}</a>', post.url, hidden, icon_svg("i-pen"), _("Edit")
    )
