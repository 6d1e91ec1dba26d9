"""Names that go along, only of those who agreed: what stands in the file, and how somebody shows later that a name is theirs."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone

from dugnad.groups.carrying.form import NAMES
from dugnad.groups.carrying.opening import Opened
from dugnad.groups.carrying.packing import Packing
from dugnad.groups.models import CarriedName, Departure, Group, Membership
from dugnad.kernel.place import the_place
from dugnad.people.keeping.addresses import addresses_of
from dugnad.people.models import Person

MOST_NAMES = 20_000


def fingerprint(address: str, salt: str) -> str:
    """A slow hash of an address: who has the file needs a tenth of a second for each address that they guess."""
    made = hashlib.scrypt(address.casefold().encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32)
    return made.hex()


class Going:
    """Who goes along under which number: those who agreed, and names that came with the group from elsewhere."""

    def __init__(self, departure: Departure) -> None:
        group = departure.group
        self._carried = list(CarriedName.objects.filter(group=group, person=None).exclude(name="").order_by("number"))
        agreed = Q(departure_answers__departure=departure, departure_answers__agrees=True)
        self._persons = list(Person.objects.living().filter(agreed, memberships__group=group).order_by("pk"))
        numbered: Iterable[Any] = enumerate([*self._carried, *self._persons], start=1)
        self._numbers = {_key(one): number for number, one in numbered}
        self._group = group
        self.at = departure.making_at or timezone.now()

    def number_of(self, person_id: int | None, carried_id: int | None) -> int | None:
        """The number of whoever wrote something; None for a former member, and for everybody who did not agree."""
        if person_id is not None:
            return self._numbers.get(("person", person_id))
        return self._numbers.get(("carried", carried_id)) if carried_id is not None else None

    def name_of(self, person_id: int | None) -> str:
        """What to call a person in what others wrote; empty when they did not agree."""
        return next((person.name for person in self._persons if person.pk == person_id), "")

    def pack(self, packing: Packing) -> None:
        """Write the names."""
        packing.add_rows(NAMES, self._rows(), "names")

    def _rows(self) -> Iterator[dict[str, Any]]:
        stewards = set(
            Membership.objects.filter(group=self._group).exclude(steward_since=None).values_list("person_id", flat=True)
        )
        for one in self._carried:
            yield {
                "number": self._numbers[_key(one)], "name": one.name, "from": one.from_place, "steward": one.was_steward,
                "salt": one.salt, "digest": one.digest,
            }  # fmt: skip
        for person in self._persons:
            salt = secrets.token_urlsafe(16)
            yield {
                "number": self._numbers[_key(person)], "name": person.name, "from": the_place().name,
                "steward": person.pk in stewards, "salt": salt,
                "digest": fingerprint(person.email, salt) if person.email else "",
            }  # fmt: skip


def _key(one: Person | CarriedName) -> tuple[str, int]:
    return ("person" if isinstance(one, Person) else "carried", one.pk)


def read_names(found: Opened) -> list[CarriedName]:
    """The names in the file, not yet of any group."""
    names: list[CarriedName] = []
    for row in found.rows(NAMES):
        if len(names) >= MOST_NAMES or row.number("number") != len(names) + 1:
            raise row.wrong("number")
        names.append(
            CarriedName(
                number=len(names) + 1,
                name=row.line("name", 60, empty=False),
                from_place=row.line("from", 60),
                was_steward=row.flag("steward"),
                salt=row.line("salt", 64),
                digest=row.line("digest", 128),
            )
        )
    return names


def names_of_person(group: Group, person: Person) -> list[CarriedName]:
    """The names of the group that this person can show to be theirs: one of their proved addresses has the fingerprint."""
    from allauth.account.models import EmailAddress

    proved = set(EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True))
    addresses = {address.casefold() for address in proved} & addresses_of(person)
    waiting = CarriedName.objects.filter(group=group, person=None).exclude(digest="").order_by("number")
    return [one for one in waiting if any(_is(address, one) for address in addresses)]


def _is(address: str, name: CarriedName) -> bool:
    return hmac.compare_digest(fingerprint(address, name.salt), name.digest)
