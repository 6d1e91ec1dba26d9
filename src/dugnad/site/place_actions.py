"""Deeds that settle the place: what it is called, which languages it speaks, what is agreed and who comes in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from dugnad.forum.actions import create_category
from dugnad.forum.models import Category
from dugnad.kernel.audience import MEMBERS, audience_of
from dugnad.kernel.happenings import record
from dugnad.kernel.house_model import fold
from dugnad.kernel.place import LANGUAGES, Place
from dugnad.kernel.policies import require
from dugnad.people.models import Person
from dugnad.site.place_changing import locked_place, merged, settled
from dugnad.site.place_policies import can_open_place
from dugnad.site.place_queries import offered_languages


@dataclass(frozen=True, slots=True)
class NewCategory:
    """A category that a new place begins with. `translations`: language → {"name": …, "purpose": …}."""

    name: str
    purpose: str = ""
    emblem: str = ""
    translations: dict[str, dict[str, str]] = field(default_factory=dict)


@transaction.atomic
def name_place(*, name: str, tagline: dict[str, str], by: Person, seen: int | None = None) -> Place:
    """The place is called `name`; `tagline` says in one line what it is; other languages stay as they were."""
    place = locked_place(by, "name", seen)
    place.name = name
    place.tagline = merged(place.tagline, tagline, LANGUAGES)
    return settled(place, "place_named", by, "name")


@transaction.atomic
def choose_place_languages(*, languages: list[str], time_zone: str, by: Person, seen: int | None = None) -> Place:
    """The interface is offered in `languages`; the first is the place's own. Its clock goes by `time_zone`."""
    if not languages or set(languages) - set(LANGUAGES):
        raise ValueError(f"not languages of the house: {languages}")
    place = locked_place(by, "languages", seen)
    place.languages = list(dict.fromkeys(languages))
    place.time_zone = time_zone
    return settled(place, "place_languages_chosen", by, "languages")


@transaction.atomic
def write_place_texts(
    *, responsible: str, contact: str, agreements: dict[str, str], privacy: dict[str, str], by: Person
) -> Place:
    """The step of the walk: who answers for personal data, the first ground rules and the privacy notice."""
    place = locked_place(by)
    place.responsible, place.contact = responsible, contact
    place.agreements = merged(place.agreements, agreements, LANGUAGES)
    place.privacy = merged(place.privacy, privacy, LANGUAGES)
    return settled(place, "place_texts_written", by, "agreements")


@transaction.atomic
def choose_sign_up(*, sign_up: str, by: Person, seen: int | None = None) -> Place:
    """From now on people come in openly, on request or by invitation."""
    place = locked_place(by, "coming-in", seen)
    place.sign_up = Place.SignUp(sign_up)
    return settled(place, "sign_up_chosen", by, "coming-in")


@transaction.atomic
def make_first_categories(*, wanted: Iterable[NewCategory], reach: str, by: Person) -> list[Category]:
    """Make the wanted common categories and "About this place", for members or the public (`reach`).

    One whose name is there already is not made twice.
    """
    place = locked_place(by)
    made = []
    if not Category.objects.filter(about_this_place=True).exists():
        made.append(_make_about_this_place(place, reach, by))
    taken = {fold(name) for name in Category.objects.filter(group=None).values_list("name", flat=True)}
    for new in wanted:
        if fold(new.name) in taken:
            continue
        taken.add(fold(new.name))
        made.append(
            create_category(
                new.name, by=by, purpose=new.purpose, emblem=new.emblem, reach=reach, translations=new.translations
            )
        )
    record("first_categories_made", place, by=by, audience=audience_of(MEMBERS), categories=[one.pk for one in made])
    return made


@transaction.atomic
def open_place(*, by: Person) -> Place:
    """The walk is done: people can come in."""
    place = Place.objects.select_for_update().filter(pk=1).first() or Place(pk=1)
    require(can_open_place(by, place))
    place.opened_at = timezone.now()
    place.save()
    record("place_opened", place, by=by, audience=audience_of(MEMBERS))
    return place


def about_this_place(language: str) -> tuple[str, str]:
    """Name and purpose of the category that every place has."""
    with override(language):
        return gettext("About this place"), gettext(
            "How this place works and what should change. Everyone here has a say."
        )


def _make_about_this_place(place: Place, reach: str, by: Person) -> Category:
    own, *others = offered_languages(place)
    name, purpose = about_this_place(own)
    said = {code: about_this_place(code) for code in others}
    translations = {code: {"name": one, "purpose": line} for code, (one, line) in said.items()}
    return create_category(
        name,
        by=by,
        purpose=purpose,
        reach=reach,
        translations=translations,
        emblem="i-hand",
        about_this_place=True,
    )
