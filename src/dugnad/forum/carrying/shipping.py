"""Handing in what the group wrote. Rows leave in the order in which they came, so that lists are in the same order there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from dugnad.forum.actions.importing import SOURCE
from dugnad.forum.carrying.given import CARRIED
from dugnad.forum.carrying.wording import Leaving
from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Category, Poll, Post, PostFile, PostTranslation, PostVersion, Thread
from dugnad.groups.carrying.names import Going
from dugnad.groups.carrying.packing import Packing
from dugnad.groups.models import Group
from dugnad.kernel.audience import MEMBERS, PUBLIC
from dugnad.kernel.files import StoredFile

CHUNK = 500


class Shipment:
    """One group's forum on its way out: every row and its number in the file."""

    def __init__(self, group: Group, going: Going) -> None:
        self.group, self.going = group, going
        self.categories = _numbered(Category.objects.filter(group=group))
        self.threads = _numbered(Thread.objects.filter(category__group=group))
        shown = PostFile.objects.filter(post__thread__category__group=group, post__deleted_at=None)
        rows = StoredFile.objects.filter(pk__in=shown.values("file")).order_by("pk")
        self.files = [stored for stored in rows if stored.path.exists()]
        self.file_numbers = {stored.token: number for number, stored in enumerate(self.files, start=1)}
        self.words = Leaving(going, self.threads, self.file_numbers)
        self.posts = Post.objects.filter(thread__category__group=group).order_by("pk")

    def who(self, person_id: int | None, carried_id: int | None = None) -> int | None:
        """The number of a person who goes along by name."""
        return self.going.number_of(person_id, carried_id)

    def place_of(self, post: Post | None) -> list[int] | None:
        """[thread, number] of a post of the group."""
        if post is None or post.thread_id not in self.threads:
            return None
        return [self.threads[post.thread_id], post.number]


def pack(group: Group, going: Going, packing: Packing) -> None:
    """Write categories, threads, posts, versions, translations, polls and uploads."""
    shipment = Shipment(group, going)
    packing.add_rows("forum/categories.jsonl", _categories(shipment), "categories")
    packing.add_rows("forum/threads.jsonl", _threads(shipment), "threads")
    packing.add_rows("forum/posts.jsonl", _posts(shipment), "posts")
    packing.add_rows("forum/versions.jsonl", _versions(shipment), "versions")
    packing.add_rows("forum/translations.jsonl", _translations(shipment), "translations")
    packing.add_rows("forum/polls.jsonl", _polls(shipment), "polls")
    packing.add_rows("forum/files.jsonl", _files(shipment), "files")
    for number, stored in enumerate(shipment.files, start=1):
        packing.add_file(f"files/f{number}.bin", stored.path)


def _numbered(rows: QuerySet[Any]) -> dict[int, int]:
    ids = rows.order_by("pk").values_list("pk", flat=True)
    return {pk: number for number, pk in enumerate(ids, start=1)}


def _categories(shipment: Shipment) -> Iterator[dict[str, Any]]:
    for category in Category.objects.filter(pk__in=shipment.categories).order_by("pk"):
        keys = category.audience.keys()
        yield {
            "number": shipment.categories[category.pk],
            "parent": shipment.categories.get(category.parent_id or 0),
            "reach": "public" if PUBLIC in keys else "members" if MEMBERS in keys else "group",
            **_plain(
                category, "name", "purpose", "translations", "emblem", "field", "position", "writers", "closed_at",
                "created_at",
            ),
        }  # fmt: skip


def _plain(row: Any, *columns: str) -> dict[str, Any]:
    return {column: getattr(row, column) for column in columns}


def _threads(shipment: Shipment) -> Iterator[dict[str, Any]]:
    threads = Thread.objects.filter(pk__in=shipment.threads).select_related("answer").order_by("pk")
    for thread in threads.iterator(chunk_size=CHUNK):
        before = thread.fields.get(CARRIED, {})
        last = Post.objects.filter(pk=thread.last_post_id, thread=thread).first()
        yield {
            "number": shipment.threads[thread.pk],
            "category": shipment.categories[thread.category_id],
            "author": shipment.who(thread.author_id, thread.carried_id),
            "met_by": _either(shipment, thread.met_by_id, before.get("met_by")),
            "closed_by": _either(shipment, thread.closed_by_id, before.get("closed_by")),
            "answer": thread.answer.number if thread.answer else None,
            "last_post": last.number if last else None,
            "grew_out_of": shipment.threads.get(thread.grew_out_of_id or 0),
            "merged_into": shipment.threads.get(thread.merged_into_id or 0),
            "pair_of": shipment.threads.get(thread.pair_of_id or 0),
            "fields": _fields(thread, shipment),
            "outcome": shipment.words.text(thread.outcome, thread.language),
            **_plain(
                thread, "kind", "state", "state_note", "title", "language", "closed_at", "pinned_at", "hidden_at",
                "merged_after", "posts_mixed", "last_post_at", "created_at",
            ),
        }  # fmt: skip


