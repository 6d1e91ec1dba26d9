"""Making and arranging categories."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from dugnad.forum import policies
from dugnad.forum.actions.threads import SPELLED
from dugnad.forum.models import Category, Post, PostFile, PostTranslation, Thread
from dugnad.groups.models import Group
from dugnad.kernel.audience import MEMBERS, PUBLIC, Audience, audience_of
from dugnad.kernel.files import StoredFile
from dugnad.kernel.fragments import forget_pieces
from dugnad.kernel.happenings import Happening, on, record
from dugnad.kernel.policies import require
from dugnad.kernel.search import SearchEntry
from dugnad.notices.models import Notice
from dugnad.people.models import Person

REACHES = ("public", "members", "group")


def audience_for(reach: str, group: Group | None) -> Audience:
    """Who reads a category: anyone, members of the place, or the group that it belongs to (with its network, for a network)."""
    if reach == "public":
        return audience_of(PUBLIC)
    if reach == "members" or group is None:
        return audience_of(MEMBERS)
    if group.kind == Group.Kind.NETWORK:
        return audience_of(group.key, f"network:{group.pk}")
    return audience_of(group.key, group.stewards_key)


@transaction.atomic
def create_category(
    name: str,
    *,
    by: Person,
    purpose: str = "",
    reach: str = "members",
    writers: str = "",
    group: Group | None = None,
    parent: Category | None = None,
    slug: str = "",
    translations: dict[str, Any] | None = None,
    emblem: str = "",
    field: str = "moss",
    about_this_place: bool = False,
) -> Category:
    """Make a category: a common one, or a group's own. It comes last among its siblings.

    A hidden group's own are read by its people only, whatever was asked for: others must not learn that the group exists.
    """
    if group is not None:
        # As it is now: of hiding the group and this, the second sees what the first did.
        group = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    require(policies.can_create_category(by, group.pk if group else None))
    _require_same_home(group, parent)
    hidden = group is not None and group.is_hidden
    siblings = Category.objects.filter(parent=parent, group=group)
    category = Category.objects.create(
        name=name,
        purpose=purpose,
        slug=free_slug(slug or name, hidden=hidden),
        group=group,
        parent=parent,
        audience=audience_for("group" if hidden else reach, group),
        writers=writers or (Category.Writers.GROUP if group else Category.Writers.MEMBERS),
        translations=translations or {},
        emblem=emblem,
        field=field,
        about_this_place=about_this_place,
        position=(siblings.aggregate(last=Max("position"))["last"] or 0) + 1,
    )
    record("category_created", category, by=by, within=group)
    return category


@transaction.atomic
def edit_category(category: Category, *, by: Person, **changes: Any) -> Category:
    """Change name, purpose, translations, emblem, field or writers of a category."""
    category = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    require(policies.can_edit_category(by, category))
    allowed = {"name", "purpose", "translations", "emblem", "field", "writers", "parent"}
    if unknown := set(changes) - allowed:
        raise ValueError(f"cannot change {sorted(unknown)} of a category")
    if "parent" in changes:
        _require_same_home(category.group, changes["parent"])
        _require_no_circle(category, changes["parent"])
    for name, value in changes.items():
        setattr(category, name, value)
    category.save(update_fields=list(changes))
    forget_pieces()
    record("category_edited", category, by=by, within=category.group)
    return category


@transaction.atomic
def arrange_category(category: Category, *, by: Person, before: Category | None) -> None:
    """Put a category before another of the same parent, or last."""
    require(policies.can_edit_category(by, category))
    siblings = list(
        Category.objects.select_for_update()
        .filter(parent=category.parent_id, group=category.group_id)
        .exclude(pk=category.pk)
        .order_by("position", "pk")
    )
    at = next((i for i, other in enumerate(siblings) if before is not None and other.pk == before.pk), len(siblings))
    siblings.insert(at, category)
    for position, other in enumerate(siblings, start=1):
        Category.objects.filter(pk=other.pk).update(position=position)
    record("category_arranged", category, by=by, within=category.group)


@transaction.atomic
def close_category(category: Category, *, by: Person) -> Category:
    """Close a category: everything in it stays readable, nobody writes in it any more."""
    category = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    require(policies.can_close_category(by, category))
    category.closed_at = timezone.now()
    category.save(update_fields=["closed_at"])
    record("category_closed", category, by=by, within=category.group)
    return category


@transaction.atomic
def reopen_category(category: Category, *, by: Person) -> Category:
    """Open a closed category again: those who could write in it can."""
    category = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    require(policies.can_reopen_category(by, category))
    category.closed_at = None
    category.save(update_fields=["closed_at"])
    record("category_reopened", category, by=by, within=category.group)
    return category


@on("group_hidden")
def keep_within_group(happening: Happening, group: Group, by: Any) -> None:
    """What others read of a group that hides now is read by its people only: categories, threads, posts, what the search and
    notices hold of them, and pictures. From the top down: whoever starts a thread holds the category, whoever replies the
    thread, so each step meets what was written until then, and what comes after it is read by the right people.
    """
    within = audience_for("group", group)
    opened = list(Category.objects.filter(group=group).exclude(audience=within).values_list("pk", flat=True))
    posts = Post.objects.filter(thread__category__in=opened)
    Category.objects.filter(pk__in=opened).update(audience=within)
    Thread.objects.filter(category__in=opened).update(audience=within)
    Post.objects.filter(thread__in=Thread.objects.filter(category__in=opened).values("pk")).update(audience=within)
    StoredFile.objects.filter(pk__in=PostFile.objects.filter(post__in=posts).values("file")).update(audience=within)
    SearchEntry.objects.filter(kind="post", thing_id__in=posts.values("pk")).update(audience=within)
    translated = PostTranslation.objects.filter(post__in=posts)
    SearchEntry.objects.filter(kind="translation", thing_id__in=translated.values("pk")).update(audience=within)
    translated.update(audience=within)
    for thread in Thread.objects.filter(category__in=opened).values_list("pk", flat=True).iterator():
        for kept in (Notice, Happening):
            kept.objects.filter(within=f"thread:{thread}").update(audience=within)


@on("group_closed")
def close_with_group(happening: Happening, group: Group, by: Any) -> None:
    """When a group closes, nobody writes in its categories any more."""
    Category.objects.filter(group=group, closed_at=None).update(closed_at=timezone.now())


def _require_same_home(group: Group | None, parent: Category | None) -> None:
    if parent is not None and parent.group_id != (group.pk if group else None):
        raise ValueError("a category stands below one of the same group, a common one below a common one")


def _require_no_circle(category: Category, parent: Category | None) -> None:
    above = parent
    while above is not None:
        if above.pk == category.pk:
            raise ValueError("a category cannot stand below itself")
        above = above.parent


def free_slug(name: str, *, hidden: bool = False) -> str:
    """A readable address that no category has yet. That of a hidden group cannot be guessed, nor met by naming one alike."""
    base = slugify(name.translate(SPELLED))[:50].strip("-") or "category"
    if hidden:
        return f"{base[:45].strip('-')}-{secrets.token_hex(5)}"
    taken = set(Category.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
