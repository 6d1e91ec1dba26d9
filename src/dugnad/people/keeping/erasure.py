"""What is kept about a person outside the halls' own rows, taken away piece by piece.

`erase_person` calls these in its transaction, `clean_traces` comes after it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Q
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dugnad.kernel import search
from dugnad.kernel.audience import audience_of
from dugnad.kernel.files import StoredFile, remove_file
from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail
from dugnad.kernel.search import SearchEntry
from dugnad.people.keeping.addresses import addresses_of, with_address
from dugnad.people.keeping.export import unfinished_of
from dugnad.people.keeping.signed_in import sessions_of
from dugnad.people.models import Export, Invitation, Person, Request

MERGE_PAGES = 200
LONGEST_WAIT_MS = 1000


@dataclass(frozen=True, slots=True)
class Traces:
    """What a person can be found by once their row is gone: number, key, name and addresses."""

    person_id: int
    key: str
    name: str
    addresses: frozenset[str]

    def said_in(self, text: str) -> bool:
        """Does the text name the person, as whole words, or one of their addresses?"""
        return any(pattern.search(text) for pattern in self._patterns())

    def taken_out_of(self, text: str, instead: str) -> str:
        """The text with the name and the addresses replaced."""
        for pattern in self._patterns():
            text = pattern.sub(lambda _found: instead, text)
        return text

    def _patterns(self) -> Iterator[re.Pattern[str]]:
        for words in (self.name, *sorted(self.addresses)):
            if words:
                yield re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)


def traces_of(person: Person) -> Traces:
    """Taken before anything is erased."""
    return Traces(person.pk, person.key, person.name, addresses_of(person))


def overwrite_what_goes() -> None:
    """From here on SQLite overwrites what it deletes, instead of leaving it in the file until it needs the space."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def erase_files(person: Person) -> None:
    """Uploads that nothing shows go. About those that posts show the hall of the posts has decided."""
    for stored in StoredFile.objects.filter(author=person, attached_at=None):
        remove_file(stored)


def erase_from_search(person: Person, *, leave_posts: bool) -> None:
    """What the person wrote is found without their name, or not at all."""
    search.forget("person", [person.pk])
    entries = SearchEntry.objects.filter(author=person)
    if leave_posts:
        entries.update(author=None)
    else:
        search.forget_rows(list(entries.values_list("pk", flat=True)))


def erase_exports(person: Person) -> None:
    for export in Export.objects.filter(person=person):
        drop_export(export)


def drop_export(export: Export) -> None:
    """Remove the row now and its file when the transaction has committed."""
    path = export.path
    export.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    transaction.on_commit(lambda: unfinished_of(path).unlink(missing_ok=True))


def erase_sessions(traces: Traces) -> None:
    """Sessions that sign the person in anywhere, and sign-ins under way with their address."""
    for session in list(sessions_of(traces.person_id, traces.addresses)):
        session.delete()


def erase_mails(traces: Traces) -> None:
    """Mails to the person go. In mails to others the person is not named any more.

    A mail that has left keeps its address and loses its text. One that waits is dropped when it tells of something
    that has readers here (they find it in the place), and loses the name otherwise: a code must still arrive.
    """
    Mail.objects.filter(Q(person=traces.key) | with_address("to", traces.addresses)).delete()
    for mail in _mails_that_name(traces):
        if mail.sent_at or mail.given_up_at:
            Mail.objects.filter(pk=mail.pk).update(subject="", text="", headers={})
        elif mail.audience_id is not None:
            mail.delete()
        else:
            _take_name_out(mail, traces)


def _mails_that_name(traces: Traces) -> list[Mail]:
    wanted = Q(pk__in=[])
    for words in (traces.name, *traces.addresses):
        if words:
            wanted |= Q(text__icontains=words) | Q(subject__icontains=words)
    found = Mail.objects.filter(wanted).iterator(chunk_size=200)
    return [mail for mail in found if traces.said_in(f"{mail.subject}\n{mail.text}")]


