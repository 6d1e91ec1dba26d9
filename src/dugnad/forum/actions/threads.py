"""Starting threads, and what becomes of them: states, answers, outcomes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from dugnad.forum import policies
from dugnad.forum.actions.living import make_living
from dugnad.forum.actions.polling import add_poll
from dugnad.forum.actions.posting import append_post, sent_before
from dugnad.forum.kinds import KINDS
from dugnad.forum.locking import locked
from dugnad.forum.models import Category, Post, Thread
from dugnad.forum.polls import Asked
from dugnad.forum.writing import index_title, write
from dugnad.kernel.happenings import record
from dugnad.kernel.live.bus import announce
from dugnad.kernel.policies import Refused, require
from dugnad.people.models import Person

SPELLED = str.maketrans(
    {"å": "a", "ä": "a", "æ": "ae", "ö": "o", "ø": "o", "Å": "a", "Ä": "a", "Æ": "ae", "Ö": "o", "Ø": "o"}
)
# Words that stand at this place of an address already.
TAKEN = frozenset(
    {"reply", "deeds", "edit", "state", "close", "reopen", "pin", "follow", "post", "move", "split", "merge"}
)


def slug_of(title: str) -> str:
    """The readable end of a thread's address. Only for people: the number before it is what counts."""
    slug = slugify(title.translate(SPELLED))[:70].strip("-")
    return f"{slug}-" if slug in TAKEN else slug


@transaction.atomic
def start_thread(
    category: Category,
    kind: str,
    title: str,
    source: str,
    *,
    by: Person,
    language: str = "",
    fields: dict[str, Any] | None = None,
    grew_out_of: Thread | None = None,
    form_key: str | None = None,
    poll: Asked | None = None,
    living: bool = False,
) -> Thread:
    """Begin a thread of a kind with its opening post, and a poll under it if there is one; `living`: the post is a living
    document. The same form with the same text sent twice gives the same thread.
    """
    # The lock makes the second of two equal forms wait until the first is there to be found.
    category = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    sent, form_key = sent_before(form_key, source, by)
    if sent is not None:
        return sent.thread
    require(policies.can_start_thread(by, category, kind))
    if grew_out_of is not None:
        require(policies.can_see(by, grew_out_of))
    thread = Thread.objects.create(
        category=category,
        audience_id=category.audience_id,
        kind=kind,
        state=KINDS[kind].first_state,
        fields=fields or {},
        title=title,
        slug=slug_of(title),
        language=language or by.language,
        author=by,
        grew_out_of=grew_out_of,
        last_post_at=timezone.now(),
    )
    Category.objects.filter(pk=category.pk).update(thread_count=F("thread_count") + 1)
    post = append_post(thread, source, by=by, language=language, form_key=form_key, verb="thread_started")
    if poll is not None:
        add_poll(post, poll, by=by)
    if living:
        make_living(post, by=by)
    announce(f"category:{category.pk}", {"type": "thread_started", "thread": thread.pk, "author": by.pk})
    return thread


@transaction.atomic
def edit_thread(thread: Thread, *, by: Person, title: str, fields: dict[str, Any], language: str = "") -> Thread:
    """Change the title and the facts of a thread. Its address stays valid: the number counts, not the words."""
    thread = _locked(thread)
    require(policies.can_edit_thread(by, thread))
    thread.title, thread.slug, thread.fields = title, slug_of(title), _facts_changed(thread, fields)
    thread.language = language or thread.language
    _save(thread, "title", "slug", "fields", "language")
    index_title(thread)
    record("thread_edited", thread, by=by, within=thread.category)
    return thread


def _facts_changed(thread: Thread, fields: dict[str, Any]) -> dict[str, Any]:
    """The facts of its kind as they are now; what else is known of the thread, such as where it was imported from, stays."""
    names = {fact.name for fact in KINDS[thread.kind].fields}
    return {name: value for name, value in thread.fields.items() if name not in names} | fields


@transaction.atomic
def change_state(thread: Thread, state: str, *, by: Person, met_by: Person | None = None, note: str = "") -> Thread:
    """Say where a thread stands now: met (by whom, with thanks), withdrawn, under way, put to rest …"""
    thread = _locked(thread)
    require(policies.can_change_state(by, thread))
    to = KINDS[thread.kind].state(state)
    if to is None or to.needs_post:
        raise ValueError(f"a {thread.kind} cannot be said to be {state!r}")
    before = thread.state
    thread.state, thread.state_note = state, note
    thread.met_by = met_by if to.asks_who else None
    if not to.needs_post:
        thread.answer = None
    _save(thread, "state", "state_note", "met_by", "answer")
    record("state_changed", thread, by=by, within=thread.category, before=before, now=state)
    return thread


@transaction.atomic
def accept_answer(post: Post, *, by: Person) -> Thread:
    """Say which post answered the question. A later choice replaces an earlier one."""
    thread = _locked(post.thread)
    post = Post.objects.select_related("thread__category").get(pk=post.pk)
    if post.thread_id != thread.pk:
        raise Refused(policies.MERGED)
    require(policies.can_accept_answer(by, post))
    thread.answer, thread.state = post, "answered"
    _save(thread, "answer", "state")
    record("answer_accepted", thread, by=by, within=thread.category, post=post.pk, author=post.author_id)
    return thread


@transaction.atomic
def close_thread(thread: Thread, *, by: Person, outcome: str) -> Thread:
    """Close a thread with its outcome in words. It can be read, and reopened."""
    thread = _locked(thread)
    require(policies.can_close_thread(by, thread))
    thread.closed_at, thread.closed_by = timezone.now(), by
    thread.outcome, thread.outcome_html = outcome, write(outcome, None).rendered.html
    _save(thread, "closed_at", "closed_by", "outcome", "outcome_html")
    record("thread_closed", thread, by=by, within=thread.category)
    return thread


@transaction.atomic
def reopen_thread(thread: Thread, *, by: Person) -> Thread:
    """Open a closed thread again; its outcome stays until there is a new one."""
    thread = _locked(thread)
    require(policies.can_reopen_thread(by, thread))
    thread.closed_at = thread.closed_by = None
    _save(thread, "closed_at", "closed_by")
    record("thread_reopened", thread, by=by, within=thread.category)
    return thread


@transaction.atomic
def pin_thread(thread: Thread, *, by: Person) -> Thread:
    """Put a thread first in its category."""
    thread = _locked(thread)
    require(policies.can_pin_thread(by, thread))
    thread.pinned_at = timezone.now()
    _save(thread, "pinned_at")
    record("thread_pinned", thread, by=by, within=thread.category)
    return thread


@transaction.atomic
def unpin_thread(thread: Thread, *, by: Person) -> Thread:
    """Let a thread find its place among the others again."""
    thread = _locked(thread)
    require(policies.can_pin_thread(by, thread))
    thread.pinned_at = None
    _save(thread, "pinned_at")
    record("thread_unpinned", thread, by=by, within=thread.category)
    return thread


def _locked(thread: Thread) -> Thread:
    return locked(Thread.objects.select_related("category"), thread.pk)


def _save(thread: Thread, *columns: str) -> None:
    """Save these columns and renew what is cached and open of the thread."""
    thread.revision += 1
    thread.save(update_fields=[*columns, "revision"])
    announce(f"thread:{thread.pk}", {"type": "thread_changed", "thread": thread.pk})
