"""Builds the forum that is measured: 200 people, 5 categories, 1,000 threads, 20,000 posts, at scale 1.

Built with bulk statements, not through the actions: what is measured is reading. 2 in 100 threads are public, the rest belong
to one large group, so that one viewer sees everything and another 2 %. The viewer's twenty other groups have 2,000 small
threads of their own, so that 3,000 read marks exist. The same scale gives the same data every time (seeded).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from dugnad.forum.models import Category, Post, Thread, ThreadReading
from dugnad.groups.models import Group, Membership
from dugnad.kernel import analyser
from dugnad.kernel.audience import PUBLIC, Audience, audience_of
from dugnad.kernel.place import Place
from dugnad.kernel.search import SearchEntry
from dugnad.kernel.stamps import Stamp
from dugnad.kernel.text import render
from dugnad.people.models import Block, Person

PEOPLE = 200
CATEGORIES = 5
THREADS = 1_000
POSTS = 20_000
LONGEST = 500
SMALL_THREADS = 2_000
GROUPS = 20
MUTES = 300
BLOCKS = 10
TEXTS = 400
CHUNK = 2_000
SEED = 20261121

WORDS = {
    "sv": "granne hyra tvättstuga möte kaffe trappa nyckel förslag styrelse hus gård kväll lista skola tid pengar fråga svar verktyg cykel barn affisch dörr samtal vecka lokal grupp kommun protokoll röst",
    "nb": "nabo husleie vaskeri møte kaffe trapp nøkkel forslag styre hus gård kveld liste skole tid penger spørsmål svar verktøy sykkel barn plakat dør samtale uke lokale gruppe kommune referat stemme",
    "nn": "nabo husleige vaskeri møte kaffi trapp nykel framlegg styre hus gard kveld liste skule tid pengar spørsmål svar verktøy sykkel barn plakat dør samtale veke lokale gruppe kommune referat røyst",
    "nl": "buurman huur wasserette vergadering koffie trap sleutel voorstel bestuur huis hof avond lijst school tijd geld vraag antwoord gereedschap fiets kinderen poster deur gesprek week zaal groep gemeente verslag stem",
    "en": "neighbour rent laundry meeting coffee stairs key proposal board house yard evening list school time money question answer tool bicycle children poster door talk week hall group council minutes voice",
}  # fmt: skip
LANGUAGES = tuple(WORDS)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of two to four paragraphs, rendered once and used many times."""

    language: str
    source: str
    html: str
    plain: str
    terms: str


def build(scale: int, say: Callable[[str], None]) -> None:
    """Build the data unless this database has it already; says how long it took."""
    name = f"bench-{scale}"
    if Stamp.objects.filter(name=name).exists():
        return
    began = time.monotonic()
    random_ = random.Random(SEED)  # noqa: S311 - the same data every time
    with transaction.atomic():
        Place(name="Bench", languages=list(LANGUAGES), opened_at=timezone.now()).save()
        people = _people()
        hall = _group("Hall", 0)
        Membership.objects.bulk_create(Membership(group=hall, person=person) for person in people[:-1])
        texts = list(_texts(random_))
        say(f"building {THREADS * scale:,} threads and {POSTS * scale:,} posts …")
        _threads(random_, scale, people, texts, hall)
        _small_threads(people, texts)
        _viewer_marks(people)
        _index(texts)
        Stamp.objects.create(name=name, value=scale)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    say(f"built in {time.monotonic() - began:.0f} s")


def _people() -> list[Person]:
    """Persons 1 … 200; the first is the viewer, the last sees 2 %."""
    Person.objects.bulk_create(
        Person(
            email=f"p{n}@example.org",
            name=f"Person {n}",
            name_key=f"person {n:05}",
            handle=f"person-{n}",
            language="en",
            password="!",  # noqa: S106 - nobody can sign in with it
        )
        for n in range(1, PEOPLE + 1)
    )
    return list(Person.objects.order_by("pk"))


def _group(name: str, number: int) -> Group:
    group = Group.objects.create(name=name, slug=f"group-{number}", audience=audience_of(PUBLIC), member_count=PEOPLE)
    return group


def _texts(random_: random.Random) -> Iterator[Text]:
    for number in range(TEXTS):
        language = LANGUAGES[number % len(LANGUAGES)]
        words = WORDS[language].split()
        paragraphs = [
            " ".join(random_.choices(words, k=random_.randint(35, 75))).capitalize() + f" {number}."
            for _paragraph in range(random_.randint(2, 4))
        ]
        source = "\n\n".join(paragraphs)
        rendered = render(source)
        yield Text(language, source, rendered.html, rendered.plain, analyser.index_terms(rendered.plain, language))


def _categories() -> list[Category]:
    return [
        Category.objects.create(
            name=f"Category {n}", slug=f"category-{n}", purpose="Where things are talked over.", position=n,
            audience=audience_of(PUBLIC), about_this_place=n == 0,
        )
        for n in range(CATEGORIES)
    ]  # fmt: skip


