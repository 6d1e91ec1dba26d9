"""Moving a thread to another category, splitting posts off it, merging it into another. Old addresses lead to the new ones.

Locks are taken from the thread to the category, as deleting a post does; of two threads the older first.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dugnad.forum import moving_policies
from dugnad.forum.actions.carrying import (
    lead_to,
    newest_post,
    readings_merged,
    readings_moved,
    readings_split,
    settle,
    take_out,
)
from dugnad.forum.actions.polling import recount_polls
from dugnad.forum.actions.threads import slug_of
from dugnad.forum.kinds import KINDS
from dugnad.forum.locking import all_locked
from dugnad.forum.models import Category, Post, PostTranslation, PostVersion, Thread
from dugnad.forum.reach import is_within
from dugnad.forum.writing import entry_of, write
from dugnad.kernel import search
from dugnad.kernel.audience import Audience
from dugnad.kernel.happenings import record
from dugnad.kernel.live.bus import announce, ask_everybody_anew
from dugnad.kernel.policies import Refused, require
from dugnad.kernel.search import SearchEntry
from dugnad.kernel.stamps import touch_public
from dugnad.kernel.text import MAX_SOURCE, escaped
from dugnad.people.models import Person


@transaction.atomic
def move_thread(
    thread: Thread, category: Category, *, by: Person, reason: str = "", other_readers: bool = False
) -> Thread:
    """Put a thread into another category, with everything that hangs on it: from now on it is read by whom that is read.

    A steward says why when the thread is another's. `other_readers`: `by` knows that others can read it then; without that
    word the deed is refused where the readers differ. What was read stays read; a pin stays behind.
    """
    thread = _locked(thread)[0]
    before = _locked_categories(thread.category_id, category.pk)
    category = before[category.pk]
    require(moving_policies.can_move_thread(by, thread, category))
    _require_reason(reason, thread, by)
    readers = thread.audience
    _require_known(readers, category.audience, other_readers)
    readings_moved(thread)
    left = before[thread.category_id]
    thread.category, thread.audience, thread.pinned_at = category, category.audience, None
    thread.came_in_after = newest_post()
    _save(thread, "category", "audience", "pinned_at", "came_in_after")
    if readers.pk != category.audience_id or thread.hidden_count:
        settle(thread)
    _readers_changed(readers, category.audience)
    if thread.post_count:
        _count(left, -1)
        _count(category, 1)
    record("thread_moved", thread, by=by, within=category, before=left.pk, now=category.pk, reason=reason)
    return thread


@transaction.atomic
def split_thread(
    thread: Thread,
    numbers: Collection[int],
    title: str,
    category: Category,
    *,
    by: Person,
    reason: str = "",
    other_readers: bool = False,
) -> Thread:
    """Take the posts with these numbers out of a thread: they become posts 1, 2, 3 … of a new one, started by who wrote the
    first of them. Empty places stay behind that lead there. The opening post stays. Who read them has read them.
    """
    thread = _locked(thread)[0]
    category = _locked_categories(thread.category_id, category.pk)[category.pk]
    require(moving_policies.can_split_thread(by, thread, category, numbers))
    _require_reason(reason, thread, by)
    _require_known(thread.audience, category.audience, other_readers)
    standing = Post.objects.filter(thread=thread, number__in=list(numbers), number__gt=1, deleted_at=None)
    chosen = list(standing.filter(hidden_at=None).order_by("number").select_related("author"))
    if not chosen:
        raise Refused(_("Choose the posts that become a thread of their own."))
    if len(chosen) == thread.post_count:
        raise Refused(_("Nothing would be left here. Move the whole thread instead, or change its title."))
    made = _begun_with(chosen[0], thread, title, category)
    readings_split(thread, made, [post.number for post in chosen])
    take_out([(post.pk, post.number) for post in chosen], thread, made)
    if made.audience_id != thread.audience_id:
        settle(made)
    _readers_changed(thread.audience, category.audience)
    _count_posts(made)
    _count_posts(thread)
    if thread.answer_id in {post.pk for post in chosen}:
        thread.answer, thread.state = None, KINDS[thread.kind].first_state
        _save(thread, "answer", "state")
    first = Post.objects.select_related("thread").get(thread=made, number=1)
    search.index(entry_of(first, title))
    _count(category, 1)
    record(
        "thread_split", thread, by=by, within=thread.category, into=made.pk, posts=len(chosen), now=category.pk,
        reason=reason,
    )  # fmt: skip
    return made


@transaction.atomic
def merge_threads(thread: Thread, into: Thread, *, by: Person, reason: str = "", other_readers: bool = False) -> Thread:
    """Put the posts of a thread behind those of another one, in order. `thread` stays as an empty row whose addresses lead to
    where its posts are now; its title and facts stand at the beginning of what was its opening post. Cannot be undone.
    """
    thread, into = _locked(thread, into)
    category = _locked_categories(thread.category_id, into.category_id)[into.category_id]
    require(moving_policies.can_merge_threads(by, thread, into))
    _require_reason(reason, thread, by)
    readers = thread.audience
    _require_known(readers, into.audience, other_readers)
    after, count, left, hidden = into.last_number, thread.post_count, thread.category, thread.hidden_count
    other_marks = (thread.category_id, thread.came_in_after) != (into.category_id, into.came_in_after)
    readings_merged(thread, into, after, by_category=other_marks)
    if other_marks:
        into.came_in_after = newest_post()
    _tell_how_it_began(thread, by)
    titled = SearchEntry.objects.filter(kind="post", within=f"thread:{thread.pk}").exclude(title="").values("thing_id")
    for post in Post.objects.filter(pk__in=titled).select_related("thread"):
        search.index(entry_of(post, "", carries=False))
    into.posts_mixed = thread.posts_mixed or into.posts_mixed or _ids_cross(thread, into)
    Post.objects.filter(thread=thread).update(thread=into, number=F("number") + after, revision=F("revision") + 1)
    _leave_empty(thread, into, category, after)
    lead_to(into, thread)
    if readers.pk != into.audience_id or hidden:
        settle(into)
    _readers_changed(readers, into.audience)
    into.last_number = after + thread.last_number
    _count_posts(into, "last_number", "posts_mixed", "came_in_after")
    if count:
        _count(left, -1)
    record(
        "threads_merged", into, by=by, within=category, merged=thread.pk, starter=thread.author_id, posts=count,
        before=left.pk, reason=reason,
    )  # fmt: skip
    return into


def _locked(*threads: Thread) -> list[Thread]:
    """These threads as they are now, locked from the older to the younger, in the order in which they were asked for."""
    found = all_locked(Thread.objects.select_related("category", "audience"), [thread.pk for thread in threads])
    return [found[thread.pk] for thread in threads]


def _locked_categories(*ids: int) -> dict[int, Category]:
    rows = Category.objects.select_for_update(of=("self",)).select_related("audience", "group").order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=ids)}


def _require_reason(reason: str, thread: Thread, by: Person) -> None:
    if by.pk != thread.author_id and not reason:
        raise Refused(_("Say why in a sentence: the person who started the thread reads it."))


def _require_known(before: Audience, now: Audience, known: bool) -> None:
    if before.pk != now.pk and not known:
        raise Refused(_("Others can read it there. Say that you know, then it is done."))


def _readers_changed(before: Audience, now: Audience) -> None:
    """Pages that are open, and those kept for strangers, must not go on showing it to whom it is no longer for."""
    if before.pk == now.pk:
        return
    if before.is_public or now.is_public:
        touch_public()
    if not is_within(before, now):
        ask_everybody_anew()


def _count(category: Category, by: int) -> None:
    Category.objects.filter(pk=category.pk).update(thread_count=F("thread_count") + by)


def _save(thread: Thread, *columns: str) -> None:
    thread.revision += 1
    thread.save(update_fields=[*columns, "revision"])
    announce(f"thread:{thread.pk}", {"type": "thread_changed", "thread": thread.pk})


def _begun_with(post: Post, thread: Thread, title: str, category: Category) -> Thread:
    same_room = category.pk == thread.category_id
    return Thread.objects.create(
        category=category,
        audience=category.audience,
        kind="talk",
        title=title,
        slug=slug_of(title),
        language=post.language,
        author=post.author,
        grew_out_of=thread,
        came_in_after=thread.came_in_after if same_room else newest_post(),
        posts_mixed=thread.posts_mixed,
        last_post_at=post.created_at,
    )


def _count_posts(thread: Thread, *columns: str) -> None:
    """How many posts and polls stand in the thread now, and which post is its newest."""
    standing = Post.objects.filter(thread=thread, deleted_at=None)
    thread.post_count = standing.count()
    newest = standing.order_by("-pk").first()
    if newest is not None:
        thread.last_post_id, thread.last_post_at, thread.last_author_id = newest.pk, newest.created_at, newest.author_id
    last = Post.objects.filter(thread=thread).order_by("-number").values_list("number", flat=True).first()
    thread.last_number = last or thread.last_number
    _save(thread, "post_count", "last_number", "last_post_id", "last_post_at", "last_author", *columns)
    recount_polls(thread)


def _ids_cross(thread: Thread, into: Thread) -> bool:
    """Do posts of the one stand behind younger ones of the other."""
    first = Post.objects.filter(thread=thread).order_by("pk").values_list("pk", flat=True).first()
    return first is not None and Post.objects.filter(thread=into, pk__gt=first).exists()


def _leave_empty(thread: Thread, into: Thread, category: Category, after: int) -> None:
    """What is left of a merged thread: a row that says where its posts are. Its words are with them."""
    thread.merged_into, thread.merged_after = into, after
    thread.category, thread.audience = category, into.audience
    thread.title, thread.slug, thread.fields = "…", "", {}
    thread.state_note = thread.outcome = thread.outcome_html = ""
    thread.answer = thread.met_by = thread.pinned_at = thread.grew_out_of = thread.pair_of = None
    thread.state = KINDS[thread.kind].first_state
    thread.post_count = thread.poll_count = thread.hidden_count = 0
    thread.revision += 1
    thread.save()
    announce(f"thread:{thread.pk}", {"type": "thread_changed", "thread": thread.pk})


def _tell_how_it_began(thread: Thread, by: Person) -> None:
    """Title and facts of a thread that ends as such stand from now on at the beginning of its opening post, in the words of who
    wrote them; how it read before is in its history.
    """
    post = Post.objects.filter(thread=thread, number=1, deleted_at=None).select_related("author", "thread").first()
    if post is None:
        return
    with translation.override(thread.language):
        told = [f"**{escaped(thread.title)}**", *_facts_told(thread)]
        why = _("It began a thread of its own, which was merged into this one.")
    source = "\n\n".join([*told, post.source]).rstrip()
    if len(source) > MAX_SOURCE:
        return
    PostVersion.objects.create(
        post=post, source=post.source, language=post.language, written_at=post.edited_at or post.created_at,
        editor=by, reason=why,
    )  # fmt: skip
    PostTranslation.objects.filter(post=post, of_edits=post.edits).update(of_edits=F("of_edits") + 1)
    written = write(source, post.author, shown_by=post)
    post.source, post.html, post.plain = source, written.rendered.html, written.rendered.plain
    post.edits, post.edited_at = post.edits + 1, timezone.now()
    post.save(update_fields=["source", "html", "plain", "edits", "edited_at"])
    thread.fields = {}
    post.thread.fields = {}
    search.index(entry_of(post, "", carries=False))


def _facts_told(thread: Thread) -> list[str]:
    told = []
    for fact in KINDS[thread.kind].fields:
        if value := thread.fields.get(fact.name):
            shown = str(dict(fact.choices).get(str(value), value)) if fact.shape == "choice" else str(value)
            between = "\n\n" if fact.shape == "text" else " "
            told.append(f"**{escaped(str(fact.label))}**{between}{shown if fact.shape == 'text' else escaped(shown)}")
    return told
