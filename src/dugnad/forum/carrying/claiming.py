"""Somebody shows that a name which came along is theirs: what stands under it is theirs as if they had written it here."""

from __future__ import annotations

from django.db.models import F

from dugnad.forum.models import Post, PostTranslation, PostVersion, Thread
from dugnad.groups.models import CarriedName
from dugnad.kernel import registry
from dugnad.kernel.search import SearchEntry
from dugnad.people.models import Person


@registry.name_claimers.register
def give(name: CarriedName, person: Person) -> None:
    """Threads, posts, translations and changes under the name are the person's."""
    posts = Post.objects.filter(carried=name, author=None)
    SearchEntry.objects.filter(kind="post", thing_id__in=posts.values("pk")).update(author=person)
    posts.update(author=person, revision=F("revision") + 1)
    Thread.objects.filter(carried=name, author=None).update(author=person, revision=F("revision") + 1)
    PostTranslation.objects.filter(carried=name, author=None).update(author=person)
    PostVersion.objects.filter(carried=name, editor=None).update(editor=person)
