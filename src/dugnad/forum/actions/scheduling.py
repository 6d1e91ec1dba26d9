"""Posts for later: written now, published by themselves when their moment comes, through the same deeds as any other.

Until then nobody else knows of them, so nothing is recorded. Published is published once: the row is locked, and what it
became is written in the transaction of the post itself.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from dugnad.forum import policies
from dugnad.forum.actions.posting import add_post
from dugnad.forum.actions.threads import start_thread
from dugnad.forum.models import Category, Post, ScheduledPost, Thread
from dugnad.forum.planned_policies import (
    can_change_scheduled,
    can_forget_scheduled,
    can_publish_scheduled,
    can_schedule_post,
)
from dugnad.forum.writing import write
from dugnad.kernel.audience import audience_of
from dugnad.kernel.happenings import SYSTEM, Actor
from dugnad.kernel.policies import Refused, require
from dugnad.kernel.retention import keep
from dugnad.kernel.trouble import without_words
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, register
from dugnad.people.models import Person

log = logging.getLogger("dugnad.planned")

MOST_AT_ONCE = 100
KEEP_PUBLISHED = keep("published plans", days=7, least=1, most=30, words=_("A post for later, after it was published"))

WAITS = register(
    NoticeKind(
        "planned_post_waits",
        "planned",
        _("“{title}” could not be published when its time came. Your text is kept."),
        _("Not published: {title}"),
        _("“{title}” could not be published when its time came. Your text is kept. The reason:"),
        _("Change it or choose another moment: {link}"),
    )
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be published: a reply in `thread`, or a thread of a kind in `category`."""

    source: str
    language: str = ""
    thread: Thread | None = None
    category: Category | None = None
    kind: str = ""
    title: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    grew_out_of: Thread | None = None


@transaction.atomic
def schedule_post(plan: Plan, due_at: datetime, *, by: Person, form_key: str | None = None) -> ScheduledPost:
    """Keep the text until `due_at`. The same form sent twice is one plan. Whoever may not write there now cannot plan it."""
    by = Person.objects.select_for_update().get(pk=by.pk)
    sent = ScheduledPost.objects.filter(author=by, form_key=form_key, source=plan.source).first() if form_key else None
    if sent is not None:
        return sent
    require(can_schedule_post(by, due_at))
    if plan.thread is not None:
        require(policies.can_add_post(by, plan.thread))
    elif plan.category is not None:
        require(policies.can_start_thread(by, plan.category, plan.kind))
    write(plan.source, by)
    planned = ScheduledPost(
        author=by, due_at=due_at, form_key=form_key or "", thread=plan.thread, category=plan.category
    )
    _put(planned, plan)
    return planned


@transaction.atomic
def change_scheduled(planned: ScheduledPost, plan: Plan, due_at: datetime, *, by: Person) -> ScheduledPost:
    """Another text or another moment. What kept it from being published is forgotten: it is tried again."""
    planned = _locked(planned)
    require(can_change_scheduled(by, planned, due_at))
    write(plan.source, by)
    planned.due_at, planned.trouble = due_at, ""
    _put(planned, plan)
    return planned


def _put(planned: ScheduledPost, plan: Plan) -> None:
    planned.source, planned.kind, planned.title = plan.source, plan.kind, plan.title
    planned.language = plan.language or planned.author.language
    planned.fields = {"facts": plan.facts, "grew_out_of": plan.grew_out_of.pk if plan.grew_out_of else None}
    planned.save()


@transaction.atomic
def publish_scheduled(planned: ScheduledPost, *, by: Person) -> Post | None:
    """Publish it in the name of its author, through the deed that everybody uses: who may write there is asked now.

    Answers the post, or that of the first time; None when that is gone. The text is then in the post alone.
    """
    planned = _locked(planned)
    if planned.published_at:
        return planned.became
    require(can_publish_scheduled(by, planned))
    planned.became = _published(planned, by)
    planned.published_at = timezone.now()
    planned.source, planned.title, planned.fields, planned.trouble = "", "", {}, ""
    planned.save()
    return planned.became


def _published(planned: ScheduledPost, by: Person) -> Post:
    key = f"planned-{planned.pk}"
    if planned.thread is not None:
        thread = planned.thread
        while thread.merged_into is not None:
            thread = thread.merged_into
        return add_post(thread, planned.source, by=by, language=planned.language, form_key=key)
    assert planned.category is not None  # noqa: S101 - a plan has one of the two
    before = Thread.objects.filter(pk=planned.fields.get("grew_out_of") or 0).first()
    grew_out_of = before if before is not None and policies.can_see(by, before) else None
    thread = start_thread(
        planned.category,
        planned.kind,
        planned.title,
        planned.source,
        by=by,
        language=planned.language,
        fields=planned.fields.get("facts"),
        grew_out_of=grew_out_of,
        form_key=key,
    )
    return thread.posts.get(number=1)


@transaction.atomic
def forget_scheduled(planned: ScheduledPost, *, by: Person) -> None:
    """The plan and its text are gone. A post that it became stays."""
    planned = _locked(planned)
    require(can_forget_scheduled(by, planned))
    planned.delete()


@transaction.atomic
def keep_scheduled(planned: ScheduledPost, reason: str, *, by: Actor = SYSTEM) -> None:
    """It could not be published: the text stays with its author, who is told why."""
    planned = _locked(planned)
    if planned.published_at or planned.trouble:
        return
    planned.trouble = reason[:300]
    planned.save(update_fields=["trouble"])
    author, about = planned.author, planned.title
    if planned.thread is not None:
        about = planned.thread.title if policies.can_see(author, planned.thread) else "…"
    # A later moment that fails again is told again.
    key = f"scheduledpost:{planned.pk}:{planned.due_at:%Y%m%d%H%M%S}"
    tell([author], "planned_post_waits", thing=key, url="/me/scheduled", title=about, audience=audience_of(author.key),
         quote=reason)  # fmt: skip


def _locked(planned: ScheduledPost) -> ScheduledPost:
    related = ScheduledPost.objects.select_related("author", "thread__category", "thread__merged_into", "category")
    return related.select_for_update(of=("self",)).get(pk=planned.pk)


def publish_due() -> str:
    """Publish what is due, the earliest first, also what became due while the house was closed. What is refused stays with
    its author. Answers a line for the log, empty when nothing was due.
    """
    due = ScheduledPost.objects.filter(published_at=None, trouble="", due_at__lte=timezone.now()).select_related(
        "author"
    )
    outcomes = [_publish(planned) for planned in due.order_by("due_at", "pk")[:MOST_AT_ONCE]]
    return f"{outcomes.count(True)} of {len(outcomes)} planned posts published" if outcomes else ""


def _publish(planned: ScheduledPost) -> bool:
    with translation.override(planned.author.language):
        try:
            publish_scheduled(planned, by=planned.author)
        except Refused as refused:
            keep_scheduled(planned, str(refused))
        except ScheduledPost.DoesNotExist:
            return False
        except Exception as trouble:  # noqa: BLE001 - one that breaks must not keep the others from their moment
            log.error("a planned post was not published: %s", without_words(trouble))
        else:
            return True
    return False


def forget_published() -> str:
    """Plans that became posts, a week after; answers a line for the log."""
    before = timezone.now() - KEEP_PUBLISHED.time
    return f"{ScheduledPost.objects.filter(published_at__lt=before).delete()[0]} published plans forgotten"
