"""Texts that leave: nobody is named who did not agree, and what points within the group still does where it arrives.

In the file a thread of the group is called `~N` in links to its posts, and an upload `fN`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dugnad.forum.models import Post
from dugnad.groups.carrying.names import Going
from dugnad.kernel.text import escaped, render
from dugnad.people.models import Person

# A link to a post, and the same with the words of a quote's head before it (`kernel.text.quote` writes them).
POST_LINK = re.compile(r"\(/t/(\d{1,18})/post/(\d{1,9})\)")
QUOTE_HEAD = re.compile(
    r"^(?P<before>[ \t]*(?:>[ \t]?)+)\[(?:\\.|[^\\\]\n]){0,200}\]"
    r"(?P<link>\(/t/(?P<thread>\d{1,18})/post/(?P<number>\d{1,9})\))(?=[ \t]?[^\W\d_]{0,20}:)",
    re.MULTILINE,
)
CARRIED_LINK = re.compile(r"\(/t/~(\d{1,9})/post/(\d{1,9})\)")
FILE_LINK = re.compile(r"\(file:([A-Za-z0-9_-]{1,40})\)")
CARRIED_FILE = re.compile(r"\(file:f(\d{1,9})\)")


class Leaving:
    """Makes the texts of one group ready to leave. `threads` and `files`: number in the file by id, and by token."""

    def __init__(self, going: Going, threads: Mapping[int, int], files: Mapping[str, int]) -> None:
        self._going = going
        self._threads = threads
        self._files = files
        self._persons: dict[str, Person | None] = {}

    def text(self, source: str, language: str) -> str:
        """`source` as it stands in the file."""
        if not source:
            return source
        source = self._without_handles(source, language)
        source = QUOTE_HEAD.sub(lambda found: self._head(found, language), source)
        source = POST_LINK.sub(self._link, source)
        return FILE_LINK.sub(self._file, source)

    def _without_handles(self, source: str, language: str) -> str:
        for handle in render(source).mentions if "@" in source else ():
            name = self._name_of(handle)
            if name is not None:
                instead = name or former(language)
                source = _instead(source, handle, instead)
        return source

    def _name_of(self, handle: str) -> str | None:
        """The name of somebody who agreed, empty for somebody who did not, None when nobody is called so."""
        if handle not in self._persons:
            self._persons[handle] = Person.objects.living().filter(handle=handle).first()
        person = self._persons[handle]
        return self._going.name_of(person.pk) if person else None

    def _head(self, found: re.Match[str], language: str) -> str:
        post = Post.objects.filter(thread=int(found["thread"]), number=int(found["number"])).first()
        author = post.author_id if post else None
        if author is None or self._going.number_of(author, None) is not None:
            return found[0]
        return f"{found['before']}[{escaped(former(language))}]{found['link']}"

    def _link(self, found: re.Match[str]) -> str:
        number = self._threads.get(int(found[1]))
        if number is None:
            return f"({settings.URL}/t/{found[1]}/post/{found[2]})"
        return f"(/t/~{number}/post/{found[2]})"

    def _file(self, found: re.Match[str]) -> str:
        number = self._files.get(found[1])
        return found[0] if number is None else f"(file:f{number})"


def _instead(source: str, handle: str, name: str) -> str:
    return re.sub(rf"@{re.escape(handle)}(?![\w-])", lambda _found: name, source, flags=re.IGNORECASE)


def arrived(source: str, threads: Mapping[int, int], files: Mapping[int, str]) -> str:
    """A text of the file with the ids of threads and the tokens of uploads as they are here."""

    def link(found: re.Match[str]) -> str:
        pk = threads.get(int(found[1]))
        return found[0] if pk is None else f"(/t/{pk}/post/{found[2]})"

    def file(found: re.Match[str]) -> str:
        token = files.get(int(found[1]))
        return found[0] if token is None else f"(file:{token})"

    return CARRIED_FILE.sub(file, CARRIED_LINK.sub(link, source))


def former(language: str) -> str:
    """What stands where somebody is not named, in the language of the text."""
    with translation.override(language):
        return _("a former member")
