"""People as members see each other, and what a person has settled for themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dugnad.kernel.audience import Viewer
from dugnad.kernel.context import Way
from dugnad.kernel.house_model import sort_key
from dugnad.people.models import Block, Person, PlaceStewardship

PAGE = 50
LONGEST_SEARCH = 60


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the list of people. `after` is the key of its last row, empty when nothing follows."""

    people: list[Person]
    after: str


def person_page(handle: str, viewer: Viewer) -> Person | None:
    """The person with this handle as a member may see them. For strangers, and once erased, nobody is there.

    A block changes nothing here: nobody can find out from a page that they were blocked.
    """
    if not viewer.is_member:
        return None
    return Person.objects.filter(handle=handle, is_active=True, erased_at=None).first()


def people_here(viewer: Viewer, *, search: str = "", after: str = "") -> PeoplePage:
    """Members by name. `search` is the beginning of any part of a name; `after` the key of the row before."""
    if not viewer.is_member:
        return PeoplePage([], "")
    people = _named(Person.objects.filter(is_active=True, erased_at=None), search)
    rows = list(_following(people, after).order_by("name_key", "pk")[: PAGE + 1])
    shown = rows[:PAGE]
    return PeoplePage(shown, _row_key(shown[-1]) if len(rows) > PAGE else "")


def stewardship_of(person: Person) -> PlaceStewardship | None:
    """The stewardship of the place that this person has now."""
    return PlaceStewardship.objects.current().filter(person=person).first()


def blocked_by(viewer: Viewer) -> list[Person]:
    """Whom the viewer has blocked, by name. Nobody else can ask."""
    if viewer.person_id is None:
        return []
    blocks = Block.objects.filter(person_id=viewer.person_id).values("blocked_id")
    return list(Person.objects.filter(pk__in=blocks, erased_at=None).order_by("name_key", "pk"))


def ways(viewer: Viewer) -> Iterable[Way]:
    """The door to the list of people, for members."""
    if viewer.is_member:
        yield Way(str(_("People")), "/people", "i-person", 40, ("/people/",))


def own_pages(viewer: Viewer) -> Iterable[Way]:
    """A person's own pages in this hall."""
    yield Way(str(_("What others see of you")), "/me/profile", "i-pen", 10)
    yield Way(str(_("How you sign in")), "/me/security/", "i-key", 20)
    yield Way(str(_("Invitations you made")), "/invitations/", "i-mail", 30)
    yield Way(str(_("People you blocked")), "/me/blocked", "i-hush", 70)
    yield Way(str(_("Everything about you in one file")), "/me/export", "i-shelf", 80)
    yield Way(str(_("Erase yourself for good")), "/me/erase", "i-bin", 90)


def _named(people: QuerySet[Person], search: str) -> QuerySet[Person]:
    wanted = sort_key(search[:LONGEST_SEARCH])
    if not wanted:
        return people
    return people.filter(Q(name_key__startswith=wanted) | Q(name_key__contains=f" {wanted}"))


def _row_key(person: Person) -> str:
    return f"{person.pk}~{person.name_key}"


def _following(people: QuerySet[Person], after: str) -> QuerySet[Person]:
    number, _sep, name_key = after.partition("~")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return people
    return people.filter(Q(name_key__gt=name_key) | Q(name_key=name_key, pk__gt=int(number)))
