"""Telling people, and what they do with what they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from dugnad.kernel.audience import (
    MEMBERS,
    PUBLIC,
    Audience,
    AudienceKey,
    Viewer,
    readers_of,
    stranger,
    viewer_of,
)
from dugnad.kernel.happenings import key_of
from dugnad.kernel.live.bus import announce_person
from dugnad.kernel.policies import require
from dugnad.kernel.retention import keep
from dugnad.notices import queries
from dugnad.notices.kinds import WHATS, kind_named
from dugnad.notices.mails import Stop, Told, write_mail
from dugnad.notices.models import MailStop, Notice, Preference
from dugnad.notices.policies import can_mark_read
from dugnad.people.models import Person

KEEP_READ = keep("notices", days=90, least=7, most=365, words=_("A notice, after it was read"))

ReadersWords = str | Callable[[Viewer], str]


@transaction.atomic(savepoint=False)
def tell(
    persons: Iterable[Person | int],
    kind: str,
    *,
    thing: Any,
    url: str,
    title: str,
    audience: Audience,
    within: Any = "",
    actor: Person | None = None,
    quote: str = "",
    note: str = "",
    who_can_read: ReadersWords = "",
    quiet_asked: bool = False,
) -> frozenset[int]:
    """Tell `persons` (rows or ids) what `actor` did: a notice each, and a mail for those who want one. In the
    caller's transaction.

    `thing` and `within` are rows or keys. Nobody is told who cannot see `audience`, who blocks the actor, who is the
    actor, who wants to hear nothing about `within` (unless the caller has asked: `quiet_asked`) or who was told before
    (same kind, same thing). `title`, `quote` and `note` (plain text) are what they may
    read: the quote stands in the mail only, the note was written to them and stands beside the notice too. The mail
    ends with who can read: computed from the audience, or `who_can_read` where the caller knows it better (a
    sentence, or a function that says it to a viewer in the language that is on). Answers the ids of those who were
    told now.
    """
    noticed = kind_named(kind)
    thing_key, within_key = key_of(thing), key_of(within)
    people = queries.who_may_be_told(queries.living(persons), audience, actor)
    if within_key and not quiet_asked:
        people = queries.who_wants_to_hear(people, within_key)
    before = Notice.objects.filter(kind=kind, thing=thing_key, person_id__in=people)
    for pk in list(before.values_list("person_id", flat=True)):
        del people[pk]
    if not people:
        return frozenset()
    said = {"thing": thing_key, "within": within_key, "url": url, "title": title[:250], "note": note[:1000]}
    rows = [Notice(person=person, kind=kind, actor=actor, audience=audience, **said) for person in people.values()]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    told = Told(noticed, within_key, url, title, actor.name if actor else None, quote or note, audience)
    _mail(told, queries.wanting_mail(people.values(), noticed.what, told.thread), who_can_read)
    _announce_unread(people)
    return frozenset(people)


def _mail(told: Told, people: list[Person], who_can_read: ReadersWords) -> None:
    if not people:
        return
    same_for_all = bool(told.audience.keys() & {PUBLIC, MEMBERS})
    said: dict[str, str] = {}
    for person in people:
        if same_for_all and person.language not in said:
            said[person.language] = _readers_words(told.audience, stranger(person.language), who_can_read)
        write_mail(told, person, said.get(person.language) or _words_for(person, told.audience, who_can_read))


def _words_for(person: Person, audience: Audience, words: ReadersWords) -> str:
    """The line for one person. Their keys are asked only when the words want to know them."""
    if callable(words):
        with translation.override(person.language):
            return words(cast(Viewer, SimpleLazyObject(lambda: viewer_of(person))))
    return _readers_words(audience, viewer_of(person), words)


def _readers_words(audience: Audience, viewer: Viewer, words: ReadersWords) -> str:
    if isinstance(words, str) and words:
        return words
    with translation.override(viewer.language):
        return words(viewer) if callable(words) else readers_of(audience, viewer).sentence


def _announce_unread(person_ids: Iterable[int]) -> None:
    for person_id, unread in queries.unread_counts(person_ids).items():
        announce_person(person_id, {"type": "notice", "unread": unread})


@transaction.atomic
def mark_read(notice: Notice, *, by: Person) -> None:
    """The notice is read. Marking it again changes nothing."""
    require(can_mark_read(by, notice))
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


@transaction.atomic
def mark_thread_read(within: Any, *, by: Person) -> int:
    """All unread notices of the person about what is in `within` are read; answers how many were marked. One query."""
    unread = Notice.objects.filter(person=by, read_at=None, within=key_of(within))
    return unread.update(read_at=timezone.now())


@transaction.atomic
def mark_all_read(*, by: Person, up_to: int | None = None) -> int:
    """The person's unread notices are read, those only that were on the page (`up_to` its newest id) when that is
    known.
    """
    unread = Notice.objects.filter(person=by, read_at=None)
    if up_to is not None:
        unread = unread.filter(pk__lte=up_to)
    marked = unread.update(read_at=timezone.now())
    announce_person(by.pk, {"type": "notice", "unread": queries.unread_counts([by.pk]).get(by.pk, 0)})
    return marked


@transaction.atomic
def choose_mail(choices: Mapping[str, bool], *, by: Person) -> None:
    """The person wants mail of these kinds and not of those. Kinds that are not named stay as they are."""
    row, _made = Preference.objects.select_for_update().get_or_create(person=by)
    row.by_mail = row.by_mail | {what: bool(wanted) for what, wanted in choices.items() if what in WHATS}
    row.save(update_fields=["by_mail"])


@transaction.atomic
def stop_mail(stop: Stop, *, by: Person) -> None:
    """No more mail of what `stop` names: one thread, or a kind. Stopping twice changes nothing."""
    if stop.within:
        MailStop.objects.get_or_create(person=by, within=stop.within)
    else:
        choose_mail({stop.what: False}, by=by)


@transaction.atomic
def resume_mail(*, by: Person) -> int:
    """Mail comes again about every thread for which it was stopped; answers how many there were."""
    return MailStop.objects.filter(person=by).delete()[0]


@transaction.atomic
def forget_notices(things: Iterable[Any]) -> int:
    """Nobody has a notice about these things (rows or keys) any more: they were deleted. Answers how many notices
    went.
    """
    return Notice.objects.filter(thing__in=[key_of(thing) for thing in things]).delete()[0]


@transaction.atomic
def settle_notices(kind: str, thing: Any) -> int:
    """What this kind of notice asked for is done: it is read for everybody. Answers how many notices were marked."""
    return Notice.objects.filter(kind=kind, thing=key_of(thing), read_at=None).update(read_at=timezone.now())


@transaction.atomic
def forget_unseen(person: Person) -> int:
    """Remove the notices that the person may no longer see, as after a membership ended. Answers how many went."""
    own = Notice.objects.filter(person=person)
    seen = viewer_of(person).audiences()
    return own.exclude(audience_id__in=seen).delete()[0]


@transaction.atomic
def forget_keys(keys: Iterable[str]) -> int:
    """Nobody holds these keys any more: remove the notices that only their holders could see. Answers how many went."""
    gone = set(keys)
    with_one = AudienceKey.objects.filter(key__in=gone).values("audience_id")
    with_another = AudienceKey.objects.exclude(key__in=gone).filter(audience_id__in=with_one).values("audience_id")
    return Notice.objects.filter(audience_id__in=with_one).exclude(audience_id__in=with_another).delete()[0]


def forget_old_read() -> str:
    """Remove notices that were read more than `KEEP_READ` ago; answers a line for the log."""
    removed = queries.old_read(timezone.now() - KEEP_READ.time).delete()[0]
    return f"{removed} read notices removed"
