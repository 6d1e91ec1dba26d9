"""A person leaves the forum for good: what is theirs goes, what is others' stays without their name.

In bulk: whoever wrote ten thousand posts is gone in seconds, and other writers are not kept waiting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dugnad.forum.belongings import remove_polls_and_translations
from dugnad.forum.carrying.given import with_carried
from dugnad.forum.models import (
    Bookmark,
    Category,
    CategoryReading,
    Post,
    PostFile,
    PostVersion,
    Reaction,
    Reader,
    Thread,
    ThreadReading,
)
from dugnad.forum.queries.places import places_of
from dugnad.forum.writing import carries_title, entry_of, index_title, write
from dugnad.kernel import registry, search
from dugnad.kernel.files import StoredFile, remove_file
from dugnad.kernel.live.bus import announce
from dugnad.kernel.search import SearchEntry
from dugnad.notices.actions import forget_notices
from dugnad.people.models import Person

CHUNK = 400
NAMELESS = "…"
# The line over a quote, as `kernel.text.quote` writes it: who wrote it, with a link to the post.
_QUOTE_HEAD = re.compile(
    r"^(?P<before>[ \t]*(?:>[ \t]?)+)\[(?:\\.|[^\\\]\n]){0,200}\]"
    r"(?P<link>\(/t/(?P<thread>\d{1,18})/post/(?P<number>\d{1,18})\))(?=[ \t]?[^\W\d_]{0,20}:)",
    re.MULTILINE,
)


@registry.erasers.register
def erase_from_forum(person: Person, leave_posts: bool) -> None:
    """Take the person out of the forum. Posts stay under "a former member", or their text goes, as the person chose.

    A thread that the person started keeps its title if others replied in it; without posts left its title goes too. The name in
    what others wrote (mentions, quotes) is replaced.
    """
    for model in (Bookmark, ThreadReading, CategoryReading, Reader):
        model.objects.filter(person=person).delete()
    _take_back_reactions(person)
    _leave_no_name(person)
    if leave_posts:
        _leave_posts(person)
    else:
        _remove_posts(person)
    PostVersion.objects.filter(editor=person).update(editor=None)
    Post.objects.filter(deleted_by=person).update(deleted_by=None)
    _forget_in_threads(person)
    _remove_files(person, leave_posts)


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _take_back_reactions(person: Person) -> None:
    ids = list(Reaction.objects.filter(person=person).values_list("post_id", flat=True).distinct())
    Reaction.objects.filter(person=person).delete()
    for chunk in _chunks(ids):
        counts: dict[int, dict[str, int]] = {pk: {} for pk in chunk}
        rows = Reaction.objects.filter(post__in=chunk).values_list("post_id", "kind").annotate(Count("pk"))
        for post_id, kind, count in rows:
            counts[post_id][kind] = count
        seen = ("pk", "number", "reaction_counts", "revision", "thread__fields")
        posts = list(Post.objects.filter(pk__in=chunk).select_related("thread").only(*seen))
        for post in posts:
            post.reaction_counts = with_carried(counts[post.pk], post.thread.fields, post.number)
            post.revision += 1
        Post.objects.bulk_update(posts, ["reaction_counts", "revision"])


def _leave_posts(person: Person) -> None:
    """Earlier versions go in any case: they were changed for a reason."""
    PostVersion.objects.filter(post__author=person).delete()
    SearchEntry.objects.filter(kind="post", author=person).update(author=None)
    Post.objects.filter(author=person).update(author=None, form_key=None, revision=F("revision") + 1)


def _remove_posts(person: Person) -> None:
    threads = list(Post.objects.filter(author=person).values_list("thread_id", flat=True).distinct())
    ids = list(Post.objects.filter(author=person, deleted_at=None).values_list("pk", flat=True))
    for chunk in _chunks(ids):
        for model in (PostVersion, Reaction, Bookmark, PostFile):
            model.objects.filter(post__in=chunk).delete()
        remove_polls_and_translations(chunk)
        search.forget("post", chunk)
        forget_notices(f"post:{pk}" for pk in chunk)
        Thread.objects.filter(answer__in=chunk).update(answer=None, state="open")
        Post.objects.filter(pk__in=chunk).update(
            source="", html="", plain="", reaction_counts={}, deleted_at=timezone.now(), revision=F("revision") + 1
        )
    Post.objects.filter(author=person).update(author=None, form_key=None)
    for chunk in _chunks(threads):
        _recount(chunk)
    Thread.objects.filter(author=person).update(fields={}, state_note="")
    Thread.objects.filter(closed_by=person).update(outcome="", outcome_html="")
    for thread in Thread.objects.filter(pk__in=threads, post_count__gt=0):
        index_title(thread)
    for pk in threads:
        announce(f"thread:{pk}", {"type": "thread_changed", "thread": pk})


def _recount(threads: list[int]) -> None:
    """Posts that are left are counted anew; a thread without any loses its words too."""
    left = (
        Post.objects.filter(thread=OuterRef("pk"), deleted_at=None).order_by().values("thread").annotate(n=Count("pk"))
    )
    found = Thread.objects.filter(pk__in=threads)
    found.update(post_count=Coalesce(Subquery(left.values("n")), 0), revision=F("revision") + 1)
    found.filter(post_count=0).update(
        title=NAMELESS, slug="", fields={}, state_note="", outcome="", outcome_html="", source_key=""
    )
    counted = Thread.objects.filter(category=OuterRef("pk"), post_count__gt=0, hidden_at=None)
    in_category = counted.order_by().values("category")
    Category.objects.filter(threads__in=threads).update(
        thread_count=Coalesce(Subquery(in_category.annotate(n=Count("pk")).values("n")), 0)
    )


def _forget_in_threads(person: Person) -> None:
    for column in ("author", "met_by", "closed_by"):
        Thread.objects.filter(**{column: person}).update(**{column: None, "revision": F("revision") + 1})
    Thread.objects.filter(last_author=person).update(last_author=None)


def _leave_no_name(person: Person) -> None:
    """In the posts of others, their earlier versions and the outcomes of threads, a mention of the person and the head of a
    quote of what they wrote say "a former member", whatever the person was called when it was quoted. Nothing else changes:
    what others call somebody, or link to, in words of their own is theirs.
    """
    own: set[tuple[int, int]] = set()
    for chunk in _chunks(list(Post.objects.filter(author=person).values_list("pk", flat=True))):
        own |= places_of(chunk)
    for chunk in _chunks(_naming(Post.objects.exclude(author=person), person, own)):
        for post in Post.objects.filter(pk__in=chunk).select_related("author", "thread"):
            post.source = _without(post.source, person, own, _former(post.language))
            _render_again(post)
    for chunk in _chunks(_naming(PostVersion.objects.exclude(post__author=person), person, own)):
        for version in PostVersion.objects.filter(pk__in=chunk):
            version.source = _without(version.source, person, own, NAMELESS)
            version.save(update_fields=["source"])
    for thread in Thread.objects.filter(outcome__icontains=f"@{person.handle}"):
        thread.outcome = _without(thread.outcome, person, own, _former(thread.language))
        thread.outcome_html, thread.revision = write(thread.outcome, None).rendered.html, thread.revision + 1
        thread.save(update_fields=["outcome", "outcome_html", "revision"])


def _naming(rows: QuerySet[Any], person: Person, own: set[tuple[int, int]]) -> list[int]:
    """Ids of the rows whose source names the person."""
    perhaps = rows.filter(Q(source__icontains=f"@{person.handle}") | Q(source__contains="](/t/"))
    sources = perhaps.order_by("pk").values_list("pk", "source").iterator(chunk_size=CHUNK)
    return [pk for pk, source in sources if _without(source, person, own, "") != source]


def _former(language: str) -> str:
    with translation.override(language):
        return _("a former member")


def _without(source: str, person: Person, own: set[tuple[int, int]], former: str) -> str:
    def nameless(head: re.Match[str]) -> str:
        is_own = (int(head["thread"]), int(head["number"])) in own
        return f"{head['before']}[{former}]{head['link']}" if is_own else head[0]

    source = re.sub(rf"@{re.escape(person.handle)}(?![\w-])", former, source, flags=re.IGNORECASE)
    return _QUOTE_HEAD.sub(nameless, source)


def _render_again(post: Post) -> None:
    written = write(post.source, post.author, shown_by=post)
    post.html, post.plain, post.revision = written.rendered.html, written.rendered.plain, post.revision + 1
    post.save(update_fields=["source", "html", "plain", "revision"])
    search.index(entry_of(post, post.thread.title, carries=carries_title(post)))


def _remove_files(person: Person, leave_posts: bool) -> None:
    for stored in StoredFile.objects.filter(author=person):
        if leave_posts and PostFile.objects.filter(file=stored).exists():
            StoredFile.objects.filter(pk=stored.pk).update(author=None)
        else:
            remove_file(stored)
