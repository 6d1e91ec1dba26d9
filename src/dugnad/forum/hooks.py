"""What the hall `forum` adds to the hooks of the kernel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dugnad.forum import (  # noqa: F401 - importing them fills their hooks
    erasing,
    found_translations,
    keeping,
    keeping_planned,
    keeping_polls,
    keeping_translations,
    live,
    moving_policies,
    policies,
    queries,
    telling,
    telling_living,
    telling_moves,
    telling_polls,
    telling_translations,
    ways_of_posts,
)
from dugnad.forum.actions.attending import begin_reading
from dugnad.forum.carrying import claiming, part  # noqa: F401 - importing them fills their hooks
from dugnad.forum.models import Post, Thread
from dugnad.forum.queries.lists import light, printed, threads_listed
from dugnad.forum.rows import writer_name
from dugnad.forum.ways import PostWay, Whom, add_post_way, thread_ways
from dugnad.groups.models import Group
from dugnad.groups.sections import Row, Section, group_sections
from dugnad.kernel import registry
from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.clock import when
from dugnad.kernel.context import Way
from dugnad.kernel.happenings import Happening, on
from dugnad.kernel.search import Found
from dugnad.kernel.templatetags.house import door, mark_svg
from dugnad.people.models import Person

MOST_ON_GROUP_PAGE = 6
MOST_ON_PERSONS_PAGE = 5


add_post_way(PostWay("/t/{thread}/post/{number}/living", gettext_lazy("Living document"), Whom.OWN, "i-pen"))


@thread_ways.register
def ways_to_move(thread: Thread, viewer: Viewer) -> Iterable[tuple[str, str]]:
    """Moving, splitting and merging, for those who may."""
    if moving_policies.can_move_thread(viewer, thread):
        yield reverse("move_thread", args=[thread.pk]), _("Move")
    if moving_policies.can_split_thread(viewer, thread):
        yield reverse("split_thread", args=[thread.pk]), _("Split")
    if moving_policies.can_merge_threads(viewer, thread):
        yield reverse("merge_threads", args=[thread.pk]), _("Merge with another")


@registry.menu.register
def ways(viewer: Viewer) -> Iterable[Way]:
    """The door of the forum."""
    return [Way(_("Forum"), "/forum", "m-talk", 20, ("/forum", "/c/", "/t/", "/new"))]


@registry.own_pages.register
def own_ways(viewer: Viewer) -> Iterable[Way]:
    """A person's own pages in the forum."""
    return [
        Way(_("New for me"), "/new-for-me", "i-clock", 30),
        Way(_("Bookmarks"), "/me/bookmarks", "i-keep", 40),
        Way(_("Posts for later"), "/me/scheduled", "i-clock", 52),
        Way(_("Saved searches"), "/me/searches", "i-search", 54),
        Way(_("Your own feed"), "/me/feed", "i-link", 58),
    ]


@on("person_signed_up")
def newcomer(happening: Happening, person: Any, by: Any) -> None:
    """A newcomer begins with nothing unread."""
    begin_reading(person)


@registry.search_sources.register("post")
def found_posts(hits: list[Found], viewer: Viewer, snippets: dict[int, SafeString]) -> dict[int, SafeString]:
    """Hits in posts as printed rows; what the viewer may not see (any more) is not among them."""
    posts = visible_to(Post.objects.select_related("thread__category", "author"), viewer).in_bulk(
        [h.thing_id for h in hits]
    )
    return {
        hit.thing_id: _row(posts[hit.thing_id], snippets.get(hit.entry_id, SafeString("")), viewer)
        for hit in hits
        if hit.thing_id in posts and posts[hit.thing_id].thread.author_id not in viewer.hidden
    }


def _row(post: Post, snippet: SafeString, viewer: Viewer) -> SafeString:
    lang = format_html(' lang="{}"', post.language) if post.language != viewer.language else ""
    of_title = format_html(' lang="{}"', post.thread.language) if post.thread.language != viewer.language else ""
    return format_html(
        '<li class="row">{}<div><h3{}><a href="{}">{}</a></h3><p class="says"{}>{}</p>'
        '<p class="meta">{} · <b>{}</b> · {}</p></div></li>',
        mark_svg(post.thread.kind), of_title, post.url if post.number > 1 else post.thread.url, post.thread.title,
        lang, snippet, post.thread.category.said("name", viewer.language), writer_name(post),
        when(post.created_at, viewer.language),
    )  # fmt: skip


@registry.person_sections.register
def threads_on_persons_page(person: Person, viewer: Viewer) -> tuple[str, list[SafeString], str, str] | None:
    """The newest threads that the person started, as far as the viewer may see them."""
    found = light(threads_listed(viewer, author_id=person.pk), MOST_ON_PERSONS_PAGE + 1)
    if not found:
        return None
    rows = printed(found[:MOST_ON_PERSONS_PAGE], viewer, show_category=True)
    more = reverse("threads_by", args=[person.handle]) if len(found) > MOST_ON_PERSONS_PAGE else ""
    return _("Threads by %(name)s") % {"name": person.name}, rows, more, _("Older threads")


@group_sections.register
def threads_on_group_page(group: Group, viewer: Viewer) -> Section | None:
    """What is written in the group's own categories, newest activity first, as far as the viewer may see it."""
    newest = light(threads_listed(viewer).filter(category__group=group.pk), MOST_ON_GROUP_PAGE)
    may_write = viewer.holds(f"group:{group.pk}") and not viewer.holds(f"visit:group:{group.pk}")
    if not newest and not (may_write and queries.categories_for_group(viewer, group)):
        return None
    return Section(
        heading=_("Latest activity"),
        empty=_("Nothing here yet. Ask something, offer something or tell what you are doing."),
        printed=printed(newest, viewer, show_category=True) if newest else [],
        new_url=f"/new?group={group.slug}" if may_write else "",
        new_link=_("Start a thread") if may_write else "",
        first_deed=may_write,
    )


@group_sections.register
def categories_on_group_page(group: Group, viewer: Viewer) -> Section:
    """The group's own categories, as far as the viewer may see them."""
    branches = queries.categories_for_group(viewer, group)
    rows = [
        Row(
            branch.url,
            branch.name,
            door(branch.category.audience),
            branch.purpose,
            ngettext("{count} thread", "{count} threads", branch.thread_count).format(count=branch.thread_count),
        )
        for branch in branches
    ]
    may_make = bool(policies.can_create_category(viewer, group.pk))
    return Section(
        heading=_("Categories"),
        rows=rows,
        empty=_("This group has no categories of its own that you can see."),
        new_url=f"/categories/new?group={group.slug}" if may_make else "",
        new_link=_("Add a category") if may_make else "",
        first_deed=may_make and not rows,
    )
