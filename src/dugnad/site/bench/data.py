"""Builds the forum that is measured: 200 people, 5 categories, 1,000 threads, 20,000 posts, at scale 1.

Built with bulk statements, not through the actions: what is measured is reading. 2 in 100 threads are public, the rest belong
to one large group, so that one viewer sees everything and another 2 %. The viewer's twenty other groups have 2,000 small
threads of their own, so that 3,000 read marks exist. The same scale gives the same data every time. Posts and their index are
written by the database itself (`site.bench.rows`), in parts: a build that was stopped goes on where it was.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from dugnad.forum.models import Category, Thread, ThreadReading
from dugnad.groups.models import Group, Membership
from dugnad.kernel import analyser
from dugnad.kernel.audience import PUBLIC, Audience, audience_of
from dugnad.kernel.place import Place
from dugnad.kernel.stamps import Stamp
from dugnad.kernel.text import render
from dugnad.people.models import Block, Person
from dugnad.site.bench import rows

PEOPLE = 200
CATEGORIES = 5
THREADS = 1_000
POSTS = 20_000
LONGEST = 500
SMALL_THREADS = 2_000
GROUPS = 20
MUTES = 300
BLOCKS = 10
TEXTS = rows.TEXTS
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
class Planned:
    """One thread to come: its number names it, `at` is its place in the order of activity."""

    number: int
    category: Category
    audience: Audience
    length: int
    title: str
    at: int


def build(scale: int, say: Callable[[str], None]) -> None:
    """Build the data unless this database has it already; says how long it took. What was built is kept."""
    if Stamp.objects.filter(name=f"bench-{scale}").exists():
        return
    if Stamp.objects.filter(name__startswith="bench-").exclude(name__startswith=f"bench-{scale}-").exists():
        raise RuntimeError("This data folder holds the data of another scale. Give each scale a folder of its own.")
    began = time.monotonic()
    if not Stamp.objects.filter(name=f"bench-{scale}-begun").exists():
        say(f"building {THREADS * scale:,} threads and {POSTS * scale:,} posts …")
        with transaction.atomic():
            _begin(scale)
            Stamp.objects.create(name=f"bench-{scale}-begun", value=scale)
    texts = list(_texts(random.Random(SEED)))  # noqa: S311 - the same data every time
    rows.write_posts(texts, PEOPLE, say)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    Stamp.objects.create(name=f"bench-{scale}", value=scale)
    say(f"built in {time.monotonic() - began:.0f} s")


def _begin(scale: int) -> None:
    """Everything but the posts."""
    Place(name="Bench", languages=list(LANGUAGES), opened_at=timezone.now()).save()
    people = _people()
    hall = _group("Hall", 0)
    Membership.objects.bulk_create(Membership(group=hall, person=person) for person in people[:-1])
    _write_threads(_plan(scale, hall) + _small_plan(people), people)
    _viewer_marks(people)


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


def _texts(random_: random.Random) -> Iterator[rows.Text]:
    for number in range(TEXTS):
        language = LANGUAGES[number % len(LANGUAGES)]
        words = WORDS[language].split()
        paragraphs = [
            " ".join(random_.choices(words, k=random_.randint(35, 75))).capitalize() + f" {number}."
            for _paragraph in range(random_.randint(2, 4))
        ]
        source = "\n\n".join(paragraphs)
        rendered = render(source)
        yield rows.Text(language, source, rendered.html, rendered.plain, analyser.index_terms(rendered.plain, language))


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


def _plan(scale: int, hall: Group) -> list[Planned]:
    categories = _categories()
    Category.objects.filter(group=None).update(thread_count=THREADS * scale // CATEGORIES)
    public, closed = audience_of(PUBLIC), audience_of(hall.key)
    lengths = _lengths(scale)
    return [
        Planned(
            number, categories[number % CATEGORIES], public if number % 50 == 0 else closed, length, "Thread",
            len(lengths) - number,
        )
        for number, length in enumerate(lengths)
    ]  # fmt: skip


def _small_plan(people: list[Person]) -> list[Planned]:
    """A hundred threads of one post in each of the viewer's twenty groups."""
    plan = []
    for n in range(1, GROUPS + 1):
        group = _group(f"Group {n}", n)
        Membership.objects.create(group=group, person=people[0], steward_since=timezone.now() if n == 1 else None)
        audience = audience_of(group.key, group.stewards_key)
        each = SMALL_THREADS // GROUPS
        category = Category.objects.create(
            name=f"Room {n}", slug=f"room-{n}", group=group, audience=audience, writers="group", thread_count=each
        )
        plan += [
            Planned(n * 1000 + m, category, audience, 1, "Small thread", SMALL_THREADS - (n - 1) * each - m)
            for m in range(each)
        ]
    return plan


def _write_threads(plan: list[Planned], people: list[Person]) -> None:
    """The threads, without posts. What hangs on the posts is filled in with them."""
    now, words = timezone.now(), WORDS["en"].split()
    Thread.objects.bulk_create(
        (
            Thread(
                category=one.category, audience=one.audience, kind=("talk", "question", "need", "offer")[one.number % 4],
                state="" if one.number % 4 == 0 else "open", title=f"{one.title} {one.number} about {words[one.number % 30]}",
                slug=f"thread-{one.number}", language=LANGUAGES[one.number % 5], author=people[one.number % (PEOPLE - 2) + 1],
                last_post_at=now - timedelta(minutes=one.at), post_count=one.length, last_number=one.length,
            )
            for one in plan
        ),
        batch_size=2_000,
    )  # fmt: skip


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
