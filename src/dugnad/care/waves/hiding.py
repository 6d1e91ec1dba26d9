"""Hiding many posts and threads at once, and showing them again: parts of deeds that hold their lock and asked their policy.

What a hidden post means is said in `forum.actions.moderating`; here it is done in statements whose number does not grow
with the posts of a wave; only finding the readers of each writer's own, and the counts of threads, takes one for each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, Subquery, When
from django.utils import timezone

from dugnad.forum.actions.moderating import settle_readers
from dugnad.forum.actions.posting import announce_post
from dugnad.forum.belongings import carry_belongings
from dugnad.forum.locking import all_locked
from dugnad.forum.models import Category, Post, Thread
from dugnad.forum.reach import readers_of_hidden
from dugnad.kernel.happenings import Happening
from dugnad.kernel.live.bus import announce, ask_everybody_anew
from dugnad.kernel.outbox import Mail
from dugnad.kernel.search import SearchEntry
from dugnad.kernel.stamps import touch_public
from dugnad.notices.mails import absolute
from dugnad.notices.models import Notice
from dugnad.people.models import Person

ByAudience = dict[int, list[int]]
"""Ids of threads or posts under the id of the audience that reads them."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many posts and threads were hidden, or shown again. The posts of a thread that goes as a whole count too."""

    posts: int = 0
    threads: int = 0


def hide_many(ids: Collection[int], *, at: datetime, by: Person | None) -> Moved:
    """Nobody reads these posts any more but the stewards of their room and who wrote each; a thread that one of them opened
    goes as a whole. What was hidden or deleted before stays as it is and is not counted. Mails that quote them are called
    back.
    """
    posts = list(Post.objects.filter(pk__in=ids, hidden_at=None, deleted_at=None).select_related("thread"))
    threads = _locked(post.thread_id for post in posts)
    openers = {post.thread_id for post in posts if post.number == 1 and threads[post.thread_id].hidden_at is None}
    replies = [post for post in posts if post.number > 1 and post.thread_id not in openers]
    _hide_threads([threads[pk] for pk in sorted(openers)], at=at, by=by)
    _hide_posts(replies, threads, at=at, by=by)
    _call_back([*replies, *(post for post in posts if post.thread_id in openers)], openers)
    touch_public()
    return Moved(len(replies) + sum(post.thread_id in openers for post in posts), len(openers))


def _locked(ids: Iterable[int]) -> dict[int, Thread]:
    return all_locked(Thread.objects.select_related("category__audience"), sorted(set(ids)))


def _hide_threads(threads: list[Thread], *, at: datetime, by: Person | None) -> None:
    """All in the same few statements; those in which something was hidden already one by one."""
    plain = [thread for thread in threads if not thread.hidden_count]
    together: ByAudience = defaultdict(list)
    for thread in plain:
        together[readers_of_hidden(thread.category, thread.author_id).pk].append(thread.pk)
    hidden = Thread.objects.filter(pk__in=[thread.pk for thread in plain])
    hidden.update(hidden_at=at, hidden_by=by, revision=F("revision") + 1)
    _share_threads(together)
    for thread in threads:
        if thread.hidden_count:
            thread.hidden_at, thread.hidden_by = at, by
            settle_readers(thread)
        announce(f"thread:{thread.pk}", {"type": "thread_changed", "thread": thread.pk})
    _count_in_categories(threads, -1)
    if threads:
        ask_everybody_anew()


def _share_threads(together: ByAudience) -> None:
    """These threads, all posts in them, and what is kept of either, are read by the audience under which they stand."""
    if not together:
        return
    ids = [pk for pks in together.values() for pk in pks]
    Thread.objects.filter(pk__in=ids).update(audience=_chosen(together, lambda pks: Q(pk__in=pks)))
    posts = Post.objects.filter(thread__in=ids)
    posts.update(audience=_chosen(together, lambda pks: Q(thread__in=pks)))
    of_post = Post.objects.filter(pk=OuterRef("thing_id")).values("audience")
    found = list(posts.values_list("pk", flat=True))
    SearchEntry.objects.filter(kind="post", thing_id__in=found).update(audience=Subquery(of_post))
    for kept in (Notice, Happening):
        kept.objects.filter(_about("thread", ids)).update(audience=_chosen(together, lambda pks: _about("thread", pks)))
    carry_belongings(found)


def _share_posts(together: ByAudience) -> None:
    """The same for posts by themselves."""
    if not together:
        return
    ids = [pk for pks in together.values() for pk in pks]
    Post.objects.filter(pk__in=ids).update(audience=_chosen(together, lambda pks: Q(pk__in=pks)))
    entries = SearchEntry.objects.filter(kind="post", thing_id__in=ids)
    entries.update(audience=_chosen(together, lambda pks: Q(thing_id__in=pks)))
    for kept in (Notice, Happening):
        told = kept.objects.filter(thing__in=_keys("post", ids))
        told.update(audience=_chosen(together, lambda pks: Q(thing__in=_keys("post", pks))))
    carry_belongings(ids)


def _keys(kind: str, ids: Iterable[int]) -> list[str]:
    return [f"{kind}:{pk}" for pk in ids]


