"""People and threads for the drill: forty circles of ten, each with a thread that one of them began. Run as a program it
makes them in an empty place and prints who may write where, with sessions that are already signed in.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from importlib import import_module
from typing import Any

CIRCLES = 40
CIRCLE = 10
LANGUAGES = ("en", "sv", "nb", "nn", "nl")


def make() -> dict[str, Any]:
    """The ground, made in one transaction. Answers what the writers need to know of it."""
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    from dugnad.forum import actions as forum
    from dugnad.kernel.place import Place
    from dugnad.people.actions import make_place_steward
    from dugnad.people.models import Person

    with transaction.atomic():
        Place(name="Øvelsen", languages=list(LANGUAGES), opened_at=timezone.now()).save()
        people = [_person(number) for number in range(CIRCLES * CIRCLE)]
        Person.objects.bulk_create(people)
        people = list(Person.objects.order_by("pk"))
        make_place_steward(people[0], given_by=None)
        category = forum.create_category("Øvelse", by=people[0], reach="members")
        circles = []
        for number in range(CIRCLES):
            circle = people[number * CIRCLE : (number + 1) * CIRCLE]
            text = f"Opening of circle {number}."
            thread = forum.start_thread(category, "talk", f"Circle {number}", text, by=circle[0])
            sessions = [(person.pk, person.email, _session(person)) for person in circle]
            circles.append({"thread": thread.pk, "post": thread.last_post_id, "people": sessions})
    return {"category": category.slug, "circles": circles, "cookie": settings.SESSION_COOKIE_NAME}


def _person(number: int) -> Any:
    from django.utils import timezone

    from dugnad.kernel.house_model import sort_key
    from dugnad.people.models import Person

    name = f"Person {number}"
    return Person(
        name=name, name_key=sort_key(name), handle=f"person-{number}", email=f"person-{number}@example.org",
        language=LANGUAGES[number % len(LANGUAGES)], agreed_version=1,
        joined_at=timezone.now() - timedelta(days=90),
    )  # fmt: skip


def _session(person: Any) -> str:
    """The key of a session that signs this person in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "dugnad.site.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    print(json.dumps(make()))  # noqa: T201 - this is what it is run for
