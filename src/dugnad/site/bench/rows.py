"""Posts and their index for the bench, written by the database itself: millions of rows in minutes.

Each thread says how many posts it has (`last_number`) and which number it is (the end of its slug); everything else follows
from those by arithmetic. The work is done in parts of some thousand posts, each committed on its own, so that a build that was
stopped goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from django.db import connection, models, transaction

from dugnad.forum.models import Post, Thread
from dugnad.kernel import analyser
from dugnad.kernel.search import SearchEntry

TEXTS = 400
PART = 20_000
TELL_EVERY = 20  # seconds


@dataclass(frozen=True, slots=True)
class Text:
    """One text of two to four paragraphs, rendered once and used many times."""

    language: str
    source: str
    html: str
    plain: str
    terms: str


def write_posts(texts: Sequence[Text], people: int, say: Callable[[str], None]) -> None:
    """Write the posts of every thread that has none yet, and their entries in the index of the search."""
    _helping_tables(texts)
    whole, done, told = Thread.objects.count(), Thread.objects.exclude(last_post_id=0).count(), time.monotonic()
    for first, last, count in _parts():
        with transaction.atomic(), connection.cursor() as cursor:
            _insert(cursor, Post, _post_columns(people), _POSTS, [first, last])
            cursor.execute(_LAST_POSTS, [first, last])
            _insert(cursor, SearchEntry, _ENTRY_COLUMNS, _ENTRIES, [first, last])
            if _SQLITE:
                cursor.execute(_TERMS, [first, last])
        done += count
        if time.monotonic() - told > TELL_EVERY:
            told = time.monotonic()
            say(f"  {done:,} of {whole:,} threads")


def _parts() -> Iterator[tuple[int, int, int]]:
    """(first id, last id, how many threads) with about `PART` posts in each."""
    first = last = count = posts = 0
    for pk, length in list(Thread.objects.filter(last_post_id=0).order_by("pk").values_list("pk", "last_number")):
        first, last = first or pk, pk
        count, posts = count + 1, posts + length
        if posts >= PART:
            yield first, last, count
            first = count = posts = 0
    if count:
        yield first, last, count


_SQLITE = connection.vendor == "sqlite"
# What stands at the end of a thread's slug, as a number.
_NUMBER = "CAST(substr(t.slug, 8) AS integer)"
_TEXT = f"(({_NUMBER} * 7 + n.n * 13) %% {TEXTS})"
_MADE = (
    "strftime('%Y-%m-%d %H:%M:%S', t.last_post_at, '-' || (t.last_number - n.n) || ' minutes')"
    if _SQLITE
    else "t.last_post_at - (t.last_number - n.n) * interval '1 minute'"
)
_POSTS = f"""
FROM forum_thread t JOIN bench_numbers n ON n.n <= t.last_number JOIN bench_texts x ON x.id = {_TEXT}
WHERE t.id BETWEEN %s AND %s ORDER BY t.id, n.n
"""
_LAST_POSTS = """
UPDATE forum_thread SET last_post_id = (
  SELECT p.id FROM forum_post p WHERE p.thread_id = forum_thread.id AND p.number = forum_thread.last_number)
WHERE id BETWEEN %s AND %s
"""
_OF_TEXT = f"JOIN bench_texts x ON x.id = {_TEXT.replace('n.n', 'p.number')}"
_ENTRIES = f"""
FROM forum_post p JOIN forum_thread t ON t.id = p.thread_id {_OF_TEXT}
WHERE p.thread_id BETWEEN %s AND %s ORDER BY p.id
"""
_TERMS = f"""
INSERT INTO kernel_search_terms(rowid, terms)
SELECT e.id, x.terms
FROM kernel_searchentry e JOIN forum_post p ON p.id = e.thing_id AND e.kind = 'post'
JOIN forum_thread t ON t.id = p.thread_id {_OF_TEXT}
WHERE t.id BETWEEN %s AND %s ORDER BY e.id
"""  # noqa: S608 - constants of this file
_ENTRY_COLUMNS = {
    "kind": "'post'",
    "thing_id": "p.id",
    "audience_id": "p.audience_id",
    "author_id": "p.author_id",
    "within": "'thread:' || t.id",
    "language": "p.language",
    "title": "CASE WHEN p.number = 1 THEN t.title ELSE '' END",
    "plain": "p.plain",
    "at": "p.created_at",
    "analyser_version": str(analyser.VERSION),
} | ({} if _SQLITE else {"terms": "x.vector"})


def _post_columns(people: int) -> dict[str, str]:
    """By arithmetic as good as by chance: authors are persons 2 to `people` - 1, in an order that does not repeat soon."""
    return {
        "thread_id": "t.id",
        "audience_id": "t.audience_id",
        "number": "n.n",
        "author_id": f"CASE WHEN n.n = 1 THEN t.author_id ELSE 2 + (({_NUMBER} * 31 + n.n * 57) % {people - 2}) END",
        "language": "x.language",
        "source": "x.source",
        "html": "x.html",
        "plain": "x.plain",
        "reaction_counts": _json("CASE WHEN n.n % 5 = 0 THEN '{}' ELSE '{\"thanks\": ' || (n.n % 5) || '}' END"),
        "created_at": _MADE,
    }


def _json(text: str) -> str:
    return text if _SQLITE else f"({text})::jsonb"


def _insert(cursor: Any, model: type[models.Model], columns: dict[str, str], source: str, params: list[int]) -> None:
    """INSERT … SELECT with every column that the model has; those not named get the model's default."""
    columns = {name: _doubled(expression) for name, expression in columns.items()}
    values: list[Any] = []
    for field in model._meta.concrete_fields:
        if field.primary_key or not field.column or field.column in columns:
            continue
        columns[field.column] = "%s"
        default = field.get_db_prep_save(field.get_default(), connection)
        values.append(default)
    statement = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} {source}"
    )
    cursor.execute(statement, [*values, *params])


def _doubled(expression: str) -> str:
    """Per cent signs as they stand in a statement with parameters."""
    return expression.replace("%", "%%")


def _helping_tables(texts: Sequence[Text]) -> None:
    """The texts, and the numbers up to the length of the longest thread."""
    longest = Thread.objects.order_by("-last_number").values_list("last_number", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_numbers (n integer PRIMARY KEY)")
        cursor.executemany("INSERT INTO bench_numbers VALUES (%s)", [(n,) for n in range(1, longest + 1)])
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_texts "
            "(id integer PRIMARY KEY, language text, source text, html text, plain text, terms text)"
        )
        cursor.executemany(
            "INSERT INTO bench_texts VALUES (%s, %s, %s, %s, %s, %s)",
            [(number, *astuple(text)) for number, text in enumerate(texts)],
        )
        if not _SQLITE:
            cursor.execute("ALTER TABLE bench_texts ADD COLUMN vector tsvector")
            cursor.execute("UPDATE bench_texts SET vector = to_tsvector('simple', terms)")
            cursor.execute("ANALYZE bench_texts")
            cursor.execute("ANALYZE bench_numbers")
