"""A steward of the place reads in a closed group for a time, in sight of its members."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.groups import policies
from dugnad.groups.actions.keeping import locked, lose_sight, member_ids, members_audience
from dugnad.groups.models import Group, Visit
from dugnad.groups.tellings import VISIT_OVER, VISITED
from dugnad.kernel.happenings import SYSTEM, Actor, Happening, on, record
from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.policies import require
from dugnad.kernel.retention import keep
from dugnad.notices.actions import tell
from dugnad.people.models import Person, PlaceStewardship

LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
KEEP_VISITS = keep(
    "visits",
    days=365,
    least=90,
    most=1095,
    words=_("That a steward of the place read in a closed group, and why, after it"),
)


@transaction.atomic
def enter_group(group: Group, *, by: Person, reason: str, length: str) -> Visit:
    """`by` reads what the members read until the time is over, and writes nothing. All members are told why, and a line
    on the group's page says so while it lasts. Entering again while one is there answers with that visit.
    """
    from dugnad.groups.tasks import end_what_is_over

    group = locked(group)
    there = Visit.objects.current().filter(group=group, person=by).first()
    if there is not None:
        return there
    require(policies.can_enter_group(by, group))
    ends_at = timezone.now() + LENGTHS[length]
    visit = Visit.objects.create(group=group, person=by, reason=reason, ends_at=ends_at)
    audience = members_audience(group)
    record("group_entered", group, by=by, audience=audience, visit=visit.pk, until=ends_at.isoformat())
    tell(
        member_ids(group), VISITED.name, thing=visit, url=group.url, title=group.name, audience=audience, actor=by,
        note=reason,
    )  # fmt: skip
    hang_up(by.pk)
    end_what_is_over.using(run_after=ends_at).enqueue()
    return visit


@transaction.atomic
def end_visit(visit: Visit, *, by: Person) -> None:
    """The visit is over before its time. Ending one that is over changes nothing."""
    group = locked(visit.group)
    require(policies.can_end_visit(by, visit))
    _end(visit, group, by=by)


def _end(visit: Visit, group: Group, *, by: Actor) -> None:
    """Over, once: the keys go with the commit, open pages are hung up, the members hear it. Needs the lock."""
    if not Visit.objects.filter(pk=visit.pk, left_at=None).update(left_at=min(timezone.now(), visit.ends_at)):
        return
    record("visit_ended", group, by=by, audience=members_audience(group), visit=visit.pk)
    lose_sight(visit.person)
    tell(
        member_ids(group), VISIT_OVER.name, thing=visit, url=group.url, title=group.name,
        audience=members_audience(group), actor=visit.person,
    )  # fmt: skip


def end_visits_in_time() -> str:
    """Visits whose time is over are ended: their key was gone already. Safe to run twice; answers a line for the log."""
    over = Visit.objects.filter(left_at=None, ends_at__lte=timezone.now()).select_related("group", "person")
    return f"{_end_all(list(over))} visits ended"


def _end_all(visits: list[Visit]) -> int:
    for visit in visits:
        with transaction.atomic():
            _end(visit, locked(visit.group), by=SYSTEM)
    return len(visits)


@on("place_stewardship_ended")
def no_more_visits(happening: Happening, stewardship: PlaceStewardship, by: Actor) -> None:
    """Whoever does not steward the place any more is nowhere as its steward."""
    mine = Visit.objects.filter(person_id=stewardship.person_id, left_at=None)
    _end_all(list(mine.select_related("group", "person")))


def forget_old_visits() -> str:
    """Visits are forgotten when their time is over; answers a line for the log."""
    gone = Visit.objects.filter(ends_at__lt=timezone.now() - KEEP_VISITS.time).delete()[0]
    return f"{gone} visits forgotten"
