"""Reactions and bookmarks."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count

from dugnad.forum import policies
from dugnad.forum.actions.posting import announce_post
from dugnad.forum.carrying.given import with_carried
from dugnad.forum.kinds import REACTIONS
from dugnad.forum.locking import locked
from dugnad.forum.models import Bookmark, Post, Reaction
from dugnad.kernel.happenings import record
from dugnad.kernel.policies import require
from dugnad.people.models import Person


@transaction.atomic
def add_reaction(post: Post, kind: str, *, by: Person) -> Post:
    """Give a post one of the four words. Giving it twice changes nothing."""
    post = _locked(post)
    require(policies.can_react(by, post))
    if kind not in REACTIONS:
        raise ValueError(f"{kind!r} is not a reaction")
    _reaction, made = Reaction.objects.get_or_create(post=post, person=by, kind=kind)
    if made:
        _recount(post)
        record("reaction_added", post, by=by, within=post.thread, kind=kind)
    return post


@transaction.atomic
def remove_reaction(post: Post, kind: str, *, by: Person) -> Post:
    """Take a word back. Taking back what was not given changes nothing."""
    post = _locked(post)
    require(policies.can_react(by, post))
    removed, _rows = Reaction.objects.filter(post=post, person=by, kind=kind).delete()
    if removed:
        _recount(post)
        record("reaction_removed", post, by=by, within=post.thread, kind=kind)
    return post


def _recount(post: Post) -> None:
    """Counts come from the rows, so that they are right after any number of races."""
    rows = Reaction.objects.filter(post=post).values_list("kind").annotate(Count("pk"))
    post.reaction_counts = with_carried(dict(rows), post.thread.fields, post.number)
    post.revision += 1
    post.save(update_fields=["reaction_counts", "revision"])
    announce_post("post_edited", post)


@transaction.atomic
def keep_bookmark(post: Post, *, by: Person) -> Bookmark:
    """Keep a post for oneself. Nobody else sees it, so it is no happening."""
    require(policies.can_keep_bookmark(by, post))
    bookmark, _made = Bookmark.objects.get_or_create(person=by, post=post)
    return bookmark


@transaction.atomic
def remove_bookmark(post: Post, *, by: Person) -> None:
    """No longer keep a post."""
    Bookmark.objects.filter(person=by, post=post).delete()


def _locked(post: Post) -> Post:
    return locked(Post.objects.select_related("thread__category"), post.pk)