def _about(kind: str, ids: Iterable[int]) -> Q:
    keys = _keys(kind, ids)
    return Q(within__in=keys) | Q(thing__in=keys)


def _chosen(together: ByAudience, which: Callable[[list[int]], Q]) -> Case:
    """For each row the audience under which its id stands."""
    return Case(
        *(When(which(pks), then=audience) for audience, pks in together.items()), output_field=BigIntegerField()
    )


def _count_in_categories(threads: list[Thread], change: int) -> None:
    counted = Counter(thread.category_id for thread in threads if thread.post_count)
    for category, count in sorted(counted.items()):
        Category.objects.filter(pk=category).update(thread_count=F("thread_count") + change * count)


def _hide_posts(posts: list[Post], threads: dict[int, Thread], *, at: datetime, by: Person | None) -> None:
    """All in the same few statements."""
    together: ByAudience = defaultdict(list)
    kept: dict[tuple[int | None, int | None], int] = {}
    for post in posts:
        thread = threads[post.thread_id]
        of_room = thread.category.group_id, None if thread.hidden_at else post.author_id
        if of_room not in kept:
            kept[of_room] = readers_of_hidden(thread.category, of_room[1]).pk
        together[kept[of_room]].append(post.pk)
    hidden = Post.objects.filter(pk__in=[post.pk for post in posts])
    hidden.update(hidden_at=at, hidden_by=by, revision=F("revision") + 1)
    _share_posts(together)
    _count_in_threads(posts, 1)


def _count_in_threads(posts: list[Post], change: int) -> None:
    for thread, count in sorted(Counter(post.thread_id for post in posts).items()):
        Thread.objects.filter(pk=thread).update(
            hidden_count=F("hidden_count") + change * count, revision=F("revision") + 1
        )
    for post in posts:
        post.revision += 1
        announce_post("post_edited", post)


def _call_back(posts: list[Post], threads: set[int]) -> None:
    """Mails that quote one of the posts or lead into one of the threads lose their text; those that have not left stay here.
    The mails since the first of the posts are read once, whatever the number of posts.
    """
    if not posts:
        return
    into = tuple(f"{absolute(f'/t/{thread}')}/" for thread in sorted(threads))
    quoting = tuple(f"{absolute(post.url)}\n" for post in posts if post.thread_id not in threads)
    mails = Mail.objects.filter(kind="notice", created_at__gte=min(post.created_at for post in posts)).exclude(text="")
    told = [
        pk
        for pk, text in mails.values_list("pk", "text").iterator(chunk_size=500)
        if any(one in text for one in into) or any(one in text for one in quoting)
    ]
    for start in range(0, len(told), 500):
        called = Mail.objects.filter(pk__in=told[start : start + 500])
        waiting = called.filter(sent_at=None, given_up_at=None)
        waiting.update(given_up_at=timezone.now(), trouble="what it told of is gone")
        called.update(text="", subject="", headers={})


def show_many(ids: Collection[int], *, since: datetime) -> Moved:
    """What of these posts was hidden since then is read again by whoever reads the thread, with all that hung on it; so are
    the threads that they opened. What was hidden before stays hidden. Mails that were called back are not sent again.
    """
    posts = list(Post.objects.filter(pk__in=ids).select_related("thread"))
    threads = _locked(post.thread_id for post in posts)
    openers = {
        post.thread_id for post in posts if post.number == 1 and _is_since(threads[post.thread_id].hidden_at, since)
    }
    replies = [post for post in posts if post.number > 1 and _is_since(post.hidden_at, since)]
    shown = Post.objects.filter(pk__in=[post.pk for post in replies])
    shown.update(hidden_at=None, hidden_by=None, revision=F("revision") + 1)
    _count_in_threads(replies, -1)
    _show_threads([threads[pk] for pk in sorted(openers)])
    _share_as_threads(replies)
    touch_public()
    return Moved(len(replies) + sum(post.thread_id in openers for post in posts), len(openers))


def _is_since(hidden_at: datetime | None, since: datetime) -> bool:
    return hidden_at is not None and hidden_at >= since


def _show_threads(threads: list[Thread]) -> None:
    """All in the same few statements; those in which something stays hidden one by one."""
    together: ByAudience = defaultdict(list)
    for thread in Thread.objects.filter(pk__in=[one.pk for one in threads]).select_related("category__audience"):
        if thread.hidden_count:
            thread.hidden_at = thread.hidden_by = None
            settle_readers(thread)
        else:
            together[thread.category.audience_id].append(thread.pk)
        announce(f"thread:{thread.pk}", {"type": "thread_changed", "thread": thread.pk})
    shown = Thread.objects.filter(pk__in=[pk for pks in together.values() for pk in pks])
    shown.update(hidden_at=None, hidden_by=None, revision=F("revision") + 1)
    _share_threads(together)
    _count_in_categories(threads, 1)


def _share_as_threads(posts: list[Post]) -> None:
    """Posts that are shown again are read by whoever reads their thread now."""
    together: ByAudience = defaultdict(list)
    now = dict(Thread.objects.filter(pk__in={post.thread_id for post in posts}).values_list("pk", "audience"))
    for post in posts:
        together[now[post.thread_id]].append(post.pk)
    _share_posts(together)
