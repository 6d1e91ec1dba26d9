"""Living documents: posts that all who may write in the thread can change."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.forum import living_policies
from dugnad.forum.actions.posting import announce_post, edit_post
from dugnad.forum.locking import locked
from dugnad.forum.models import Post
from dugnad.forum.queries.living import text_of_version
from dugnad.kernel.happenings import record
from dugnad.kernel.policies import Refused, require
from dugnad.people.models import Person


@transaction.atomic
def make_living(post: Post, *, by: Person) -> Post:
    """From now on all who may write in the thread can change the post. How it read, and who changed what, stays to be seen."""
    post = _locked(post)
    require(living_policies.can_make_living(by, post))
    post.living_since = timezone.now()
    _save(post)
    record("living_made", post, by=by, within=post.thread, number=post.number)
    return post


@transaction.atomic
def end_living(post: Post, *, by: Person) -> Post:
    """The post stays as it is now; only who wrote it can change it from then on."""
    post = _locked(post)
    require(living_policies.can_end_living(by, post))
    post.living_since = None
    _save(post)
    record("living_ended", post, by=by, within=post.thread, number=post.number)
    return post


@transaction.atomic
def restore_version(post: Post, number: int, *, by: Person, seen_edits: int, reason: str = "") -> Post:
    """Put an earlier text back as a new change: nothing in between is lost. Raises `EditedMeanwhile` as editing does."""
    require(living_policies.can_restore_version(by, post))
    source = text_of_version(post, number)
    if source is None:
        raise Refused(_("This version is not kept any more."))
    return edit_post(post, source, by=by, seen_edits=seen_edits, reason=reason)


def _locked(post: Post) -> Post:
    return locked(Post.objects.select_related("thread__category"), post.pk)


def _save(post: Post) -> None:
    post.revision += 1
    post.save(update_fields=["living_since", "revision"])
    announce_post("post_edited", post)
