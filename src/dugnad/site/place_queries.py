"""What the place says about itself, in the reader's language, and how far its setting up has come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.utils.safestring import SafeString

from dugnad.forum.models import Category
from dugnad.kernel.audience import STEWARDS_OF_PLACE, Viewer
from dugnad.kernel.happenings import Happening
from dugnad.kernel.place import LANGUAGES, Place
from dugnad.kernel.text import render
from dugnad.people.models import Person, PlaceStewardship

KINDS_OF_TEXT = ("agreements", "privacy")
# Steps of the set-up walk in their order, and the happening that says that a step was done.
STEPS = {
    "name": "place_named",
    "languages": "place_languages_chosen",
    "agreements": "place_texts_written",
    "coming-in": "sign_up_chosen",
    "categories": "first_categories_made",
    "open": "place_opened",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the place as safe HTML, and the language that it is in."""

    html: SafeString
    language: str


def the_saved_place() -> Place:
    """The one place as it stands in the database now, for changing: never the copy that all pages share."""
    return Place.objects.filter(pk=1).first() or Place(pk=1)


def offered_languages(place: Place) -> list[str]:
    """The interface languages of the place, the first being its own; all of them until it has chosen."""
    return [code for code in place.languages if code in LANGUAGES] or list(LANGUAGES)


@cache
def default_text(kind: str, language: str) -> str:
    """The text that a new place begins with: Markdown, with `{place}` and the like to be filled in."""
    name = f"{kind}.{language if language in LANGUAGES else LANGUAGES[0]}.md"
    return (files("dugnad.site") / "place_texts" / name).read_text(encoding="utf-8").strip()


def text_of(place: Place, kind: str, language: str) -> Said:
    """The place's agreements or privacy notice in `language`, else in its own; the default while it has none."""
    texts = getattr(place, kind)
    for code in (language, *offered_languages(place), *LANGUAGES):
        if texts.get(code):
            return Said(render(place.filled(texts[code]), heading_shift=1).html, code)
    return Said(render(place.filled(default_text(kind, language)), heading_shift=1).html, language)


def stewards_of_place() -> list[Person]:
    """Those who look after the place, by name. Shown to members only: strangers are told how many there are."""
    stewards = Person.objects.filter(pk__in=PlaceStewardship.objects.current().values("person"), erased_at=None)
    return list(stewards.order_by("name_key", "pk"))


def done_steps(place: Place) -> set[str]:
    """The steps of the set-up walk that somebody has finished."""
    verbs = set(Happening.objects.filter(thing="place:1", verb__in=STEPS.values()).values_list("verb", flat=True))
    return {step for step, verb in STEPS.items() if verb in verbs}


def next_step(place: Place) -> str:
    """Where the walk goes on: the first step that nobody has finished."""
    done = done_steps(place)
    return next((step for step in STEPS if step not in done), "open")


def common_categories(viewer: Viewer) -> list[Category]:
    """The categories that belong to no group, for the steward who arranges them."""
    if not viewer.holds(STEWARDS_OF_PLACE):
        return []
    return list(Category.objects.filter(group=None, parent=None, closed_at=None).order_by("position", "pk"))
