"""What a person is told, as they may see it now; and who of many may be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dugnad.kernel.audience import MEMBERS, PUBLIC, STEWARDS_OF_PLACE, Audience, Viewer, viewer_of, visible_to
from dugnad.kernel.registry import Table
from dugnad.notices.kinds import WHATS
from dugnad.notices.models import MailStop, Notice, Preference
from dugnad.people.models import Block, Person, PlaceStewardship

PAGE = 30

holders = Table(
    "by the first part of a key: (rests of the keys, ids of persons) -> ids of those persons who hold one of the keys; "
    "must agree with kernel.registry.keys_held"
)


quiet_about = Table(
    "by the first part of a key: (rest of the key, ids of persons) -> ids of those persons who want to hear nothing about it"
)


def unread_count(viewer: Viewer) -> int:
    """How many unread notices the viewer may see. One query (the viewer's audiences are asked only when there are
    any).
    """
    if viewer.person_id is None:
        return 0
    groups = Notice.objects.filter(person_id=viewer.person_id, read_at=None).values_list("audience_id", "actor_id")
    counted = list(groups.annotate(n=Count("pk")))
    if not counted:
        return 0
    seen = set(viewer.audiences())
    return sum(n for audience, actor, n in counted if audience in seen and actor not in viewer.hidden)


def unread_counts(person_ids: Iterable[int]) -> dict[int, int]:
    """How many unread notices each of these persons has, without those of whom they block, before access is asked: for the
    live count. One query.
    """
    blocked = Block.objects.filter(person_id=OuterRef("person_id"), blocked_id=OuterRef("actor_id"))
    unread = Notice.objects.filter(~Exists(blocked), person_id__in=list(person_ids), read_at=None)
    rows = unread.values_list("person_id")
    return dict(rows.annotate(n=Count("pk")))


def notices_of(viewer: Viewer, *, before: int | None = None) -> QuerySet[Notice]:
    """The viewer's notices that they may still see, newest first; with `before` only those with a smaller id."""
    own = Notice.objects.filter(person_id=viewer.person_id or 0)
    if before is not None:
        own = own.filter(pk__lt=before)
    return visible_to(own, viewer).select_related("actor").order_by("-pk")


def notice_by_id(pk: int, viewer: Viewer) -> Notice | None:
    """The viewer's own notice with this id, if they may still see it."""
    if viewer.person_id is None:
        return None
    return notices_of(viewer).filter(pk=pk).first()


def choices_of(person: Person) -> dict[str, bool]:
    """For each row of choices whether it comes by mail: what the person chose, else the default."""
    chosen = Preference.objects.filter(person=person).values_list("by_mail", flat=True).first() or {}
    return {name: bool(chosen.get(name, what.mail)) for name, what in WHATS.items()}


def stopped_threads(person: Person) -> int:
    """About how many threads the person wants no mail."""
    return MailStop.objects.filter(person=person).count()


def wanting_mail(people: Iterable[Person], what: str, within: str) -> list[Person]:
    """Those of `people` who have an address and want mail of this kind, and about `within`. One query."""
    by_id = {person.pk: person for person in people if person.email}
    stopped = MailStop.objects.filter(person_id=OuterRef("pk"), within=within)
    rows = (
        Person.objects.filter(pk__in=by_id)
        .annotate(stopped=Exists(stopped))
        .values_list("pk", "stopped", "notice_preference__by_mail")
    )
    wanted = {pk for pk, stop, by_mail in rows if not (within and stop) and (by_mail or {}).get(what, WHATS[what].mail)}
    return [person for pk, person in by_id.items() if pk in wanted]


def living(persons: Iterable[Person | int]) -> dict[int, Person]:
    """The persons among `persons` (rows or ids) who still have an account, by id. At most one query."""
    found = {one.pk: one for one in persons if isinstance(one, Person)}
    ids = {one for one in persons if isinstance(one, int)} - found.keys()
    if ids:
        found |= {person.pk: person for person in Person.objects.filter(pk__in=ids)}
    return {pk: person for pk, person in found.items() if person.is_active and person.erased_at is None}


def who_may_be_told(people: dict[int, Person], audience: Audience, actor: Person | None) -> dict[int, Person]:
    """Those of `people` who hold a key of `audience` and do not block `actor`; never `actor`.

    The queries do not grow with the number of people where each key of the audience has a function among `holders`.
    """
    asked = {pk: person for pk, person in people.items() if actor is None or pk != actor.pk}
    if actor is not None:
        blockers = Block.objects.filter(person_id__in=asked, blocked_id=actor.pk).values_list("person_id", flat=True)
        asked = {pk: person for pk, person in asked.items() if pk not in set(blockers)}
    may = _holding(asked, audience.keys())
    return {pk: person for pk, person in asked.items() if pk in may}


def who_wants_to_hear(people: dict[int, Person], within: str) -> dict[int, Person]:
    """Those of `people` who did not mute what has this key."""
    kind, _sep, rest = within.partition(":")
    asked = quiet_about.get(kind)
    quiet = set(asked(rest, list(people))) if asked and people else set()
    return {pk: person for pk, person in people.items() if pk not in quiet}


def _holding(people: dict[int, Person], keys: frozenset[str]) -> set[int]:
    if not people or PUBLIC in keys or MEMBERS in keys:
        return set(people)
    by_kind: dict[str, set[str]] = defaultdict(set)
    for key in keys - {STEWARDS_OF_PLACE}:
        kind, _sep, rest = key.partition(":")
        by_kind[kind].add(rest)
    may = {int(rest) for rest in by_kind.pop("person", set())} & people.keys()
    if STEWARDS_OF_PLACE in keys:
        stewards = PlaceStewardship.objects.current().filter(person_id__in=people)
        may |= set(stewards.values_list("person_id", flat=True))
    unknown: set[str] = set()
    for kind, rests in by_kind.items():
        held_by = holders.get(kind)
        if held_by is None:
            unknown |= {f"{kind}:{rest}" if rest else kind for rest in rests}
        else:
            may |= set(held_by(rests, people.keys() - may)) & people.keys()
    if unknown:
        may |= {pk for pk, person in people.items() if pk not in may and viewer_of(person).keys & unknown}
    return may


def old_read(before: Any) -> QuerySet[Notice]:
    """Notices that were read before `before`."""
    return Notice.objects.filter(Q(read_at__lt=before))