def _take_name_out(mail: Mail, traces: Traces) -> None:
    with translation.override(_language_of(mail)):
        instead = _("a former member")
    text, subject = traces.taken_out_of(mail.text, instead), traces.taken_out_of(mail.subject, instead)
    Mail.objects.filter(pk=mail.pk).update(text=text, subject=subject)


def _language_of(mail: Mail) -> str:
    number = mail.person.partition(":")[2]
    reader = Person.objects.filter(pk=number).first() if number.isdigit() else None
    return reader.language if reader else translation.get_language() or "en"


def erase_from_door(traces: Traces) -> None:
    """How the person once asked to come in, and invitations that others sent to their address."""
    Request.objects.filter(with_address("email", traces.addresses)).delete()
    Invitation.objects.filter(with_address("email", traces.addresses)).update(email="", greeting="")


def erase_from_happenings(traces: Traces) -> None:
    """What was done stays done; by whom is forgotten. What only concerned the person goes altogether."""
    own = audience_of(traces.key)
    Happening.objects.filter(Q(thing=traces.key) | Q(audience=own)).delete()
    Happening.objects.filter(within=traces.key).update(within="")
    Happening.objects.filter(actor=traces.key).update(actor="")


def let_go(person: Person) -> bool:
    """Delete the row of the person and all that hangs on it; True when it is gone.

    Where a hall protects rows that need its number, everything else that hangs on it goes all the same, and the row
    stays with nothing in it.
    """
    try:
        with transaction.atomic():
            Person.objects.get(pk=person.pk).delete()
    except (ProtectedError, RestrictedError):
        _let_go_of_rows(person)
        empty_row(person)
        return False
    return True


def empty_row(person: Person) -> None:
    """The row of an erased person: a number and the time, nothing else."""
    now = timezone.now()
    row = Person.objects.get(pk=person.pk)
    row.email, row.name, row.about, row.place_name = None, "", "", ""
    row.handle = f"erased-{row.pk}"
    row.language, row.reads, row.theme, row.time_zone, row.shortcuts = "en", [], "", "", ""
    row.agreed_version, row.agreed_at = 0, None
    row.joined_at = row.erased_at = now
    row.is_active = False
    row.session_epoch = secrets.token_hex(16)
    row.set_unusable_password()
    row.save()


def _let_go_of_rows(person: Person) -> None:
    """What would fall or be emptied with the row falls or is emptied without it."""
    for relation in Person._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: person})
        if relation.on_delete is models.CASCADE:
            rows.delete()
        elif relation.on_delete is models.SET_NULL:
            rows.update(**{relation.field.name: None})


def clean_traces() -> None:
    """After the commit: what a database keeps of deleted rows beside them is overwritten too.

    The index keeps the words of a deleted entry until its segments are merged, and the write-ahead log keeps old pages
    until it starts anew. Done in small steps, so that nobody waits. PostgreSQL does the same by itself (autovacuum).
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kernel_search_terms(kernel_search_terms, rank) VALUES('merge', %s)", [-MERGE_PAGES])
        while _merge_some(cursor):
            pass
        _start_log_anew(cursor)


def _merge_some(cursor: CursorWrapper) -> bool:
    """One step of merging; False when nothing was left to do. SQLite says so by changing fewer than two rows."""
    raw = connection.connection
    before: int = raw.total_changes
    cursor.execute("INSERT INTO kernel_search_terms(kernel_search_terms, rank) VALUES('merge', %s)", [MERGE_PAGES])
    after: int = raw.total_changes
    return after - before >= 2


def _start_log_anew(cursor: CursorWrapper) -> None:
    if connection.in_atomic_block:
        return
    cursor.execute("PRAGMA busy_timeout")
    (usual,) = cursor.fetchone()
    cursor.execute(f"PRAGMA busy_timeout = {LONGEST_WAIT_MS}")
    try:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {usual}")
