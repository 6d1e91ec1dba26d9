"""From what somebody typed to what is kept: safe HTML, plain text, mentions and pictures of one post."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Post, PostFile
from dugnad.kernel import search
from dugnad.kernel.files import StoredFile
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


def write(source: str, author: Person | None) -> Written:
    """Render `source` with the mentions and pictures it may use. A writer shows only files they uploaded themselves."""
    try:
        wanted = render(source)
    except TextTooLong as long:
        raise Refused(
            _("The text has {length} characters and can have at most {limit}. It is kept here: shorten or split it.").format(  # type: ignore[str-format]
                length=long.length, limit=long.limit
            )
        ) from long
    persons = _persons(wanted.mentions)
    files = _files(wanted.files, author)
    rendered = render(
        source,
        resolve_mention=lambda handle: (persons[handle].url, persons[handle].name) if handle in persons else None,
        resolve_file=lambda token: _ref(files.get(token)),
    )
    return Written(rendered, list(persons.values()), list(files.values()))


def _persons(handles: tuple[str, ...]) -> dict[str, Person]:
    if not handles:
        return {}
    found = Person.objects.living().filter(handle__in=handles[:MOST_MENTIONS])
    return {person.handle: person for person in found}


def _files(tokens: tuple[str, ...], author: Person | None) -> dict[str, StoredFile]:
    if not tokens or author is None:
        return {}
    return {stored.token: stored for stored in StoredFile.objects.filter(token__in=tokens, author=author)}


def _ref(stored: StoredFile | None) -> FileRef | None:
    return FileRef(stored.url, stored.width or 0, stored.height or 0) if stored else None


def attach_files(post: Post, files: list[StoredFile]) -> None:
    """Tie the pictures that the post shows to it; they are read by whom the post is read."""
    known = set(PostFile.objects.filter(post=post).values_list("file_id", flat=True)) if files else set()
    PostFile.objects.bulk_create(PostFile(post=post, file=stored) for stored in files if stored.pk not in known)
    if files:
        StoredFile.objects.filter(pk__in=[stored.pk for stored in files]).update(
            audience=post.audience_id, attached_at=timezone.now()
        )


def entry_of(post: Post, title: str) -> search.Entry:
    """What the search keeps of a post; the opening post carries the title of its thread."""
    return search.Entry(
        kind="post",
        thing_id=post.pk,
        audience_id=post.audience_id,
        author_id=post.author_id,
        title=title if post.number == 1 else "",
        plain=post.plain,
        language=post.language,
        at=post.created_at,
        within=f"thread:{post.thread_id}",
    )


def quoted_posts(source: str) -> list[tuple[int, int]]:
    """(thread id, post number) of the posts that a text quotes or links to."""
    return [(int(thread), int(number)) for thread, number in _POST_LINK.findall(source)][:MOST_MENTIONS]

