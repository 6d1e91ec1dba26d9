"""One's own feed: an address with a secret in it, made anew or ended. Nothing is recorded: it is nobody's business."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from dugnad.forum.models import FeedKey
from dugnad.forum.policies import can_make_feed_key
from dugnad.forum.queries.feeds import digest_of
from dugnad.kernel.policies import require
from dugnad.people.models import Person


@transaction.atomic
def make_feed_key(*, by: Person) -> str:
    """The secret for the address of the person's own feed. It is kept nowhere, only its hash; the one before ends."""
    require(can_make_feed_key(by))
    secret = secrets.token_urlsafe(24)
    FeedKey.objects.update_or_create(person=by, defaults={"digest": digest_of(secret), "created_at": timezone.now()})
    return secret


@transaction.atomic
def end_feed_key(*, by: Person) -> None:
    """There is nothing under the address of the person's own feed any more."""
    FeedKey.objects.filter(person=by).delete()
