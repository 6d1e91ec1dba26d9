"""The ground for tests with several processes: people, a public thread and a closed group. Run as a program in an empty place it
prints their sessions and addresses; everything that is done once a day is due.
"""

from __future__ import annotations

import json
import os
import sys


def build() -> dict[str, object]:
    """Amina began a public thread and a group with a thread of its own; Leyla and Jonas are in the group."""
    from django.utils import timezone

    from dugnad.kernel import registry
    from dugnad.kernel.place import Place
    from dugnad.kernel.stamps import Stamp
    from tests import given

    Place(name="Gata", languages=["en", "sv", "nb", "nn", "nl"], opened_at=timezone.now()).save()
    open_thread = given.thread("Who has a drill?", by="amina", within=given.category("Tools"))
    group = given.group("Stairwell B", by="amina", members=("leyla", "jonas"))
    inside = given.thread("Keys to the roof", by="amina", within=given.category("Inside", group=group))
    yesterday = timezone.now().date().toordinal() - 1
    for name in dict(registry.daily_jobs.items()):
        Stamp.objects.update_or_create(name=f"daily:{name}"[:60], defaults={"value": yesterday})
    people = {}
    for who in ("amina", "leyla", "jonas", "oona"):
        person = given.person(who)
        cookie = given.client(who).cookies["dugnad_session"].value
        people[who] = {"id": person.pk, "session": cookie, "handle": person.handle}
    return {
        "people": people,
        "open": {"id": open_thread.pk, "url": open_thread.url},
        "inside": {"id": inside.pk, "url": inside.url},
        "group": group.slug,
        "daily": sorted(dict(registry.daily_jobs.items())),
    }


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "dugnad.site.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    sys.stdout.write(json.dumps(build()))
