"""What is there in the end, compared with what the writers remember. Run as a program with the file of their diary, it
prints each thing that it looked at: how many there should be, how many there are, and what is wrong.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

SEARCHED = 60
TOKEN = re.compile(r"\bzq\d+x\d+k\b")
MOST_TOLD = 5


def look(diary: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that can be counted, in the order it is printed."""
    written = {one["token"]: one for one in diary["written"]}
    found = _posts()
    return [
        _writes(written, found),
        _said("texts that nobody wrote, or that are there twice", 0, _strangers(written, found)),
        _edits(written, found),
        _reactions(diary["reactions"]),
        _numbers(),
        _said("counters that differ from a recount", 0, _counters()),
        _files(written, found),
        _searchable(found),
        _notices(found),
        _mails(found),
        _tasks(),
        _said("what the database finds wrong with itself", 0, _integrity()),
    ]


def _said(name: str, wanted: int, wrong: list[str], there: int | None = None) -> dict[str, Any]:
    there = len(wrong) if there is None else there
    return {
        "name": name,
        "wanted": wanted,
        "found": there,
        "wrong": wrong[:MOST_TOLD],
        "held": not wrong and wanted == there,
    }


def _posts() -> dict[str, list[Any]]:
    """Every post of the writers under its token."""
    from dugnad.forum.models import Post

    found: dict[str, list[Any]] = {}
    for post in Post.objects.select_related("thread", "author").exclude(source__startswith="Opening of circle"):
        token = TOKEN.search(post.source)
        found.setdefault(token[0] if token else f"post {post.pk}", []).append(post)
    return found


def _writes(written: dict[str, Any], found: dict[str, list[Any]]) -> dict[str, Any]:
    answered = [one for one in written.values() if one["url"]]
    wrong = []
    for one in answered:
        posts = found.get(one["token"], [])
        where = [post.thread.url if one["kind"] == "thread" else post.url for post in posts]
        if where != [one["url"]] or not _is_whole(one, posts[0].source) or posts[0].author_id != one["person"]:
            wrong.append(f"{one['token']} was answered with {one['url']} and is at {where}")
    return _said("writes answered, and found once and whole", len(answered), wrong, len(answered) - len(wrong))


def _is_whole(one: dict[str, Any], source: str) -> bool:
    texts = [one["text"], *one["edits"]]
    right = texts[-1:] if one["sure"] else texts[-2:]
    return source.split("\n\n![", maxsplit=1)[0].rstrip() in right if one["kind"] == "picture" else source in right


def _strangers(written: dict[str, Any], found: dict[str, list[Any]]) -> list[str]:
    return [
        f"{token} is there {len(posts)} times"
        for token, posts in found.items()
        if token not in written or len(posts) > 1
    ]


def _edits(written: dict[str, Any], found: dict[str, list[Any]]) -> dict[str, Any]:
    from dugnad.forum.models import PostVersion

    sure = [one for one in written.values() if one["edits"] and one["sure"]]
    wanted = sum(len(one["edits"]) for one in sure)
    ids = [found[one["token"]][0].pk for one in sure if one["token"] in found]
    there = PostVersion.objects.filter(post__in=ids).count()
    return _said("edits answered, and kept with the text before", wanted, [], there)


def _reactions(remembered: dict[str, bool]) -> dict[str, Any]:
    from dugnad.forum.models import Reaction

    there = Counter(f"{r.post_id}:{r.person_id}:{r.kind}" for r in Reaction.objects.all())
    wanted = {key for key, sure in remembered.items() if sure}
    wrong = [f"{key} is gone" for key in wanted if not there[key]]
    wrong += [f"{key} was never given" for key in there if key not in remembered]
    return _said("words given to posts", len(wanted), wrong, len(wanted) - len(wrong))


def _numbers() -> dict[str, Any]:
    from dugnad.forum.models import Post, Thread

    numbers: dict[int, list[int]] = {}
    for thread, number in Post.objects.order_by("thread", "number").values_list("thread", "number"):
        numbers.setdefault(thread, []).append(number)
    last = dict(Thread.objects.values_list("pk", "last_number"))
    wrong = [f"thread {pk}" for pk, all_of in numbers.items() if all_of != list(range(1, last[pk] + 1))]
    return _said("threads whose posts count from 1 without a hole", len(last), wrong, len(last) - len(wrong))


def _counters() -> list[str]:
    from dugnad.forum.models import Category, Post, Reaction, Thread

    wrong = []
    for thread in Thread.objects.all():
        posts = list(
            Post.objects.filter(thread=thread, deleted_at=None).order_by("number").values_list("pk", flat=True)
        )
        if (thread.post_count, thread.last_post_id) != (len(posts), posts[-1]):
            wrong.append(f"thread {thread.pk} says {thread.post_count} posts and has {len(posts)}")
    for category in Category.objects.all():
        there = Thread.objects.filter(category=category).count()
        if category.thread_count != there:
            wrong.append(f"category {category.pk} says {category.thread_count} threads and has {there}")
    given: dict[int, Counter[str]] = {}
    for reaction in Reaction.objects.all():
        given.setdefault(reaction.post_id, Counter())[reaction.kind] += 1
    for post in Post.objects.exclude(reaction_counts={}):
        if {k: n for k, n in post.reaction_counts.items() if n} != dict(given.pop(post.pk, {})):
            wrong.append(f"post {post.pk} says {post.reaction_counts}")
    return wrong + [f"post {pk} counts no words and has {dict(words)}" for pk, words in given.items()]


