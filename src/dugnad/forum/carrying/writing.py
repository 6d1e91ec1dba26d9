"""Writing what a group brought: rows in their old order with their old dates and numbers, under the names that came along.

Nobody is told, nobody is mentioned, and nothing counts as new for whoever brought it: these are not words of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from dugnad.forum.actions.categories import audience_for, free_slug
from dugnad.forum.actions.threads import slug_of
from dugnad.forum.carrying.given import CARRIED, REACTIONS
from dugnad.forum.carrying.reading import At, Content
from dugnad.forum.carrying.wording import arrived
from dugnad.forum.models import (
    Category,
    CategoryReading,
    Poll,
    PollOption,
    Post,
    PostFile,
    PostTranslation,
    PostVersion,
    Thread,
)
from dugnad.forum.writing import entry_of, render_with, share_file
from dugnad.groups.models import CarriedName, Group
from dugnad.kernel import search
from dugnad.kernel.audience import Audience, audience_of
from dugnad.kernel.files import StoredFile, keep_file, new_token
from dugnad.kernel.search import SearchEntry
from dugnad.kernel.text import Rendered, render
from dugnad.people.models import Person

CHUNK = 500


@dataclass(slots=True)
class Arriving:
    """Rows by their number in the file, as they come to be."""

    group: Group
    names: Mapping[int, CarriedName]
    tokens: dict[int, str] = field(default_factory=dict)
    stored: dict[str, StoredFile] = field(default_factory=dict)
    categories: dict[int, Category] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    thread_ids: dict[int, int] = field(default_factory=dict)
    posts: dict[At, Post] = field(default_factory=dict)

    def carried(self, number: int | None) -> int | None:
        """The id of a name."""
        return self.names[number].pk if number is not None else None

    def text(self, source: str) -> str:
        """A text with the addresses that its threads and uploads have here."""
        return arrived(source, self.thread_ids, self.tokens)

    def rendered(self, source: str) -> Rendered:
        """The text of a post, ready to be shown; a handle in it is no mention."""
        shown = render(source).files if "file:" in source else ()
        return render_with(source, shown, self.stored, {})


def unpack(content: Content, group: Group, names: Mapping[int, CarriedName], by: Person) -> None:
    """Everything stands in the group, for those who may read its categories. The search follows (`index`)."""
    arriving = Arriving(group, names)
    arriving.tokens = {file["number"]: new_token() for file in content.files}
    for row in content.categories:
        arriving.categories[row["number"]] = _category(row, arriving)
    _write_threads(content, arriving)
    _write_files(content, arriving)
    _write_posts(content, arriving)
    _write_beside(content, arriving)
    _show_files(content, arriving)
    _tie_threads(content, arriving)
    _count(content, arriving)
    newest = max((post.pk for post in arriving.posts.values()), default=0)
    CategoryReading.objects.bulk_create(
        CategoryReading(person=by, category=category, read_to_post=newest) for category in arriving.categories.values()
    )


def _category(row: dict[str, Any], arriving: Arriving) -> Category:
    columns = {name: value for name, value in row.items() if name not in ("number", "parent", "reach")}
    hidden = arriving.group.is_hidden
    return Category.objects.create(
        group=arriving.group,
        parent=arriving.categories.get(row["parent"]),
        slug=free_slug(row["name"], hidden=hidden),
        audience=audience_for("group" if hidden else row["reach"], arriving.group),
        **columns,
    )


def _write_threads(content: Content, arriving: Arriving) -> None:
    same = ("kind", "state", "state_note", "title", "language", "closed_at", "pinned_at", "hidden_at", "merged_after",
            "posts_mixed", "last_post_at", "created_at")  # fmt: skip
    for row in content.threads:
        category = arriving.categories[row["category"]]
        arriving.threads[row["number"]] = Thread(
            category=category,
            audience_id=_keepers(arriving).pk if row["hidden_at"] else category.audience_id,
            carried_id=arriving.carried(row["author"]),
            slug=slug_of(row["title"]),
            **{name: row[name] for name in same},
        )
    _save_all(Thread, list(arriving.threads.values()))
    arriving.thread_ids = {number: thread.pk for number, thread in arriving.threads.items()}
    given: dict[int, dict[str, Any]] = {}
    for (thread_number, number), post in content.posts.items():
        if post["reactions"]:
            given.setdefault(thread_number, {})[str(number)] = post["reactions"]
    for row in content.threads:
        thread = arriving.threads[row["number"]]
        thread.fields = _facts(row, arriving, given.get(row["number"], {}))
        thread.outcome = arriving.text(row["outcome"])
        thread.outcome_html = render(thread.outcome).html if thread.outcome else ""


def _save_all(model: Any, rows: list[Any]) -> None:
    """Write rows with rising ids, in their order."""
    for start in range(0, len(rows), CHUNK):
        model.objects.bulk_create(rows[start : start + CHUNK])


def _keepers(arriving: Arriving) -> Audience:
    """Who reads what was hidden: the stewards of the group."""
    return audience_of(arriving.group.stewards_key)


def _facts(row: dict[str, Any], arriving: Arriving, given: dict[str, Any]) -> dict[str, Any]:
    facts = {name: arriving.text(value) if isinstance(value, str) else value for name, value in row["fields"].items()}
    came: dict[str, Any] = {who: arriving.carried(row[who]) for who in ("met_by", "closed_by") if row[who] is not None}
    if given:
        came[REACTIONS] = given
    return {**facts, CARRIED: came} if came else facts


def _write_files(content: Content, arriving: Arriving) -> None:
    for row in content.files:
        token = arriving.tokens[row["number"]]
        columns = {name: value for name, value in row.items() if name not in ("number", "posts", "content_type")}
        arriving.stored[token] = keep_file(
            content.contents.pop(row["number"]),
            audience=audience_of(),
            author=None,
            content_type=row["content_type"],
            token=token,
            **columns,
        )


def _write_posts(content: Content, arriving: Arriving) -> None:
    same = ("number", "language", "edits", "edited_at", "deleted_at", "hidden_at", "living_since", "created_at")
    for at, row in content.posts.items():
        thread = arriving.threads[row["thread"]]
        source = arriving.text(row["source"])
        written = arriving.rendered(source)
        arriving.posts[at] = Post(
            thread=thread,
            audience_id=_keepers(arriving).pk if row["hidden_at"] else thread.audience_id,
            carried_id=arriving.carried(row["author"]),
            source=source,
            html=written.html,
            plain=written.plain,
            reaction_counts=row["reactions"],
            **{name: row[name] for name in same},
        )
    _save_all(Post, list(arriving.posts.values()))
    moved = [at for at, row in content.posts.items() if row["moved_to"] is not None]
    for at in moved:
        arriving.posts[at].moved_to = arriving.posts[content.posts[at]["moved_to"]]
    Post.objects.bulk_update([arriving.posts[at] for at in moved], ["moved_to"], batch_size=CHUNK)


def _write_beside(content: Content, arriving: Arriving) -> None:
    """Earlier versions, translations, polls."""
    versions = []
    for row in content.versions:
        same = {name: row[name] for name in ("language", "written_at", "reason", "created_at")}
        post, editor = arriving.posts[row["post"]], arriving.carried(row["editor"])
        versions.append(PostVersion(post=post, carried_id=editor, source=arriving.text(row["source"]), **same))
    _save_all(PostVersion, versions)
    translations = []
    for row in content.translations:
        same = {name: row[name] for name in ("language", "of_edits", "changed_at", "created_at")}
        post, source = arriving.posts[row["post"]], arriving.text(row["source"])
        written = arriving.rendered(source)
        translations.append(
            PostTranslation(
                post=post, audience_id=post.audience_id, carried_id=arriving.carried(row["author"]), source=source,
                html=written.html, plain=written.plain, **same,
            )
        )  # fmt: skip
    _save_all(PostTranslation, translations)
    for row in content.polls:
        columns = {name: value for name, value in row.items() if name not in ("post", "options")}
        poll = Poll.objects.create(post=arriving.posts[row["post"]], **columns)
        PollOption.objects.bulk_create(PollOption(poll=poll, **option) for option in row["options"])


def _show_files(content: Content, arriving: Arriving) -> None:
    for row in content.files:
        stored = arriving.stored[arriving.tokens[row["number"]]]
        posts = [arriving.posts[at] for at in dict.fromkeys(row["posts"])]
        PostFile.objects.bulk_create(PostFile(post=post, file=stored) for post in posts)
        share_file(stored)


def _tie_threads(content: Content, arriving: Arriving) -> None:
    """What points from a thread to a post or to another thread, now that all are there."""
    polls = [at[0] for at in (row["post"] for row in content.polls)]
    for row in content.threads:
        number, thread = row["number"], arriving.threads[row["number"]]
        thread.answer = arriving.posts.get((number, row["answer"]))
        last = arriving.posts.get((number, row["last_post"]))
        thread.last_post_id = last.pk if last else 0
        thread.poll_count = polls.count(number)
        for other in ("grew_out_of", "merged_into", "pair_of"):
            setattr(thread, other, arriving.threads.get(row[other]))


def _count(content: Content, arriving: Arriving) -> None:
    numbers: dict[int, list[int]] = {row["number"]: [0, 0, 0] for row in content.threads}
    for (thread_number, number), row in content.posts.items():
        counts = numbers[thread_number]
        counts[0] = max(counts[0], number)
        counts[1] += row["deleted_at"] is None
        counts[2] += row["hidden_at"] is not None
    for number, thread in arriving.threads.items():
        thread.last_number, thread.post_count, thread.hidden_count = numbers[number]
    columns = [
        "fields", "outcome", "outcome_html", "answer", "last_post_id", "poll_count", "grew_out_of", "merged_into", "pair_of",
        "last_number", "post_count", "hidden_count",
    ]  # fmt: skip
    Thread.objects.bulk_update(list(arriving.threads.values()), columns, batch_size=CHUNK)
    for category in arriving.categories.values():
        there = [thread for thread in arriving.threads.values() if thread.category_id == category.pk]
        category.thread_count = sum(thread.post_count > 0 and thread.hidden_at is None for thread in there)
        category.save(update_fields=["thread_count"])


def index(group: Group) -> None:
    """Everything of the group is found, by those who may read it. In small steps, so that nobody waits for the database."""
    posts = Post.objects.filter(thread__category__group=group, deleted_at=None).order_by("pk")
    known = set(
        SearchEntry.objects.filter(kind="post", thing_id__in=posts.values("pk")).values_list("thing_id", flat=True)
    )
    missing = [pk for pk in posts.values_list("pk", flat=True) if pk not in known]
    for start in range(0, len(missing), CHUNK):
        with transaction.atomic():
            for post in (
                Post.objects.filter(pk__in=missing[start : start + CHUNK]).select_related("thread").order_by("pk")
            ):
                search.index_new(entry_of(post, post.thread.title))
