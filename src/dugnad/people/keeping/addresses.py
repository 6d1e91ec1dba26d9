"""The e-mail addresses under which something may be kept about a person."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import Q

from dugnad.people.models import Person


def addresses_of(person: Person) -> frozenset[str]:
    """Every address of the person, case folded."""
    known = list(EmailAddress.objects.filter(user_id=person.pk).values_list("email", flat=True))
    return frozenset(address.casefold() for address in (*known, person.email) if address)


def with_address(field: str, addresses: frozenset[str]) -> Q:
    """Rows whose `field` is one of the addresses, however it is spelled. Nothing when there are none."""
    wanted = Q(pk__in=[])
    for address in addresses:
        wanted |= Q(**{f"{field}__iexact": address})
    return wanted
