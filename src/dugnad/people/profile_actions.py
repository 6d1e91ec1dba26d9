"""Deeds about what others see of a person, how the place looks to them, and whom they do not want to read."""

from __future__ import annotations

from django.db import transaction

from dugnad.kernel.audience import MEMBERS, audience_of
from dugnad.kernel.fragments import forget_fragments
from dugnad.kernel.happenings import record
from dugnad.kernel.live.bus import announce, hang_up, in_every_process
from dugnad.kernel.memory import share_nothing
from dugnad.kernel.pagecache import forget_pages
from dugnad.kernel.place import LANGUAGES
from dugnad.kernel.policies import require
from dugnad.kernel.stamps import touch_memory, touch_public
from dugnad.people.middleware import THEMES
from dugnad.people.models import Block, Person
from dugnad.people.profile_policies import can_block_person, can_edit_profile

PERSON_CHANGED = "person_changed"


@transaction.atomic
def edit_profile(
    person: Person,
    *,
    name: str,
    about: str,
    place_name: str,
    language: str,
    reads: list[str],
    time_zone: str,
    by: Person,
) -> Person:
    """What others see, and how the place speaks to this person. The handle stays: others have written it."""
    require(can_edit_profile(by, person))
    person = Person.objects.select_for_update().get(pk=person.pk)
    renamed = person.name != name
    person.name, person.about, person.place_name = name, about, place_name
    person.language, person.reads, person.time_zone = language, reads, time_zone
    person.save(update_fields=["name", "about", "place_name", "language", "reads", "time_zone"])
    record("profile_edited", person, by=by, audience=audience_of(MEMBERS))
    if renamed:
        forget_shown()
    return person


@transaction.atomic
def choose_language(language: str, *, by: Person) -> None:
    """The interface speaks `language` to this person. Nobody else's matter, so it is no happening."""
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is not a language of the house")
    Person.objects.filter(pk=by.pk).update(language=language)


@transaction.atomic
def choose_theme(theme: str, *, by: Person) -> None:
    """Pages are light or dark, or as the device says (empty). Nobody else's matter, so it is no happening."""
    if theme not in ("", *THEMES):
        raise ValueError(f"{theme!r} is not a theme")
    Person.objects.filter(pk=by.pk).update(theme=theme)


@transaction.atomic
def choose_shortcuts(shortcuts: str, *, by: Person) -> None:
    """Keys of the keyboard do what the list of shortcuts says (empty), or nothing ("off"). Nobody else's matter."""
    if shortcuts not in ("", "off"):
        raise ValueError(f"{shortcuts!r} is no choice about shortcuts")
    Person.objects.filter(pk=by.pk).update(shortcuts=shortcuts)


@transaction.atomic
def block_person(person: Person, *, by: Person) -> Block:
    """`by` no longer sees what `person` writes. Told to nobody and recorded nowhere else, so it is no happening."""
    require(can_block_person(by, person))
    block, _made = Block.objects.get_or_create(person=by, blocked=person)
    hang_up(by.pk)
    return block


@transaction.atomic
def unblock_person(person: Person, *, by: Person) -> None:
    """`by` sees again what `person` writes. Unblocking somebody who is not blocked changes nothing."""
    Block.objects.filter(person=by, blocked=person).delete()
    hang_up(by.pk)


def forget_shown() -> None:
    """After the commit no process keeps a piece or page that was made with the old name of a person."""
    touch_public()
    touch_memory()
    share_nothing()
    transaction.on_commit(lambda: _drop_pieces({}))
    announce("place", {"type": PERSON_CHANGED})


@in_every_process(PERSON_CHANGED)
def _drop_pieces(event: dict[str, object]) -> None:
    """What is kept in memory has the old name in it."""
    forget_fragments()
    forget_pages()
