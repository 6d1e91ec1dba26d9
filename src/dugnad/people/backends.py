"""Loads the person of a session together with their standing, in one statement."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from dugnad.people.models import Block, Person, PlaceStewardship


class HouseBackend(AuthenticationBackend):
    """Allauth's backend; every request asks it who is signed in."""

    def get_user(self, user_id: int) -> Person | None:
        """The living person with this id, with `stewards_place` and `blocks_anybody` known."""
        standing = Person.objects.annotate(
            stewards_place=Exists(PlaceStewardship.objects.filter(person=OuterRef("pk"), ended_at=None)),
            blocks_anybody=Exists(Block.objects.filter(person=OuterRef("pk"))),
        )
        return standing.filter(pk=user_id, is_active=True, erased_at=None).first()
