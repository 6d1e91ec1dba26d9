"""From what somebody typed to what is kept: safe HTML, plain text, mentions and pictures of one post."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Post, PostFile, Thread
from dugnad.forum.uploads import listed, without_listed
from dugnad.kernel import search
from dugnad.kernel.audience import Audience, audience_of
from dugnad.kernel.files import StoredFile, remove_file
from dugnad.kernel.policies import Refused
from dugnad.kernel.text import FileRef, Rendered, TextTooLong, render
from dugnad.people.models import Person

MOST_MENTIONS = 20
_POST_LINK = re.compile(r"\(/t/(\d+)/post/(\d+)\)")


@dataclass(frozen=True, slots=True)
class Written:
    """A text ready to be kept, with whom it mentions and which files it shows."""

    rendered: Rendered
    mentioned: list[Person]
    files: list[StoredFile]


def write(source: str, author: Person | None, shown_by: Post | None = None) -> Written:
    """Render `source` with the mentions and pictures it may use. A writer shows only files they uploaded themselves; a post
    that is rendered again keeps those that it shows (`shown_by`), also when its writer is gone.
    """
    try:
        wanted = render(source)
    except TextTooLong as long:
        raise Refused(
            _(
                "The text has {length} characters and can have at most {limit}. It is kept here: shorten or split it."
            ).format(length=long.length, limit=long.limit)
        ) from long
    persons = _persons(wanted.mentions)
    files = _files(wanted.files, author, shown_by)
    rendered = render_with(source, wanted.files, files, persons)
    return Written(rendered, list(persons.values()), list(files.values()))


def render_with(
    source: str, shown: Iterable[str], files: Mapping[str, StoredFile], persons: Mapping[str, Person]
) -> Rendered:
    """`source` with these files and persons, by token and handle. `shown` are the tokens in it, in their order."""
    documents = [files[token] for token in shown if token in files and files[token].name]
    rendered = render(
        without_listed(source, documents),
        resolve_mention=lambda handle: (persons[handle].url, persons[handle].name) if handle in persons else None,
        resolve_file=lambda token: _ref(files.get(token)),
    )
    return _with_documents(rendered, documents) if documents else rendered


def _with_documents(rendered: Rendered, documents: list[StoredFile]) -> Rendered:
    names = "\n".join(stored.name for stored in documents)
    html = mark_safe(f"{rendered.html}{listed(documents)}")  # noqa: S308 - both are escaped
    return replace(rendered, html=html, plain=f"{rendered.plain}\n\n{names}".lstrip())


def _persons(handles: tuple[str, ...]) -> dict[str, Person]:
    if not handles:
        return {}
    found = Person.objects.living().filter(handle__in=handles[:MOST_MENTIONS])
    return {person.handle: person for person in found}


def _files(tokens: tuple[str, ...], author: Person | None, shown_by: Post | None) -> dict[str, StoredFile]:
    usable = Q(pk__in=[])
    if author is not None:
        usable |= Q(author=author)
    if shown_by is not None:
        usable |= Q(pk__in=PostFile.objects.filter(post=shown_by).values("file"))
    return {stored.token: stored for stored in StoredFile.objects.filter(usable, token__in=tokens)} if tokens else {}


def _ref(stored: StoredFile | None) -> FileRef | None:
    return FileRef(stored.url, stored.width or 0, stored.height or 0) if stored else None


def attach_files(post: Post, files: list[StoredFile]) -> None:
    """Tie the pictures that the post shows to it; they are read by whom the post is read."""
    if not files:
        return
    known = set(PostFile.objects.filter(post=post).values_list("file_id", flat=True))
    PostFile.objects.bulk_create(PostFile(post=post, file=stored) for stored in files if stored.pk not in known)
    for stored in files:
        share_file(stored)


def release_files(post: Post) -> None:
    """The post shows no picture any more; those that no other post shows are removed."""
    shown = [row.file for row in PostFile.objects.filter(post=post).select_related("file")]
    PostFile.objects.filter(post=post).delete()
    for stored in shown:
        if PostFile.objects.filter(file=stored).exists():
            share_file(stored)
        else:
            remove_file(stored)


def share_file(stored: StoredFile) -> None:
    """The picture is read by whoever reads one of the posts that show it."""
    audiences = list(Audience.objects.filter(pk__in=PostFile.objects.filter(file=stored).values("post__audience")))
    readers = audiences[0] if len(audiences) == 1 else audience_of(*set().union(*(one.keys() for one in audiences)))
    StoredFile.objects.filter(pk=stored.pk).update(audience=readers, attached_at=timezone.now())


def index_title(thread: Thread) -> None:
    """A thread is found by its title: the first of its posts that stand carries it. Call it when the title changed, or when the
    post that carried it is gone.
    """
    standing = Post.objects.filter(thread=thread, deleted_at=None, hidden_at=None).select_related("thread")
    first = standing.order_by("number").first()
    if first is not None:
        search.index(entry_of(first, thread.title, carries=True))


def carries_title(post: Post) -> bool:
    """Is it the first of its thread that stands."""
    before = Post.objects.filter(thread=post.thread_id, number__lt=post.number, deleted_at=None, hidden_at=None)
    return post.number == 1 or not before.exists()


def entry_of(post: Post, title: str, *, carries: bool | None = None) -> search.Entry:
    """What the search keeps of a post; `carries`: whether with the title of its thread. Else the opening post does."""
    return search.Entry(
        kind="post",
        thing_id=post.pk,
        audience_id=post.audience_id,
        author_id=post.author_id,
        title=title if (post.number == 1 if carries is None else carries) else "",
        plain=words_of(post),
        language=post.language,
        at=post.created_at,
        within=f"thread:{post.thread_id}",
    )


def words_of(post: Post) -> str:
    """What a post says as plain text; the opening post begins with the facts of its thread."""
    facts = facts_in_words(post.thread) if post.number == 1 else []
    return "\n\n".join(words for words in (*facts, post.plain) if words)


def facts_in_words(thread: Thread) -> list[str]:
    """What the facts of a thread say in words of its own: lines and texts, not days, numbers and choices."""
    told = [(fact, thread.fields.get(fact.name)) for fact in KINDS[thread.kind].fields]
    return [
        render(str(value)).plain if fact.shape == "text" else str(value)
        for fact, value in told
        if value and fact.shape in ("line", "text")
    ]


def quoted_posts(source: str) -> list[tuple[int, int]]:
    """(thread id, post number) of the posts that a text quotes or links to."""
    return [(int(thread), int(number)) for thread, number in _POST_LINK.findall(source)][:MOST_MENTIONS]
