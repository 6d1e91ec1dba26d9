"""Founding a group, saying what it is, listing, hiding and closing it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dugnad.groups import policies
from dugnad.groups.actions.keeping import (
    index,
    locked,
    lose_sight,
    member_ids,
    members_audience,
    only_you,
    recount,
    who_may_know,
    withdraw_invitations,
)
from dugnad.groups.models import Group, JoinRequest, Membership, NetworkTie
from dugnad.groups.tellings import CLOSED
from dugnad.kernel.audience import audience_of
from dugnad.kernel.happenings import Actor, record
from dugnad.kernel.live.bus import ask_everybody_anew, hang_up
from dugnad.kernel.policies import no, require
from dugnad.kernel.stamps import Stamp
from dugnad.kernel.text import render
from dugnad.notices.actions import forget_keys, tell
from dugnad.people.models import Person
from dugnad.people.names import NAMELESS, base_handle

EDITABLE = frozenset({"name", "kind", "about", "place_name", "themes", "languages", "joining"})


@transaction.atomic
def create_group(
    name: str,
    *,
    by: Person,
    kind: str = Group.Kind.LOCAL,
    about: str = "",
    place_name: str = "",
    themes: Iterable[str] = (),
    languages: Iterable[str] = (),
    joining: str = Group.Joining.OPEN,
    hidden: bool = False,
    form_key: UUID | None = None,
) -> Group:
    """A new group whose first member and steward is `by`. The same form sent again answers with the group it made."""
    require(policies.can_create_group(by))
    one_at_a_time()
    made = Group.objects.filter(form_key=form_key).first() if form_key else None
    if made is not None:
        require(policies.can_see_group(by, made))
        return made
    now = timezone.now()
    group = Group(
        name=name,
        slug=free_slug(name, hidden=hidden),
        kind=kind,
        about=about,
        about_html=render(about).html,
        place_name=place_name,
        themes=list(themes),
        languages=list(languages),
        joining=joining,
        hidden_at=now if hidden else None,
        form_key=form_key,
        audience=audience_of(),
    )
    group.save()
    group.audience = who_may_know(group)
    group.save(update_fields=["audience"])
    Membership.objects.create(group=group, person=by, steward_since=now, steward_by=by)
    recount(group)
    index(group)
    hang_up(by.pk)
    record("group_created", group, by=by, kind=kind)
    return group


@transaction.atomic
def edit_group(group: Group, *, by: Person, **changes: Any) -> Group:
    """Change what the group says about itself: any of `EDITABLE`. Its address stays."""
    if unknown := set(changes) - EDITABLE:
        raise ValueError(f"cannot change {sorted(unknown)} of a group")
    group = locked(group)
    require(policies.can_edit_group(by, group))
    before = group.kind
    for name, value in changes.items():
        setattr(group, name, value)
    if before != group.kind and Group.Kind.NETWORK in (before, group.kind):
        require(no(_("A network stays a network, and a group a group. Start a new one for the other.")))
    group.about_html = render(group.about).html
    group.save()
    index(group)
    record("group_edited", group, by=by, changed=sorted(changes))
    return group


@transaction.atomic
def list_group(group: Group, *, by: Person) -> Group:
    """Everybody can see that the group exists and what it says about itself. Listing a listed group changes nothing."""
    group = locked(group)
    require(policies.can_list_group(by, group))
    if group.is_hidden:
        _show_to(group, hidden=False)
        record("group_listed", group, by=by)
    return group


@transaction.atomic
def hide_group(group: Group, *, by: Person) -> Group:
    """Only its people know that the group exists. It leaves its networks, which would show it, and open requests to
    join are dropped. Halls above change what they show of it when they hear `group_hidden`.
    """
    group = locked(group)
    require(policies.can_hide_group(by, group))
    if group.is_hidden:
        return group
    leave_networks(group)
    JoinRequest.objects.filter(group=group, answered_at=None).delete()
    was = group.audience
    _show_to(group, hidden=True)
    # With the audience it had: what the public saw of it must go from the pages that are kept for strangers.
    record("group_hidden", group, by=by, audience=was)
    ask_everybody_anew()
    return group


def _show_to(group: Group, *, hidden: bool) -> None:
    group.hidden_at = timezone.now() if hidden else None
    group.audience = who_may_know(group)
    group.save()
    index(group)


def leave_networks(group: Group) -> None:
    """The group belongs to no network any more, and its members lose what they saw through one. Needs the lock."""
    if NetworkTie.objects.filter(group=group).delete()[0]:
        for person in Person.objects.filter(pk__in=member_ids(group)):
            lose_sight(person)


@transaction.atomic
def close_group(group: Group, *, by: Actor) -> Group:
    """The group is gone for everybody: nobody holds its keys any more, links into it stop working, its members are
    told.

    Closing it again changes nothing. `by` is a steward, or the system when nobody is left.
    """
    group = locked(group)
    if group.closed_at is not None:
        return group
    if isinstance(by, Person):
        require(policies.can_close_group(by, group))
    _close(group, by=by)
    audience = members_audience(group) if group.is_hidden else group.audience
    record("group_closed", group, by=by, audience=audience)
    return group


def _close(group: Group, *, by: Actor) -> None:
    members = set(member_ids(group))
    tied = NetworkTie.objects.filter(network=group).exclude(accepted_at=None).values("group_id")
    through_it = set(Membership.objects.filter(group_id__in=tied).values_list("person_id", flat=True))
    group.closed_at = timezone.now()
    group.save(update_fields=["closed_at"])
    NetworkTie.objects.filter(network=group).delete()
    NetworkTie.objects.filter(group=group).delete()
    JoinRequest.objects.filter(group=group, answered_at=None).delete()
    withdraw_invitations(group)
    index(group)
    forget_keys([group.key, group.stewards_key, f"network:{group.pk}"])
    for person_id in members | through_it:
        hang_up(person_id)
    told = members - ({by.pk} if isinstance(by, Person) else set())
    tell(
        told,
        CLOSED.name,
        thing=group,
        url="/me/groups",
        title=group.name,
        audience=audience_of(*(f"person:{pk}" for pk in told)),
        who_can_read=only_you,
    )


def one_at_a_time() -> None:
    """Until the deed is done nobody else founds a group: two of one name get two addresses, a form sent twice one
    group.
    """
    Stamp.objects.get_or_create(name="groups-founded")
    Stamp.objects.select_for_update().get(name="groups-founded")


def free_slug(name: str, *, hidden: bool) -> str:
    """A readable address that no group has. A hidden group's cannot be guessed, nor met by naming another group
    alike.
    """
    base = base_handle(name)
    base = "group" if base == NAMELESS else base
    if hidden:
        return f"{base}-{secrets.token_hex(5)}"
    taken = set(Group.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
