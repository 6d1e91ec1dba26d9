"""One index for everything that can be found.

Each findable thing has one `SearchEntry`: its audience, its author, its plain text and the terms that `kernel.analyser` makes of
it. The terms are stored for the database's own full-text index: an FTS5 table on SQLite, a `tsvector` column on PostgreSQL.
Both hold the same words, so both give the same hits.

Ranking looks at the newest `CANDIDATES` hits that the viewer may see, not at all of them: the cost of ranking everything grows
with the place. A page of results says so when there were more. Words are looked for whole and by their stems first: both
indexes walk through those from the newest on and stop when there are enough. Only when there are fewer than that are words
found by their beginnings too, for which an index has to bring together all words that begin so before it finds the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from dugnad.kernel import analyser
from dugnad.kernel.audience import Audience, Viewer, visible_to

CANDIDATES = 300
# A viewer of so few audiences may see so little that what they see is asked of a narrow index, before rows are fetched.
FEW_AUDIENCES = 4
# Of so many newest entries PostgreSQL is asked first; a word that so many of them have is common enough to be met by walking.
LOOKED_AT = 3000
LOOKED_AT_MOST = 60_000
OFTEN = 30
_COLUMNS = ("id", "kind", "thing_id", "title", "within")


class SearchEntry(models.Model):
    """One findable thing. `kind` and `thing_id` name it; `terms` is what the index holds."""

    author_field = "author"

    kind = models.CharField(max_length=20)
    thing_id = models.BigIntegerField()
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    within = models.CharField(max_length=60, blank=True, help_text="key of what it belongs to: thread:12, category:3")
    language = models.CharField(max_length=8, blank=True)
    title = models.CharField(max_length=250, blank=True)
    plain = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    analyser_version = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "thing_id"], name="search_entry_once")]
        indexes = [
            models.Index(fields=["within"], name="search_by_within"),
            models.Index(fields=["audience", "id"], name="search_by_audience"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing_id}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a hall hands in to be found."""

    kind: str
    thing_id: int
    audience_id: int
    author_id: int | None
    title: str
    plain: str
    language: str
    at: datetime
    within: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: what it is and where it belongs. Its snippet is made by `snippets`, for the page that is shown."""

    entry_id: int
    kind: str
    thing_id: int
    title: str
    within: str


@dataclass(frozen=True, slots=True)
class Results:
    """Hits in order, and whether there were more candidates than were ranked."""

    found: list[Found]
    bounded: bool


def index(entry: Entry) -> None:
    """Put one thing into the index, or renew it. Part of the open transaction."""
    row, _made = SearchEntry.objects.update_or_create(
        kind=entry.kind,
        thing_id=entry.thing_id,
        defaults=_columns(entry),
    )
    _store_terms(row.pk, analyser.index_terms(f"{entry.title}\n{entry.plain}", entry.language))


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "audience_id": entry.audience_id,
        "author_id": entry.author_id,
        "within": entry.within,
        "language": entry.language,
        "title": entry.title[:250],
        "plain": entry.plain,
        "at": entry.at,
        "analyser_version": analyser.VERSION,
    }


def index_new(entry: Entry) -> None:
    """Put a thing that was just made into the index: one statement fewer than `index`, for the path of a new post."""
    row = SearchEntry.objects.create(**_columns(entry), kind=entry.kind, thing_id=entry.thing_id)
    _store_terms(row.pk, analyser.index_terms(f"{entry.title}\n{entry.plain}", entry.language), is_new=True)


def forget(kind: str, ids: Iterable[int]) -> None:
    """Take things out of the index, terms included."""
    rows = list(SearchEntry.objects.filter(kind=kind, thing_id__in=list(ids)).values_list("pk", flat=True))
    forget_rows(rows)


def forget_rows(rows: list[int]) -> None:
    """Take rows of the index out by their own ids."""
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        if connection.vendor == "sqlite":
            marks = ",".join(["%s"] * len(part))
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM kernel_search_terms WHERE rowid IN ({marks})", part)  # noqa: S608 - only marks
        SearchEntry.objects.filter(pk__in=part).delete()


def _store_terms(pk: int, terms: str, *, is_new: bool = False) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            if not is_new:
                cursor.execute("DELETE FROM kernel_search_terms WHERE rowid = %s", [pk])
            cursor.execute("INSERT INTO kernel_search_terms(rowid, terms) VALUES (%s, %s)", [pk, terms])
        else:
            cursor.execute(
                "UPDATE kernel_searchentry SET terms = to_tsvector('simple', %s) WHERE id = %s",
                [terms, pk],
            )


def store_all_terms(at_once: int = 1000) -> Iterator[int]:
    """Make the terms of all entries, in an index that has none (a place that was restored); answers how many are done so far,
    again and again.
    """
    done, last = 0, 0
    while True:
        rows = SearchEntry.objects.filter(pk__gt=last).order_by("pk")
        entries = list(rows.values_list("pk", "title", "plain", "language")[:at_once])
        if not entries:
            return
        with transaction.atomic():
            for pk, title, plain, language in entries:
                _store_terms(pk, analyser.index_terms(f"{title}\n{plain}", language), is_new=True)
        done, last = done + len(entries), entries[-1][0]
        yield done


def search(query: str, viewer: Viewer, *, kinds: Iterable[str] = (), languages: Iterable[str] = ()) -> Results:
    """What matches `query` among what `viewer` may see: the newest `CANDIDATES`, titles before texts.

    Where whole words alone give as many as that, words that only begin so are not looked for.
    """
    seen = visible_to(SearchEntry.objects.all(), viewer)
    if kinds:
        seen = seen.filter(kind__in=list(kinds))
    if languages:
        seen = seen.filter(language__in=list(languages))
    newest, everything = _newest(seen, query, viewer, beginnings=False)
    if len(newest) <= CANDIDATES:
        newest, everything = _newest(seen, query, viewer, beginnings=True)
    ranked = sorted(newest[:CANDIDATES], key=lambda hit: -_weight(hit.title, query))
    return Results(ranked, len(newest) > CANDIDATES or not everything)


def _newest(seen: QuerySet[SearchEntry], query: str, viewer: Viewer, *, beginnings: bool) -> tuple[list[Found], bool]:
    """The newest hits among `seen`, one more than is ranked; and whether all of it was looked through for them."""
    if connection.vendor == "sqlite":
        match = analyser.to_fts5(query, beginnings=beginnings)
        if match is None:
            return [], True
        rows = _newest_first(_narrowed(_matching(seen, match), viewer)).values_list(*_COLUMNS)
        return [Found(*row) for row in rows[: CANDIDATES + 1]], True
    match = analyser.to_tsquery(query, beginnings=beginnings)
    if match is None:
        return [], True
    anywhere = analyser.to_tsquery(query, beginnings=beginnings, in_a_row=False) or match
    return _newest_of_postgres(seen, match, anywhere)


def _newest_of_postgres(seen: QuerySet[SearchEntry], match: str, anywhere: str) -> tuple[list[Found], bool]:
    """PostgreSQL misjudges how common words are, and then walks through everything for a rare one, or fetches a fifth of
    all texts for a common one. So the newest are looked at first: what is common enough is found by walking on from there as
    far as it takes, the rest through the index of words. Words in a row that are common, but hardly ever in that row, are looked
    for among the newest `LOOKED_AT_MOST` only: no index knows where they stand.
    """
    found = _walk(seen, match, LOOKED_AT)
    common = found if match == anywhere else _walk(seen, anywhere, LOOKED_AT)
    if len(found) > CANDIDATES:
        return found, True
    if len(common) >= OFTEN:
        far = min(LOOKED_AT_MOST, 2 * LOOKED_AT * CANDIDATES // max(1, len(found)))
        found = _walk(seen, match, far)
        if len(found) > CANDIDATES or match != anywhere:
            return found, len(found) > CANDIDATES or not seen.order_by("-pk").values("pk")[far : far + 1].exists()
    return _by_words(seen, match), True


def _walk(seen: QuerySet[SearchEntry], match: str, far: int) -> list[Found]:
    """The newest hits among the newest `far` of `seen`. The limit inside keeps PostgreSQL from asking the index of words."""
    rows = seen.order_by("-pk").extra(select={"terms": "kernel_searchentry.terms"}).values("terms", *_COLUMNS)[:far]
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:  # a viewer who is in no audience
        return []
    statement = (
        f"SELECT {', '.join(_COLUMNS)} FROM ({sql}) newest "  # noqa: S608 - our own statement around our own
        f"WHERE terms @@ to_tsquery('simple', %s) ORDER BY id DESC LIMIT {CANDIDATES + 1}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, match])
        return [Found(*row) for row in cursor.fetchall()]


def _by_words(seen: QuerySet[SearchEntry], match: str) -> list[Found]:
    """The newest hits, found through the index of words: the order is asked so that no other index offers it."""
    rows = _matching(seen, match).order_by((F("pk") + 0).desc()).values_list(*_COLUMNS)
    return [Found(*row) for row in rows[: CANDIDATES + 1]]


def _narrowed(matched: QuerySet[SearchEntry], viewer: Viewer) -> QuerySet[SearchEntry]:
    """The same rows. SQLite would fetch each row that has the words, texts and all, to see who may read it."""
    ids = viewer.audiences()
    if connection.vendor != "sqlite" or not 0 < len(ids) <= FEW_AUDIENCES:
        return matched
    clause = (
        "EXISTS (SELECT 1 FROM kernel_searchentry narrow INDEXED BY search_by_audience "  # noqa: S608 - only marks
        f"WHERE narrow.audience_id IN ({','.join(['%s'] * len(ids))}) AND narrow.id = kernel_search_terms.rowid)"
    )
    return matched.extra(where=[clause], params=ids)  # noqa: S610 - only marks


def newest_hit(
    query: str, viewer: Viewer, *, after: int, languages: Iterable[str] = (), not_by: int | None = None
) -> int:
    """The id of the newest entry behind `after` that matches what `viewer` may see, without what `not_by` wrote; 0 for none."""
    match = analyser.to_fts5(query) if connection.vendor == "sqlite" else analyser.to_tsquery(query)
    if match is None:
        return 0
    rows = visible_to(_matching(SearchEntry.objects.filter(pk__gt=after), match), viewer)
    if languages:
        rows = rows.filter(language__in=list(languages))
    if not_by is not None:
        rows = rows.exclude(author=not_by)
    return _newest_first(rows).values_list("pk", flat=True).first() or 0


def snippets(found: Iterable[Found], query: str) -> dict[int, SafeString]:
    """For each of these hits, by `entry_id`, the part of its text around the words that were looked for, marked."""
    texts = SearchEntry.objects.filter(pk__in=[hit.entry_id for hit in found]).values_list("pk", "plain")
    return {pk: analyser.snippet(plain, query) for pk, plain in texts}


def _newest_first(rows: QuerySet[SearchEntry]) -> QuerySet[SearchEntry]:
    """By id, which rises with time. SQLite's index walks backwards through its own rows and stops when there are enough,
    but only when the order is asked of the index and not of the table that is joined to it.
    """
    if connection.vendor == "sqlite":
        return rows.extra(order_by=["-kernel_search_terms.rowid"])
    return rows.order_by("-pk")


def _matching(rows: QuerySet[SearchEntry], match: str) -> QuerySet[SearchEntry]:
    """Those of `rows` that the database's own expression `match` finds."""
    if connection.vendor == "sqlite":
        clause = "kernel_search_terms MATCH %s AND kernel_searchentry.id = kernel_search_terms.rowid"
        return rows.extra(tables=["kernel_search_terms"], where=[clause], params=[match])  # noqa: S610 - a constant
    return rows.extra(where=["kernel_searchentry.terms @@ to_tsquery('simple', %s)"], params=[match])


def _weight(title: str, query: str) -> int:
    """How many of the words stand in the title, in any of their forms."""
    return sum(1 for part in analyser.parts(title, query) if part[1]) if title else 0
