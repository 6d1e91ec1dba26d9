"""The cast of the demo, offered on its sign-in page. Elsewhere there is none."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from dugnad.people.models import Person
from dugnad.people.policies import can_read_demo


def cast() -> list[tuple[str, str]]:
    """Handle and words of everybody whom one can be with one click, in the page's language; empty outside the demo."""
    if not can_read_demo() or not settings.DEMO_CAST:
        return []
    offered: list[tuple[str, str]] = import_string(settings.DEMO_CAST)(get_language() or "en")
    living = set(
        Person.objects.living()
        .filter(handle__in=[handle for handle, _words in offered])
        .values_list("handle", flat=True)
    )
    return [(handle, words) for handle, words in offered if handle in living]
