"""Writing, changing and deleting posts."""

from __future__ import annotations

import hashlib
import re

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dugnad.forum import policies
from dugnad.forum.actions.polling import recount_polls
from dugnad.forum.actions.translating import translators_of
from dugnad.forum.belongings import remove_belongings
from dugnad.forum.kinds import KINDS
from dugnad.forum.locking import locked
from dugnad.forum.models import (
    Attention,
    Bookmark,
    Category,
    Post,
    PostVersion,
    Reaction,
    Thread,
    ThreadReading,
)
from dugnad.forum.quotes import authors_quoted_in
from dugnad.forum.telling import call_back_mails
from dugnad.forum.writing import attach_files, carries_title, entry_of, index_title, write
from dugnad.kernel import search
from dugnad.kernel.happenings import record
from dugnad.kernel.live.bus import announce
from dugnad.kernel.policies import require
from dugnad.kernel.text import render
from dugnad.notices.actions import forget_notices
from dugnad.people.models import Person


class EditedMeanwhile(Exception):  # noqa: N818 - not an error: two people wrote at once
    """The post changed while somebody edited it. `post` is as it stands now; nothing was overwritten."""

    def __init__(self, post: Post) -> None:
        super().__init__(str(post))
        self.post = post


@transaction.atomic
def add_post(thread: Thread, source: str, *, by: Person, language: str = "", form_key: str | None = None) -> Post:
    """Add a post at the end of the thread.

    The same form with the same text sent twice (`form_key`) gives the post of the first time. Those who are mentioned,
    answered or watching are told in the same transaction. The writer watches the thread from then on, unless they muted it.
    """
    thread = locked(Thread.objects.select_related("category"), thread.pk)
    sent, form_key = sent_before(form_key, source, by)
    if sent is not None:
        return sent
    require(policies.can_add_post(by, thread))
    return append_post(thread, source, by=by, language=language, form_key=form_key)


def sent_before(form_key: str | None, source: str, by: Person) -> tuple[Post | None, str | None]:
    """The post that this very form made before with this very text, if it did; and the key under which it is kept.

    Whoever goes back in the browser and writes another text into the same form has written something new. Two sendings of
    one picture differ in the name it was kept under, and in nothing else.
    """
    if not form_key:
        return None, None
    text = re.sub(r"\(file:[\w-]+\)", "(file:)", source)
    key = hashlib.blake2b(f"{form_key}\n{text}".encode(), digest_size=20).hexdigest()
    return Post.objects.filter(author=by, form_key=key).select_related("thread").first(), key


def append_post(
    thread: Thread,
    source: str,
    *,
    by: Person,
    language: str = "",
    form_key: str | None = None,
    verb: str = "post_added",
) -> Post:
    """The part that starting a thread and replying share. `thread` is locked and the policy has been asked."""
    written = write(source, by)
    now = timezone.now()
    post = Post.objects.create(
        thread=thread,
        audience_id=thread.audience_id,
        number=thread.last_number + 1,
        author=by,
        language=language or thread.language,
        source=source,
        html=written.rendered.html,
        plain=written.rendered.plain,
        form_key=form_key,
        created_at=now,
    )
    thread.last_number = post.number
    thread.post_count += 1
    thread.last_post_at, thread.last_post_id, thread.last_author = now, post.pk, by
    thread.save(update_fields=["last_number", "post_count", "last_post_at", "last_post_id", "last_author"])
    if written.files:
        attach_files(post, written.files)
    search.index_new(entry_of(post, thread.title))
    _advance_own_reading(thread, post, by)
    mentioned = [person.pk for person in written.mentioned]
    record(verb, post, by=by, within=thread, number=post.number, mentioned=mentioned)
    announce_post("post_added", post)
    return post


def _advance_own_reading(thread: Thread, post: Post, by: Person) -> None:
    """The writer has read their own post if they had read all before it; they watch the thread from now on."""
    reading, made = ThreadReading.objects.get_or_create(
        person=by,
        thread=thread,
        defaults={"attention": Attention.WATCH, "read_to": post.number if post.number == 1 else 0},
    )
    if made:
        return
    changed = []
    if reading.read_to == post.number - 1:
        reading.read_to = post.number
        changed.append("read_to")
    if not reading.attention:
        reading.attention = Attention.WATCH
        changed.append("attention")
    if changed:
        reading.save(update_fields=changed)