def _either(shipment: Shipment, person_id: int | None, carried_id: int | None) -> int | None:
    return shipment.who(person_id) if person_id is not None else shipment.who(None, carried_id)


def _fields(thread: Thread, shipment: Shipment) -> dict[str, Any]:
    """The facts of the kind; of a text that was taken in, where it comes from."""
    texts = {fact.name for fact in KINDS[thread.kind].fields if fact.shape == "text"}
    facts: dict[str, Any] = {}
    for name, value in thread.fields.items():
        if name == SOURCE:
            facts[name] = {key: one for key, one in value.items() if key in ("address", "links")}
        elif name != CARRIED:
            facts[name] = shipment.words.text(str(value), thread.language) if name in texts else value
    return facts


def _posts(shipment: Shipment) -> Iterator[dict[str, Any]]:
    for post in shipment.posts.select_related("moved_to", "thread").iterator(chunk_size=CHUNK):
        yield {
            "thread": shipment.threads[post.thread_id],
            "author": shipment.who(post.author_id, post.carried_id),
            "source": "" if post.deleted_at else shipment.words.text(post.source, post.language),
            "moved_to": shipment.place_of(post.moved_to),
            "reactions": {} if post.deleted_at else post.reaction_counts,
            **_plain(
                post,
                "number",
                "language",
                "edits",
                "edited_at",
                "deleted_at",
                "hidden_at",
                "living_since",
                "created_at",
            ),
        }


def _versions(shipment: Shipment) -> Iterator[dict[str, Any]]:
    rows = PostVersion.objects.filter(post__in=shipment.posts, post__deleted_at=None).select_related("post")
    for version in rows.order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "post": shipment.place_of(version.post),
            "editor": shipment.who(version.editor_id, version.carried_id),
            "source": shipment.words.text(version.source, version.language),
            **_plain(version, "language", "written_at", "reason", "created_at"),
        }


def _translations(shipment: Shipment) -> Iterator[dict[str, Any]]:
    rows = PostTranslation.objects.filter(post__in=shipment.posts, post__deleted_at=None).select_related("post")
    for one in rows.order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "post": shipment.place_of(one.post),
            "author": shipment.who(one.author_id, one.carried_id),
            "source": shipment.words.text(one.source, one.language),
            **_plain(one, "language", "of_edits", "changed_at", "created_at"),
        }


def _polls(shipment: Shipment) -> Iterator[dict[str, Any]]:
    """Counts, not votes: who voted for what is nobody's business. So a poll that leaves is closed."""
    rows = Poll.objects.filter(post__in=shipment.posts, post__deleted_at=None).select_related("post")
    for poll in rows.prefetch_related("options").order_by("pk"):
        options = sorted(poll.options.all(), key=lambda option: option.position)
        yield {
            "post": shipment.place_of(poll.post),
            "options": [_plain(option, "position", "text", "votes") for option in options],
            "closed_at": poll.closed_at or min(poll.closes_at or shipment.going.at, shipment.going.at),
            **_plain(poll, "question", "way", "dots", "hidden_until_closed", "closes_at", "voter_count", "created_at"),
        }


def _files(shipment: Shipment) -> Iterator[dict[str, Any]]:
    rows = PostFile.objects.filter(file__in=shipment.files, post__in=shipment.posts).select_related("post")
    shown: dict[int, list[list[int] | None]] = {}
    for row in rows.order_by("post_id"):
        shown.setdefault(row.file_id, []).append(shipment.place_of(row.post))
    for number, stored in enumerate(shipment.files, start=1):
        yield {
            "number": number,
            "posts": shown.get(stored.pk, []),
            **_plain(stored, "content_type", "description", "name", "width", "height", "created_at"),
        }
