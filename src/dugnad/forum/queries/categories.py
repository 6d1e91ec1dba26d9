"""Categories: the tree of the place, and a group's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet

from dugnad.forum.models import Category, CategoryReading
from dugnad.kernel.audience import Viewer, visible_to


@dataclass(slots=True)
class Branch:
    """A category in the tree: its words in the viewer's language and what is below it."""

    category: Category
    name: str
    purpose: str
    url: str
    thread_count: int
    children: list[Branch] = field(default_factory=list)


def category_by_slug(slug: str, viewer: Viewer) -> Category | None:
    """The category with this address, if the viewer may see it."""
    if "\x00" in slug:
        return None  # PostgreSQL takes no such text
    return visible_to(Category.objects.select_related("group", "audience", "parent"), viewer).filter(slug=slug).first()


def _ordered(queryset: QuerySet[Category]) -> QuerySet[Category]:
    return queryset.select_related("audience").order_by("about_this_place", "position", "pk")


def categories_of_tree(viewer: Viewer, *, group_id: int | None = None) -> list[Branch]:
    """The common categories (or a group's own) that the viewer may see, as a tree in the stewards' order."""
    rows = _ordered(visible_to(Category.objects.filter(group=group_id, closed_at=None), viewer))
    return _tree(list(rows), viewer.language)


def closed_categories(viewer: Viewer) -> list[Branch]:
    """The common categories that were closed and can still be read."""
    rows = visible_to(Category.objects.filter(group=None, closed_at__isnull=False), viewer)
    return [_branch(row, viewer.language) for row in _ordered(rows)]


def categories_for_group(viewer: Viewer, group: Any) -> list[Branch]:
    """A group's own categories that the viewer may see."""
    return categories_of_tree(viewer, group_id=group.pk)


def categories_of_my_groups(viewer: Viewer) -> list[Branch]:
    """The categories of all groups that the viewer belongs to, the group's name in front of each."""
    ids = [int(key.partition(":")[2]) for key in viewer.keys if key.startswith(("group:", "network:"))]
    rows = visible_to(
        Category.objects.filter(group__in=ids, closed_at=None).select_related("group", "audience"), viewer
    )
    return [_branch(row, viewer.language) for row in rows.order_by("group__name_key", "position", "pk")]


def _tree(rows: list[Category], language: str) -> list[Branch]:
    branches = {row.pk: _branch(row, language) for row in rows}
    top: list[Branch] = []
    for row in rows:
        parent = branches.get(row.parent_id) if row.parent_id else None
        (parent.children if parent else top).append(branches[row.pk])
    return top


def _branch(row: Category, language: str) -> Branch:
    return Branch(row, row.said("name", language), row.said("purpose", language), row.url, row.thread_count)


def attention_to(category: Category, viewer: Viewer) -> str:
    """How closely the viewer follows the category: watch, follow, mute or nothing said."""
    if viewer.person_id is None:
        return ""
    said = CategoryReading.objects.filter(category=category, person=viewer.person_id).values_list(
        "attention", flat=True
    )
    return said.first() or ""


def categories_open(viewer: Viewer) -> list[Category]:
    """Every category that the viewer sees and that is not closed: common ones first, then those of groups by name, in
    the stewards' order with each one's own below it.
    """
    seen = visible_to(Category.objects.filter(closed_at=None).select_related("group", "audience"), viewer)
    order = (F("group__name_key").asc(nulls_first=True), "about_this_place", "position", "pk")
    return [branch.category for branch in _flat(_tree(list(seen.order_by(*order)), viewer.language))]


def _flat(branches: list[Branch]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from _flat(branch.children)
