"""The two deeds that everybody can do about what is kept of them: have it, and have it erased."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dugnad.kernel import registry
from dugnad.kernel.audience import audience_of
from dugnad.kernel.happenings import SYSTEM, Actor, record
from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.live.wake import wake_worker
from dugnad.kernel.outbox import send_mail
from dugnad.kernel.place import the_place
from dugnad.kernel.policies import require
from dugnad.people.keeping import erasure
from dugnad.people.keeping.policies import can_ask_for_export, can_erase_person
from dugnad.people.models import Export, Person
from dugnad.people.profile_actions import forget_shown

KEEP_FILE = timedelta(hours=24)


@transaction.atomic
def ask_for_export(person: Person, *, by: Person) -> Export:
    """Begin to make the file with everything about the person. An older file goes; there is one at a time."""
    from dugnad.people.keeping.tasks import make_export

    # The row of the person is locked: of two wishes at once the second is told that the first is under way.
    person = Person.objects.select_for_update().get(pk=person.pk)
    require(can_ask_for_export(by, person))
    erasure.erase_exports(person)
    export = Export.objects.create(person=person)
    record("export_asked", export, by=by, audience=audience_of(person.key))
    make_export.enqueue(export.pk)
    transaction.on_commit(wake_worker)
    return export


@transaction.atomic
def finish_export(export: Export, *, by: Actor = SYSTEM) -> bool:
    """The file lies ready for `KEEP_FILE`, and the person is told by mail. False when nobody waits for it any more."""
    now = timezone.now()
    ready = Export.objects.filter(pk=export.pk, ready_at=None).update(ready_at=now, ends_at=now + KEEP_FILE)
    if not ready:
        export.path.unlink(missing_ok=True)
        return False
    record("export_made", export, by=by, audience=audience_of(export.person.key))
    _tell_ready(export.person)
    return True


@transaction.atomic
def erase_person(person: Person, *, leave_posts: bool, by: Person) -> bool:
    """Everything about the person goes, for good and everywhere; True when their row is gone too.

    With `leave_posts` what they wrote stays under "a former member", otherwise its text goes with them. What others
    wrote stays theirs. Sessions end and open pages are hung up with the commit; after it the traces in the database
    file are overwritten.
    """
    from dugnad.people.keeping.tasks import clean_traces

    person = Person.objects.select_for_update().get(pk=person.pk)
    require(can_erase_person(by, person))
    erasure.overwrite_what_goes()
    traces = erasure.traces_of(person)
    for erase in registry.erasers:
        erase(person, leave_posts)
    erasure.erase_files(person)
    erasure.erase_from_search(person, leave_posts=leave_posts)
    erasure.erase_exports(person)
    erasure.erase_sessions(traces)
    erasure.erase_mails(traces)
    erasure.erase_from_door(traces)
    erasure.erase_from_happenings(traces)
    gone = erasure.let_go(person)
    record("person_erased", "person", by=SYSTEM, posts="left" if leave_posts else "removed")
    forget_shown()
    hang_up(traces.person_id)
    clean_traces.enqueue()
    transaction.on_commit(wake_worker)
    return gone


def _tell_ready(person: Person) -> None:
    if not person.email:
        return
    with translation.override(person.language):
        place = the_place().name
        lines = [
            _("Hello {name},").format(name=person.first_name),
            _("The file with everything about you in {place} is ready. You can download it for 24 hours:").format(
                place=place
            ),
            settings.URL + reverse("ask_for_export"),
            _("You get this because you asked for the file. Only you can download it, while you are signed in."),
        ]
        subject = _("Your file from {place} is ready").format(place=place)
    send_mail(person.email, subject, "\n\n".join(lines) + "\n", kind="export", person=person.key)
