"""Hits of the search in translations: a row leads to the post, whose readers may read them."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dugnad.forum.models import Post, PostTranslation
from dugnad.forum.rows import author_name
from dugnad.kernel import registry
from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.clock import when
from dugnad.kernel.search import Found
from dugnad.kernel.templatetags.house import icon_svg


@registry.search_sources.register("translation")
def found_translations(hits: list[Found], viewer: Viewer, snippets: dict[int, SafeString]) -> dict[int, SafeString]:
    """As printed rows; what the viewer may not see is not among them, nor what somebody whom they blocked had written."""
    posts = visible_to(Post.objects.filter(deleted_at=None), viewer)
    rows = visible_to(PostTranslation.objects.filter(post__in=posts), viewer)
    found = rows.select_related("post__thread__category", "author").in_bulk([hit.thing_id for hit in hits])
    return {
        hit.thing_id: _row(found[hit.thing_id], snippets.get(hit.entry_id, SafeString("")), viewer)
        for hit in hits
        if hit.thing_id in found and found[hit.thing_id].post.thread.author_id not in viewer.hidden
    }


def _row(translation: PostTranslation, snippet: SafeString, viewer: Viewer) -> SafeString:
    post = translation.post
    thread = post.thread
    title = format_html(' lang="{}"', thread.language) if thread.language != viewer.language else ""
    lang = format_html(' lang="{}"', translation.language) if translation.language != viewer.language else ""
    return format_html(
        '<li class="row">{}<div><h3{}><a href="{}">{}</a></h3><p class="says"{}>{}</p>'
        '<p class="meta">{} · {} · {}</p></div></li>',
        icon_svg("i-globe"), title, post.url, thread.title, lang, snippet,
        thread.category.said("name", viewer.language),
        _("Translated by {name}").format(name=author_name(translation.author, carried=translation.carried)),
        when(translation.changed_at or translation.created_at, viewer.language),
    )  # fmt: skip
