"""Taking in texts that were written elsewhere: as threads with their own date, once, and anew when they change there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dugnad.forum import policies
from dugnad.forum.actions.posting import announce_post
from dugnad.forum.actions.threads import slug_of
from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Attention, Category, Post, PostVersion, Thread, ThreadReading
from dugnad.forum.writing import attach_files, entry_of
from dugnad.kernel import search
from dugnad.kernel.files import StoredFile, keep_file
from dugnad.kernel.happenings import SYSTEM, Actor, record
from dugnad.kernel.images import Picture
from dugnad.kernel.live.bus import announce
from dugnad.kernel.policies import require
from dugnad.kernel.text import FileRef, Rendered, render
from dugnad.people.models import Person

ADDED: Final = "added"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
DELETED: Final = "deleted"

SOURCE: Final = "source"
"""Where in `Thread.fields` stands what is known of an imported text: file, address, links, themes, pictures."""


@dataclass(frozen=True, slots=True)
class ImportedText:
    """A text from elsewhere. `key` names it for good, `digest` is another one when it changed there.

    Pictures stand in `source` as ``file:MARK``; `pictures` and `descriptions` say what each mark stands for. `at` is when
    it was published there. `facts` are plain values about where it comes from.
    """

    key: str
    digest: str
    title: str
    language: str
    source: str
    at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def import_thread(
    category: Category, text: ImportedText, *, by: Actor, author: Person | None = None, kind: str = "talk"
) -> tuple[Thread, str]:
    """Take in a text as a thread of the category, and say what became of it.

    `ADDED`: it is a new thread, dated as it was published, by `author` or by nobody here. `UNCHANGED`: it is here already
    and nothing was written. `CHANGED`: it is here and was another; how the opening post read before stays in its history,
    replies stay. `DELETED`: its opening post was deleted here, and is not brought back.

    Nobody is told and nobody is mentioned: these are not words of today. `by` is the system for whoever keeps the
    machine; a person may import where they may start threads, and so must the `author`.
    """
    category = Category.objects.select_for_update().get(pk=category.pk)
    for person in (None if by is SYSTEM else by, author):
        if person is not None:
            require(policies.can_start_thread(person, category, kind))
    thread = Thread.objects.select_for_update(of=("self",)).filter(source_key=text.key).first()
    if thread is None:
        return _added(category, text, by=by, author=author, kind=kind), ADDED
    if thread.source_digest == text.digest:
        return thread, UNCHANGED
    opening = Post.objects.select_for_update(of=("self",)).get(thread=thread, number=1)
    if opening.deleted_at:
        return thread, DELETED
    return _renewed(thread, opening, text, by=by), CHANGED


@transaction.atomic
def pair_threads(first: Thread, others: Sequence[Thread], *, by: Actor) -> int:
    """Tie threads that are one text in several languages to `first`; answers how many were not tied so before.

    Like `import_thread`, for the system: nobody is asked, since whoever keeps the machine says what belongs together.
    """
    tied = [thread for thread in others if thread.pair_of_id != first.pk]
    if first.pair_of_id is not None:
        Thread.objects.filter(pk=first.pk).update(pair_of=None, revision=F("revision") + 1)
    for thread in tied:
        Thread.objects.filter(pk=thread.pk).update(pair_of=first.pk, revision=F("revision") + 1)
        record("threads_paired", thread, by=by, within=thread.category, first=first.pk)
    return len(tied)


def _added(category: Category, text: ImportedText, *, by: Actor, author: Person | None, kind: str) -> Thread:
    at = text.at or timezone.now()
    thread = Thread.objects.create(
        category=category,
        audience_id=category.audience_id,
        kind=kind,
        state=KINDS[kind].first_state,
        title=text.title,
        slug=slug_of(text.title),
        language=text.language,
        author=author,
        source_key=text.key,
        last_number=1,
        post_count=1,
        created_at=at,
        last_post_at=at,
        last_author=author,
    )
    source, kept = _with_kept_pictures(thread, text)
    written = _rendered(source, kept)
    post = Post.objects.create(
        thread=thread,
        audience_id=thread.audience_id,
        number=1,
        author=author,
        language=text.language,
        source=source,
        html=written.html,
        plain=written.plain,
        created_at=at,
    )
    thread.last_post_id = post.pk
    _remember(thread, text, kept)
    thread.save(update_fields=["last_post_id", "fields", "source_digest"])
    Category.objects.filter(pk=category.pk).update(thread_count=F("thread_count") + 1)
    attach_files(post, list(kept.values()))
    search.index_new(entry_of(post, thread.title))
    if author is not None:
        ThreadReading.objects.create(person=author, thread=thread, read_to=1, attention=Attention.WATCH)
    record("thread_imported", thread, by=by, within=category)
    announce(f"category:{category.pk}", {"type": "thread_started", "thread": thread.pk, "author": thread.author_id})
    return thread


def _renewed(thread: Thread, post: Post, text: ImportedText, *, by: Actor) -> Thread:
    source, kept = _with_kept_pictures(thread, text)
    rewritten = (source, text.language) != (post.source, post.language)
    if rewritten:
        _rewrite(post, source, _rendered(source, kept), text.language)
        attach_files(post, list(kept.values()))
    _redate(thread, post, text.at)
    thread.title, thread.slug, thread.language = text.title, slug_of(text.title), text.language
    thread.revision += 1
    _remember(thread, text, kept)
    thread.save()
    search.index(entry_of(post, thread.title))
    if rewritten:
        record("post_edited", post, by=by, within=thread, number=post.number)
        announce_post("post_edited", post)
    else:
        record("thread_edited", thread, by=by, within=thread.category)
    return thread


def _rewrite(post: Post, source: str, written: Rendered, language: str) -> None:
    PostVersion.objects.create(
        post=post, source=post.source, language=post.language, written_at=post.edited_at or post.created_at
    )
    post.source, post.html, post.plain, post.language = source, written.html, written.plain, language
    post.edits += 1
    post.revision += 1
    post.edited_at = timezone.now()
    post.save(update_fields=["source", "html", "plain", "language", "edits", "revision", "edited_at"])


def _redate(thread: Thread, post: Post, at: datetime | None) -> None:
    """A date that was put right there is put right here; the order of lists stays that of the first import."""
    if at is None or at == post.created_at:
        return
    post.created_at = thread.created_at = at
    post.revision += 1
    post.save(update_fields=["created_at", "revision"])
    if thread.last_number == 1:
        thread.last_post_at = at


def _remember(thread: Thread, text: ImportedText, kept: Mapping[str, StoredFile]) -> None:
    pictures = {mark: stored.token for mark, stored in kept.items()}
    facts = {**text.facts, "pictures": pictures} if pictures else dict(text.facts)
    thread.fields = {**thread.fields, SOURCE: facts}
    thread.source_digest = text.digest


def _with_kept_pictures(thread: Thread, text: ImportedText) -> tuple[str, dict[str, StoredFile]]:
    """The source with the names under which its pictures are kept, and the pictures by their marks.

    One that an earlier import kept is kept once: the history of the post shows it too.
    """
    known = thread.fields.get(SOURCE, {}).get("pictures", {})
    there = (
        {stored.token: stored for stored in StoredFile.objects.filter(token__in=list(known.values()))} if known else {}
    )
    kept: dict[str, StoredFile] = {}
    source = text.source
    for mark, picture in text.pictures.items():
        kept[mark] = there.get(known.get(mark)) or keep_file(
            picture.content,
            audience=thread.audience,
            author=thread.author,
            content_type=picture.content_type,
            width=picture.width,
            height=picture.height,
            description=text.descriptions.get(mark, "")[:500],
        )
        source = source.replace(f"(file:{mark})", f"(file:{kept[mark].token})")
    return source, kept


def _rendered(source: str, kept: Mapping[str, StoredFile]) -> Rendered:
    """As any post, but a handle in it is no mention: it was not written for the people here."""
    refs = {stored.token: FileRef(stored.url, stored.width or 0, stored.height or 0) for stored in kept.values()}
    return render(source, resolve_mention=lambda _handle: None, resolve_file=refs.get)