def _lengths(scale: int) -> list[int]:
    """How many posts each thread has; the first is the long one."""
    threads, posts, longest = THREADS * scale, POSTS * scale, LONGEST * scale
    rest, count = posts - longest, threads - 1
    lengths = [rest // count] * count
    for at in range(rest - sum(lengths)):
        lengths[at] += 1
    return [longest, *lengths]


def _threads(random_: random.Random, scale: int, people: list[Person], texts: list[Text], hall: Group) -> None:
    categories = _categories()
    for category in categories:
        Category.objects.filter(pk=category.pk).update(thread_count=THREADS * scale // CATEGORIES)
    public, closed = audience_of(PUBLIC), audience_of(hall.key)
    lengths = _lengths(scale)
    plan = [
        (number, categories[number % CATEGORIES], public if number % 50 == 0 else closed, length)
        for number, length in enumerate(lengths)
    ]
    _write_threads(plan, people, texts, random_, "Thread")


def _small_threads(people: list[Person], texts: list[Text]) -> None:
    """A hundred threads of one post in each of the viewer's twenty groups."""
    plan = []
    for n in range(1, GROUPS + 1):
        group = _group(f"Group {n}", n)
        Membership.objects.create(group=group, person=people[0], steward_since=timezone.now() if n == 1 else None)
        audience = audience_of(group.key, group.stewards_key)
        category = Category.objects.create(
            name=f"Room {n}",
            slug=f"room-{n}",
            group=group,
            audience=audience,
            writers="group",
            thread_count=SMALL_THREADS // GROUPS,
        )
        plan += [(n * 1000 + m, category, audience, 1) for m in range(SMALL_THREADS // GROUPS)]
    _write_threads(plan, people, texts, random.Random(SEED), "Small thread")  # noqa: S311


def _write_threads(
    plan: list[tuple[int, Category, Audience, int]],
    people: list[Person],
    texts: list[Text],
    random_: random.Random,
    title: str,
) -> None:
    """Threads first, then their posts, oldest first; then each thread is told of its last post."""
    now = timezone.now()
    for start in range(0, len(plan), CHUNK):
        part = plan[start : start + CHUNK]
        threads = Thread.objects.bulk_create(
            Thread(
                category=category, audience=audience, kind=("talk", "question", "need", "offer")[number % 4],
                state="" if number % 4 == 0 else "open", title=f"{title} {number} about {WORDS['en'].split()[number % 30]}",
                slug=f"thread-{number}", language=LANGUAGES[number % 5], author=people[number % (PEOPLE - 2) + 1],
                last_post_at=now - timedelta(minutes=len(plan) - number), post_count=length, last_number=length,
            )
            for number, category, audience, length in part
        )  # fmt: skip
        posts = []
        for thread, (number, _category, _audience, length) in zip(threads, part, strict=True):
            for n in range(1, length + 1):
                text = texts[(number * 7 + n * 13) % TEXTS]
                author = thread.author if n == 1 else people[random_.randrange(1, PEOPLE - 1)]
                posts.append(
                    Post(
                        thread=thread, audience=thread.audience, number=n, author=author, language=text.language,
                        source=text.source, html=text.html, plain=text.plain,
                        reaction_counts={"thanks": n % 5} if n % 5 else {}, created_at=now - timedelta(minutes=length - n),
                    )
                )  # fmt: skip
                if len(posts) >= CHUNK:
                    Post.objects.bulk_create(posts)
                    posts.clear()
        Post.objects.bulk_create(posts)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE forum_thread SET last_post_id = (SELECT p.id FROM forum_post p WHERE p.thread_id = forum_thread.id "
            "AND p.number = forum_thread.last_number) WHERE last_post_id = 0"
        )


def _viewer_marks(people: list[Person]) -> None:
    """3,000 read marks, 300 of them mutes, and 10 blocks for the viewer."""
    viewer = people[0]
    Block.objects.bulk_create(Block(person=viewer, blocked=person) for person in people[20 : 20 + BLOCKS])
    ids = list(Thread.objects.order_by("-pk").values_list("pk", "last_number")[: THREADS + SMALL_THREADS])
    ThreadReading.objects.bulk_create(
        ThreadReading(
            person=viewer, thread_id=pk, read_to=max(1, last - n % 4), attention="mute" if n % 10 == 0 else ""
        )
        for n, (pk, last) in enumerate(ids)
    )


def _index(texts: list[Text]) -> None:
    """One entry for each post, with terms that were made once for each text."""
    terms = {text.plain: text.terms for text in texts}
    last = 0
    while True:
        rows = list(
            Post.objects.filter(pk__gt=last).order_by("pk").select_related("thread").defer("source", "html")[:CHUNK]
        )
        if not rows:
            return
        last = rows[-1].pk
        entries = SearchEntry.objects.bulk_create(
            SearchEntry(
                kind="post", thing_id=p.pk, audience_id=p.audience_id, author_id=p.author_id, within=f"thread:{p.thread_id}",
                language=p.language, title=p.thread.title if p.number == 1 else "", plain=p.plain, at=p.created_at,
                analyser_version=analyser.VERSION,
            )
            for p in rows
        )  # fmt: skip
        _store([(entry.pk, terms[entry.plain]) for entry in entries])


def _store(rows: list[tuple[int, str]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany("INSERT INTO kernel_search_terms(rowid, terms) VALUES (%s, %s)", rows)
        else:
            cursor.executemany(
                "UPDATE kernel_searchentry SET terms = to_tsvector('simple', %s) WHERE id = %s",
                [(t, pk) for pk, t in rows],
            )
