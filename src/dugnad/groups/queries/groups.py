"""Groups as a viewer may see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dugnad.groups.models import Group, JoinRequest, Membership, Visit
from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.house_model import fold

PAGE = 40


def groups_seen(viewer: Viewer) -> QuerySet[Group]:
    """All groups that the viewer may know of; closed ones are gone."""
    return visible_to(Group.objects.filter(closed_at=None), viewer)


def groups_listed(
    viewer: Viewer, *, kind: str = "", theme: str = "", language: str = "", words: str = ""
) -> QuerySet[Group]:
    """The groups that the viewer may know of, by name: of this kind, with this theme, in this language, with all of
    these words in name, place or themes.
    """
    groups = groups_seen(viewer)
    if kind:
        groups = groups.filter(kind=kind)
    if theme:
        groups = groups.filter(theme_keys__contains=f"|{fold(theme)}|")
    if language:
        groups = groups.filter(language_keys__contains=f"|{language}|")
    for word in fold(words).split():
        groups = groups.filter(found_by__contains=word)
    return groups.order_by("name_key", "pk")


def page_after(groups: QuerySet[Group], after: Group | None) -> tuple[list[Group], bool]:
    """The next `PAGE` groups of a list by name, from behind `after`, and whether there are more."""
    if after is not None:
        groups = groups.filter(Q(name_key__gt=after.name_key) | Q(name_key=after.name_key, pk__gt=after.pk))
    page = list(groups[: PAGE + 1])
    return page[:PAGE], len(page) > PAGE


def themes_listed(viewer: Viewer, most: int = 12) -> list[str]:
    """The themes of the groups that the viewer may know of, the most frequent first, as they are written."""
    written: dict[str, str] = {}
    count: dict[str, int] = {}
    for themes in groups_seen(viewer).exclude(theme_keys="").order_by("pk").values_list("themes", flat=True)[:500]:
        for theme in themes:
            key = fold(theme)
            written.setdefault(key, theme)
            count[key] = count.get(key, 0) + 1
    return [written[key] for key in sorted(count, key=lambda key: (-count[key], key))[:most]]


def group_by_slug(slug: str, viewer: Viewer) -> Group | None:
    """The group with this address, or None when there is none that the viewer may know of."""
    visited = Exists(Visit.objects.filter(group=OuterRef("pk")))
    return groups_seen(viewer).annotate(was_visited=visited).filter(slug=slug).first()


def group_by_id(pk: int, viewer: Viewer) -> Group | None:
    """The group with this id, or None when there is none that the viewer may know of."""
    return groups_seen(viewer).filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class MyGroup:
    """One of the viewer's own groups: whether they look after it and how many people ask to join."""

    group: Group
    is_steward: bool
    asking: int


def my_groups(viewer: Viewer) -> list[MyGroup]:
    """The groups that the viewer is a member of, by name. One query."""
    if viewer.person_id is None:
        return []
    waiting = Count("group__join_requests", filter=Q(group__join_requests__answered_at=None), distinct=True)
    rows = Membership.objects.filter(person_id=viewer.person_id or 0, group__closed_at=None).select_related("group")
    rows = rows.annotate(waiting=waiting).order_by("group__name_key", "pk")
    return [MyGroup(row.group, row.is_steward, row.waiting if row.is_steward else 0) for row in rows]


def asked_by(viewer: Viewer) -> QuerySet[JoinRequest]:
    """The viewer's own requests to join that have no answer yet."""
    own = JoinRequest.objects.filter(person_id=viewer.person_id or 0, answered_at=None, group__closed_at=None)
    seen = groups_seen(viewer).filter(pk=OuterRef("group_id"))
    return own.filter(Exists(seen)).select_related("group").order_by("-pk")