def _files(written: dict[str, Any], found: dict[str, list[Any]]) -> dict[str, Any]:
    """Every picture that a post shows lies whole in the folder."""
    from dugnad.forum.models import PostFile

    there = {shown.post_id: shown.file for shown in PostFile.objects.select_related("file")}
    posts = [found[one["token"]][0] for one in written.values() if one["kind"] == "picture" and one["token"] in found]
    wrong = []
    for post in posts:
        file = there.get(post.pk)
        if file is None or not file.path.is_file() or file.path.stat().st_size != file.size:
            wrong.append(f"the picture of post {post.pk}")
    return _said("pictures, whole on the disk", len(posts), wrong, len(posts) - len(wrong))


def _searchable(found: dict[str, list[Any]]) -> dict[str, Any]:
    """Each post has its entry, and those that are looked for are found."""
    from dugnad.kernel.audience import viewer_of
    from dugnad.kernel.search import SearchEntry, search
    from dugnad.people.models import Person

    posts = {post.pk: token for token, all_of in found.items() for post in all_of}
    entries = set(SearchEntry.objects.filter(kind="post").values_list("thing_id", flat=True))
    wrong = [f"post {pk} has no entry" for pk in posts if pk not in entries]
    viewer = viewer_of(Person.objects.order_by("pk")[0])
    every = max(1, len(posts) // SEARCHED)
    for pk, token in list(posts.items())[::every]:
        if pk not in [hit.thing_id for hit in search(token, viewer).found]:
            wrong.append(f"{token} is not found")
    return _said("posts in the index, a sample of them looked for", len(posts), wrong, len(posts) - len(wrong))


def _to_be_told(found: dict[str, list[Any]]) -> dict[str, Any]:
    """Token → post, of those whose thread somebody else began: that one must be told."""
    return {
        token: posts[0]
        for token, posts in found.items()
        if posts[0].number > 1 and posts[0].author_id != posts[0].thread.author_id
    }


def _notices(found: dict[str, list[Any]]) -> dict[str, Any]:
    from dugnad.notices.models import Notice

    wanted = _to_be_told(found)
    there = Counter(Notice.objects.filter(kind="replied_to_yours").values_list("thing", flat=True))
    wrong = [token for token, post in wanted.items() if there[f"post:{post.pk}"] != 1]
    return _said("notices to whom was answered, once each", len(wanted), wrong, len(wanted) - len(wrong))


def _mails(found: dict[str, list[Any]]) -> dict[str, Any]:
    from dugnad.kernel.outbox import Mail
    from dugnad.people.models import Person

    wanted = _to_be_told(found)
    address = {pk: email or "" for pk, email in Person.objects.values_list("pk", "email")}
    there = Counter(
        (to, token[0]) for to, text in Mail.objects.values_list("to", "text") if (token := TOKEN.search(text))
    )
    wrong = [token for token, post in wanted.items() if there[address[post.thread.author_id], token] != 1]
    wrong += [f"{token} to {to} {times} times" for (to, token), times in there.items() if times > 1]
    return _said("mails to whom was answered, once each", len(wanted), wrong, len(wanted) - len(wrong))


def _tasks() -> dict[str, Any]:
    from django_tasks_db.models import DBTaskResult

    wrong = [f"{task.task_path}: {task.status}" for task in DBTaskResult.objects.exclude(status="SUCCESSFUL")]
    there = DBTaskResult.objects.count()
    return _said("tasks done", there, wrong, there - len(wrong))


def _integrity() -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            wrong = [str(row[0]) for row in cursor.fetchall() if row[0] != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            return wrong + [f"a row of {row[0]} points nowhere" for row in cursor.fetchall()]
        cursor.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_am a ON a.oid = c.relam"
            " WHERE a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace AND i.indisvalid"
        )
        wrong = []
        for (name,) in cursor.fetchall():
            try:
                cursor.execute("SELECT bt_index_check(%s::regclass, true)", [name])
            except Exception as trouble:  # noqa: BLE001 - whatever it finds is told
                wrong.append(f"{name}: {trouble}")
        return wrong


def ids_of_mails() -> dict[str, Any]:
    """Message-ID → whether its row says that it left."""
    from dugnad.kernel.outbox import Mail

    return {number: sent is not None for number, sent in Mail.objects.values_list("message_id", "sent_at")}


def waiting() -> int:
    """How many mails and tasks are still to be done."""
    from django_tasks_db.models import DBTaskResult

    from dugnad.kernel.outbox import Mail

    return (
        Mail.objects.filter(sent_at=None, given_up_at=None).count()
        + DBTaskResult.objects.exclude(status__in=("SUCCESSFUL", "FAILED")).count()
    )


def hasten_mail() -> None:
    """What a killed postman had in hand, or a clock that jumped put off, is due now."""
    from django.utils import timezone

    from dugnad.kernel.outbox import Mail

    Mail.objects.filter(sent_at=None, given_up_at=None).update(due_at=timezone.now())


def main(words: list[str]) -> None:
    """`count DIARY` prints what was found; `count waiting` how much is still to be done; `count hasten` lets mail leave now."""
    if words == ["waiting"]:
        said: Any = waiting()
    elif words == ["hasten"]:
        hasten_mail()
        said = None
    else:
        said = {"looked": look(json.loads(Path(words[0]).read_text())), "mails": ids_of_mails()}
    print(json.dumps(said))  # noqa: T201 - this is what it is run for


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "dugnad.site.settings"
    import django

    django.setup()
    main(sys.argv[1:])
