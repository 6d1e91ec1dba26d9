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
from dugnad.site.place_policies import can_open_place, can_settle_place
from dugnad.site.place_queries import offered_languages


@dataclass(frozen=True, slots=True)
class NewCategory:
    """A category that a new place begins with. `translations`: language → {"name": …, "purpose": …}."""

    name: str
    purpose: str = ""
    emblem: str = ""
    translations: dict[str, dict[str, str]] = field(default_factory=dict)


@transaction.atomic
def name_place(*, name: str, tagline: dict[str, str], by: Person) -> Place:
    """The place is called `name`; `tagline` says in one line what it is; other languages stay as they were."""
    place = _locked_place(by)
    place.name = name
    place.tagline = _merged(place.tagline, tagline)
    return _settled(place, "place_named", by)


@transaction.atomic
def choose_place_languages(*, languages: list[str], time_zone: str, by: Person) -> Place:
    """The interface is offered in `languages`; the first is the place's own. Its clock goes by `time_zone`."""
    if not languages or set(languages) - set(LANGUAGES):
        raise ValueError(f"not languages of the house: {languages}")
    place = _locked_place(by)
    place.languages = list(dict.fromkeys(languages))
    place.time_zone = time_zone
    return _settled(place, "place_languages_chosen", by)


@transaction.atomic
def write_place_texts(
    *, responsible: str, contact: str, agreements: dict[str, str], privacy: dict[str, str], by: Person
) -> Place:
    """Who answers for personal data, the agreements and the privacy notice. Changed agreements get a new version."""
    place = _locked_place(by)
    before = dict(place.agreements)
    place.responsible, place.contact = responsible, contact
    place.agreements = _merged(place.agreements, agreements)
    place.privacy = _merged(place.privacy, privacy)
    if place.opened_at and before != place.agreements:
        place.agreements_version += 1
    return _settled(place, "place_texts_written", by)


@transaction.atomic
def choose_sign_up(*, sign_up: str, by: Person) -> Place:
    """From now on people come in openly, on request or by invitation."""
    place = _locked_place(by)
    place.sign_up = Place.SignUp(sign_up)
    return _settled(place, "sign_up_chosen", by)


@transaction.atomic
def make_first_categories(*, wanted: Iterable[NewCategory], reach: str, by: Person) -> list[Category]:
    """Make the wanted common categories and "About this place", for members or the public (`reach`).

    One whose name is there already is not made twice.
    """
    place = _locked_place(by)
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
    return _settled(place, "place_opened", by)


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


def _locked_place(by: Person) -> Place:
    require(can_settle_place(by))
    return Place.objects.select_for_update().filter(pk=1).first() or Place(pk=1)


def _merged(before: dict[str, str], texts: dict[str, str]) -> dict[str, str]:
    """`before` with `texts` put in; an empty text takes the language out."""
    merged = {**before, **texts}
    return {code: merged[code] for code in LANGUAGES if merged.get(code)}


def _settled(place: Place, verb: str, by: Person) -> Place:
    place.save()
    record(verb, place, by=by, audience=audience_of(MEMBERS))
    return place
