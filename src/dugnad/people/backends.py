"""Loads the person of a session together with their standing, in one statement."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Aggregate, CharField, Exists, OuterRef, Subquery

from dugnad.kernel import registry
from dugnad.people.models import Block, Person, PlaceStewardship


class Joined(Aggregate):
    """Whole numbers as one text with commas between, on both databases."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG(%(expressions)s::text, ',')", **context)


class HouseBackend(AuthenticationBackend):
    """Allauth's backend; every request asks it who is signed in."""

    def get_user(self, user_id: int) -> Person | None:
        """The living person with this id. Known with it, for the policies and the frame of every page: `stewards_place`,
        `blocked_ids` and what halls add in `registry.standing`.
        """
        blocks = Block.objects.filter(person=OuterRef("pk")).order_by().values("person").annotate(ids=Joined("blocked"))
        standing = Person.objects.annotate(
            stewards_place=Exists(PlaceStewardship.objects.current().filter(person=OuterRef("pk"))),
            blocked_ids=Subquery(blocks.values("ids")),
            **{name: make() for name, make in registry.standing.items()},
        )
        return next(iter(standing.filter(pk=user_id, is_active=True, erased_at=None)), None)