@transaction.atomic
def edit_post(post: Post, source: str, *, by: Person, seen_edits: int, language: str = "", reason: str = "") -> Post:
    """Change the text of a post; how it read before stays in its history.

    `seen_edits` is the number of edits the writer saw. If there were more meanwhile, nothing changes and `EditedMeanwhile`
    carries the post as it is, so that the page can show both texts.
    """
    post = _locked(post)
    require(policies.can_edit_post(by, post))
    if post.edits != seen_edits:
        raise EditedMeanwhile(post)
    if source == post.source and (not language or language == post.language):
        return post
    written = write(source, by, shown_by=post if post.living_since else None)
    before = set(render(post.source).mentions)
    PostVersion.objects.create(
        post=post,
        source=post.source,
        language=post.language,
        written_at=post.edited_at or post.created_at,
        editor=by,
        reason=reason,
    )
    post.source, post.html, post.plain = source, written.rendered.html, written.rendered.plain
    post.language = language or post.language
    post.edits += 1
    post.revision += 1
    post.edited_at = timezone.now()
    post.save(update_fields=["source", "html", "plain", "language", "edits", "revision", "edited_at"])
    attach_files(post, written.files)
    search.index(entry_of(post, post.thread.title, carries=carries_title(post)))
    mentioned = [person.pk for person in written.mentioned if person.handle not in before]
    record("post_edited", post, by=by, within=post.thread, number=post.number, mentioned=mentioned)
    announce_post("post_edited", post)
    return post


@transaction.atomic
def delete_post(post: Post, *, by: Person) -> Post:
    """Delete a post: nothing of its text is left in rows, versions, pictures, search, notices and mails, and no words given to
    it. Its number stays as a quiet line.
    """
    thread = _lock_thread(post)
    post = _locked(post)
    require(policies.can_delete_post(by, post))
    forget_notices(f"version:{pk}" for pk in post.versions.values_list("pk", flat=True))
    for model in (PostVersion, Reaction, Bookmark):
        model.objects.filter(post=post).delete()
    remove_belongings(post)
    post.source = post.html = post.plain = ""
    post.reaction_counts = {}
    post.deleted_at, post.deleted_by = timezone.now(), by
    post.revision += 1
    post.save()
    _leave_thread(post, thread)
    search.forget("post", [post.pk])
    if thread.post_count and carries_title(post):
        index_title(thread)
    if forget_notices([post]):
        call_back_mails(post)
    record("post_deleted", post, by=by, within=post.thread, number=post.number)
    announce_post("post_deleted", post)
    return post


def _lock_thread(post: Post) -> Thread:
    """The thread is locked before the post, as accepting an answer does: two such deeds wait instead of blocking each other. It
    is the thread in which the post stands now, though it moved while this waited.
    """
    while True:
        stands_in = Post.objects.filter(pk=post.pk).values("thread")
        thread = Thread.objects.select_for_update().get(pk__in=stands_in)
        if Post.objects.filter(pk=post.pk, thread=thread).exists():
            return thread


def _leave_thread(post: Post, thread: Thread) -> None:
    """The thread counts one post less and loses what was said with this one: the facts with the opening post, the answer
    with the post that answered, and with the last post everything that is left of it.
    """
    thread.post_count -= 1
    thread.revision += 1
    recount_polls(thread)
    if post.number == 1:
        thread.fields = {}
    if thread.answer_id == post.pk:
        thread.answer, thread.state = None, KINDS[thread.kind].first_state
    if thread.post_count == 0:
        thread.title, thread.slug, thread.fields = "…", "", {}
        thread.state_note = thread.outcome = thread.outcome_html = ""
        forget_notices([thread])
        if thread.hidden_at is None:  # a hidden one is not counted
            Category.objects.filter(pk=thread.category_id).update(thread_count=F("thread_count") - 1)
    thread.save()
    post.thread.slug = thread.slug


def _locked(post: Post) -> Post:
    return locked(Post.objects.select_related("thread__category"), post.pk)


def announce_post(kind: str, post: Post) -> None:
    """Tell the open pages of the thread, after the commit."""
    said = {"type": kind, "post": post.pk, "number": post.number, "author": post.author_id, "revision": post.revision}
    also = [*(translators_of(post) if kind == "post_edited" else []), *authors_quoted_in(post.source)]
    announce(f"thread:{post.thread_id}", {**said, "also_by": also} if also else said)
