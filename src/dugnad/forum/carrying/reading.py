"""Reading what a group wrote elsewhere out of a file that somebody brought: every value is looked at, nothing is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from dugnad.forum.actions.importing import SOURCE
from dugnad.forum.carrying.uploads import checked, most_bytes
from dugnad.forum.kinds import KINDS, REACTIONS, Field
from dugnad.forum.models import Category, Poll
from dugnad.groups.carrying.opening import Opened
from dugnad.groups.carrying.reading import Row
from dugnad.kernel.languages import OWN_NAMES
from dugnad.kernel.text import MAX_SOURCE

MOST_CATEGORIES, MOST_THREADS, MOST_POSTS, MOST_FILES = 500, 50_000, 300_000, 10_000
EMBLEMS_LONGEST = 30
FIELDS = ("moss", "fjord", "red")
REACHES = ("public", "members", "group")
At = tuple[int, int]


@dataclass(slots=True)
class Content:
    """Everything, as plain rows: keys are columns, numbers are those of the file. `posts` by (thread, number)."""

    categories: list[dict[str, Any]] = field(default_factory=list)
    threads: list[dict[str, Any]] = field(default_factory=list)
    posts: dict[At, dict[str, Any]] = field(default_factory=dict)
    versions: list[dict[str, Any]] = field(default_factory=list)
    translations: list[dict[str, Any]] = field(default_factory=list)
    polls: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    contents: dict[int, bytes] = field(default_factory=dict)
    names: range = range(0)


def read(found: Opened, names: int) -> Content:
    """The whole part. Raises `ArchiveRefused` at the first value that is not what it should be."""
    content = Content(names=range(1, names + 1))
    for row in found.rows("forum/categories.jsonl"):
        content.categories.append(_category(row, len(content.categories)))
    count = sum(1 for _row in found.rows("forum/threads.jsonl"))
    for row in found.rows("forum/threads.jsonl"):
        content.threads.append(_thread(row, content, range(1, count + 1)))
    for row in found.rows("forum/posts.jsonl"):
        post = _post(row, content)
        at = (post["thread"], post["number"])
        if at in content.posts or len(content.posts) >= MOST_POSTS:
            raise row.wrong("number")
        content.posts[at] = post
    _check_ends(found, content)
    for row in found.rows("forum/versions.jsonl"):
        content.versions.append(_version(row, content))
    for row in found.rows("forum/translations.jsonl"):
        content.translations.append(_translation(row, content))
    for row in found.rows("forum/polls.jsonl"):
        content.polls.append(_poll(row, content))
    _read_files(found, content)
    return content


def _next(row: Row, there: int, most: int) -> int:
    """Rows count from 1 without a gap."""
    number = row.number("number", 1, most)
    if number != there + 1:
        raise row.wrong("number")
    return number


def _language(row: Row) -> str:
    language = row.line("language", 8, empty=False)
    if not language.replace("-", "").isalnum():
        raise row.wrong("language")
    return language


def _category(row: Row, there: int) -> dict[str, Any]:
    emblem = row.line("emblem", EMBLEMS_LONGEST)
    if not emblem.replace("-", "").isalnum() and emblem:
        raise row.wrong("emblem")
    return {
        "number": _next(row, there, MOST_CATEGORIES),
        "parent": row.reference("parent", range(1, there + 1)),
        "reach": row.choice("reach", REACHES),
        "name": row.line("name", 60, empty=False),
        "purpose": row.line("purpose", 240),
        "translations": _category_translations(row.inner("translations")),
        "emblem": emblem,
        "field": row.choice("field", FIELDS),
        "position": row.number("position", 0, 10_000),
        "writers": row.choice("writers", Category.Writers.values),
        "closed_at": row.moment_or_none("closed_at"),
        "created_at": row.moment("created_at"),
    }


def _category_translations(row: Row) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for code in row.names():
        if code not in OWN_NAMES:
            raise row.wrong("translations")
        inner = row.inner(code)
        said = {"name": inner.line("name", 60), "purpose": inner.line("purpose", 240)}
        found[code] = {what: words for what, words in said.items() if words}
    return found


def _thread(row: Row, content: Content, threads: range) -> dict[str, Any]:
    number = _next(row, len(content.threads), MOST_THREADS)
    kind = row.choice("kind", KINDS)
    states = [state.name for state in KINDS[kind].states]
    return {
        "number": number,
        "category": row.reference("category", range(1, len(content.categories) + 1)) or _raise(row, "category"),
        "kind": kind,
        "state": row.choice("state", states or [""]),
        "state_note": row.line("state_note", 300),
        "title": row.line("title", 140, empty=False),
        "language": _language(row),
        "fields": _facts(row.inner("fields"), KINDS[kind].fields),
        "outcome": row.text("outcome", 2000),
        **{who: row.reference(who, content.names) for who in ("author", "met_by", "closed_by")},
        **{other: _other(row, other, threads, number) for other in ("grew_out_of", "merged_into", "pair_of")},
        "answer": row.number("answer") or None if row.raw("answer") is not None else None,
        "last_post": row.number("last_post") or None if row.raw("last_post") is not None else None,
        "merged_after": row.number("merged_after"),
        "posts_mixed": row.flag("posts_mixed"),
        **{when: row.moment_or_none(when) for when in ("closed_at", "pinned_at", "hidden_at")},
        "last_post_at": row.moment("last_post_at"),
        "created_at": row.moment("created_at"),
    }


def _raise(row: Row, name: str) -> Any:
    raise row.wrong(name)


def _other(row: Row, name: str, threads: range, own: int) -> int | None:
    other = row.reference(name, threads)
    if other == own:
        raise row.wrong(name)
    return other


def _facts(row: Row, known: Collection[Field]) -> dict[str, Any]:
    """The facts that the kind has, each in its shape; what the file says beyond them refuses it."""
    facts = {fact.name: fact for fact in known}
    found: dict[str, Any] = {}
    for name in row.names():
        if name == SOURCE:
            found[name] = _source(row.inner(name))
        elif name in facts:
            found[name] = _fact(row, facts[name])
        else:
            raise row.wrong("fields")
    return found


def _fact(row: Row, fact: Field) -> Any:
    if isinstance(row.raw(fact.name), int):
        return row.number(fact.name)
    if fact.shape == "choice":
        return row.choice(fact.name, ["", *(value for value, _label in fact.choices)])
    return row.text(fact.name, fact.longest) if fact.shape == "text" else row.line(fact.name, fact.longest)


def _source(row: Row) -> dict[str, Any]:
    """Where a text came from before: addresses of the web and nothing else."""
    links = [{"url": _web(one, "url"), "title": one.line("title", 300)} for one in row.rows("links", 100)]
    address = _web(row, "address") if row.raw("address") else ""
    found: dict[str, Any] = {}
    if address:
        found["address"] = address
    if links:
        found["links"] = links
    return found


def _web(row: Row, name: str) -> str:
    address = row.line(name, 2000, empty=False)
    try:
        parts = urlsplit(address)
    except ValueError:
        raise row.wrong(name) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise row.wrong(name)
    return address


def _post(row: Row, content: Content) -> dict[str, Any]:
    thread = row.reference("thread", range(1, len(content.threads) + 1)) or _raise(row, "thread")
    deleted = row.moment_or_none("deleted_at")
    return {
        "thread": thread,
        "number": row.number("number", 1, 10_000_000),
        "author": row.reference("author", content.names),
        "language": _language(row),
        "source": "" if deleted else row.text("source", MAX_SOURCE),
        "edits": row.number("edits", 0, 1_000_000),
        "moved_to": _place(row, "moved_to") if row.raw("moved_to") is not None else None,
        "reactions": _reactions(row.inner("reactions")),
        "deleted_at": deleted,
        **{when: row.moment_or_none(when) for when in ("edited_at", "hidden_at", "living_since")},
        "created_at": row.moment("created_at"),
    }


def _reactions(row: Row) -> dict[str, int]:
    if set(row.names()) - set(REACTIONS):
        raise row.wrong("reactions")
    return {kind: row.number(kind, 1, 1_000_000) for kind in row.names()}


def _place(row: Row, name: str) -> At:
    place = row.raw(name)
    if not isinstance(place, list) or len(place) != 2 or not all(type(one) is int for one in place):
        raise row.wrong(name)
    return place[0], place[1]


def _place_of_post(row: Row, content: Content) -> At:
    place = _place(row, "post")
    if place not in content.posts:
        raise row.wrong("post")
    return place


def _check_ends(found: Opened, content: Content) -> None:
    """Where threads and posts point must be there; every thread has an opening post."""
    for row, thread in zip(found.rows("forum/threads.jsonl"), content.threads, strict=True):
        for name in ("answer", "last_post"):
            if thread[name] is not None and (thread["number"], thread[name]) not in content.posts:
                raise row.wrong(name)
        if (thread["number"], 1) not in content.posts:
            raise row.wrong("number")
    for row, post in zip(found.rows("forum/posts.jsonl"), content.posts.values(), strict=True):
        if post["moved_to"] is not None and post["moved_to"] not in content.posts:
            raise row.wrong("moved_to")


def _version(row: Row, content: Content) -> dict[str, Any]:
    return {
        "post": _place_of_post(row, content),
        "editor": row.reference("editor", content.names),
        "source": row.text("source", MAX_SOURCE),
        "language": _language(row),
        "reason": row.line("reason", 200),
        "written_at": row.moment("written_at"),
        "created_at": row.moment("created_at"),
    }


def _translation(row: Row, content: Content) -> dict[str, Any]:
    found = {
        "post": _place_of_post(row, content),
        "author": row.reference("author", content.names),
        "source": row.text("source", MAX_SOURCE),
        "language": _language(row),
        "of_edits": row.number("of_edits", 0, 1_000_000),
        "changed_at": row.moment_or_none("changed_at"),
        "created_at": row.moment("created_at"),
    }
    if any((one["post"], one["language"]) == (found["post"], found["language"]) for one in content.translations):
        raise row.wrong("language")
    return found


def _poll(row: Row, content: Content) -> dict[str, Any]:
    options = [
        {
            "position": one.number("position", 0, 1000),
            "text": one.line("text", 140, empty=False),
            "votes": one.number("votes", 0, 1_000_000),
        }
        for one in row.rows("options", 100)
    ]
    post = _place_of_post(row, content)
    if len({one["position"] for one in options}) != len(options) or any(one["post"] == post for one in content.polls):
        raise row.wrong("options")
    return {
        "post": post,
        "question": row.line("question", 200, empty=False),
        "way": row.choice("way", Poll.Way.values),
        "dots": row.number("dots", 0, 1000),
        "hidden_until_closed": row.flag("hidden_until_closed"),
        "closes_at": row.moment_or_none("closes_at", ahead=True),
        "closed_at": row.moment("closed_at"),
        "voter_count": row.number("voter_count", 0, 1_000_000),
        "created_at": row.moment("created_at"),
        "options": options,
    }


def _read_files(found: Opened, content: Content) -> None:
    for row in found.rows("forum/files.jsonl"):
        number = _next(row, len(content.files), MOST_FILES)
        posts = row.raw("posts")
        places = [tuple(one) for one in posts] if isinstance(posts, list) and len(posts) < 1000 else [None]
        if not places or any(place not in content.posts for place in places):
            raise row.wrong("posts")
        columns, content.contents[number] = checked(row, found.content(f"files/f{number}.bin", most_bytes()))
        columns |= {"description": row.line("description", 500), "created_at": row.moment("created_at")}
        content.files.append({"number": number, "posts": places, **columns})
