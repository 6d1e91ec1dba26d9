"""Groups as a viewer may see them, and the keys that memberships give."""

from __future__ import annotations

from typing import Any

from dugnad.groups.models import Membership


def keys_of(person: Any) -> list[str]:
    """The keys that a person holds through memberships: `group:`, `stewards:group:` and, through ties, `network:`."""
    rows = Membership.objects.filter(person_id=person.pk, group__closed_at=None).values_list(
        "group_id", "steward_since", "group__networks__network_id", "group__networks__accepted_at"
    )
    keys = set()
    for group, steward_since, network, accepted_at in rows:
        keys.add(f"group:{group}")
        if steward_since:
            keys.add(f"stewards:group:{group}")
        if network and accepted_at:
            keys.add(f"network:{network}")
    return sorted(keys)
