"""A house full of bait: for each kind of audience one of everything that can be seen, and every kind of viewer beside it.

Words that begin with `zebra` were written by one person, whom one viewer blocked; words that begin with `heron` are names of
groups and categories, which no block hides. What follows says whose the word is: `zebragroup` is for the group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone

from dugnad.care.models import Appeal, Report, StewardDeed, Wave, WavePost
from dugnad.forum import actions as forum
from dugnad.forum.actions.polling import add_poll
from dugnad.forum.actions.translating import translate_post
from dugnad.forum.models import (
    Bookmark,
    Category,
    Post,
    PostTranslation,
    SavedSearch,
    ScheduledPost,
    Thread,
    ThreadReading,
)
from dugnad.forum.polls import Asked
from dugnad.groups.actions import accept_tie, leave_group, tie_to_network
from dugnad.groups.actions.keeping import index
from dugnad.groups.models import Group
from dugnad.kernel.audience import Audience, AudienceKey, audience_of
from dugnad.kernel.happenings import Happening
from dugnad.kernel.models import Mail, SearchEntry, StoredFile
from dugnad.notices.models import Notice
from dugnad.people.models import Draft
from dugnad.people.profile_actions import block_person
from tests import given

AUTHOR = "per-erik"

# Who stands where. The stranger has no name.
VIEWERS = {
    "stranger": "",
    "member": "turid",
    "in the group": "leyla",
    "steward of the group": "amina",
    "in the group, blocks the author": "nienke",
    "was in the group": "jonas",
    "in a group of the network": "bram",
    "steward of the network": "torbjorn",
    "steward of the place": "gunnel",
    "the one person": "selam",
}

# The truth that everything is measured against: written here by hand, asked of nobody.
EVERYONE = frozenset(VIEWERS)
SEES: dict[str, frozenset[str]] = {
    "public": EVERYONE,
    "members": EVERYONE - {"stranger"},
    "group": frozenset({"in the group", "steward of the group", "in the group, blocks the author"}),
    "stewards": frozenset({"steward of the group"}),
    "network": frozenset({"in a group of the network", "steward of the network"}),
    "keepers": frozenset({"steward of the place"}),
    "person": frozenset({"the one person"}),
    "nobody": frozenset(),
}
BLOCKS_THE_AUTHOR = frozenset({"in the group, blocks the author"})
WORDS = re.compile(r"(zebra|heron)(" + "|".join(SEES) + ")", re.IGNORECASE)


def allowed(viewer: str) -> set[str]:
    """The bait that this viewer may find."""
    kinds = {kind for kind, viewers in SEES.items() if viewer in viewers}
    authored = set() if viewer in BLOCKS_THE_AUTHOR else {f"zebra{kind}" for kind in kinds}
    return authored | {f"heron{kind}" for kind in kinds}


def found(*texts: object) -> set[str]:
    """The bait in these texts."""
    return {"".join(word).lower() for text in texts for word in WORDS.findall(str(text))}


@dataclass(slots=True)
class House:
    """What was planted, by kind of audience: rows by the name of their model."""

    audiences: dict[str, Audience] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    notices: dict[tuple[str, str], Notice] = field(default_factory=dict)


def models_with_an_audience() -> set[str]:
    """Every model of the house that can be seen by some and not by others."""
    return {
        model.__name__
        for model in apps.get_models()
        if model is not AudienceKey
        and any(one.name == "audience" and one.related_model is Audience for one in model._meta.get_fields())
    }


def house_of_bait() -> House:
    """Plant one of everything for each kind of audience. No word of the bait stands in an address that a test asks for."""
    house = House(audiences=_audiences())
    for kind, audience in house.audiences.items():
        house.rows[kind] = _plant(kind, audience)
        for viewer, who in VIEWERS.items():
            if who:
                house.notices[kind, viewer] = _told(house.rows[kind], audience, who, kind)
    _plant_for_oneself()
    return house


def _plant_for_oneself() -> None:
    """What a person keeps for themselves is bait that nobody else may find, whoever they are."""
    author, now = given.person(AUTHOR), timezone.now()
    Draft.objects.create(person=author, place="/t/1/reply", text="zebranobody draft", saved_at=now)
    ScheduledPost.objects.create(
        author=author, category=given.category(), kind="talk", title="zebranobody plan", source="zebranobody plan",
        language="en", due_at=now + timedelta(days=1),
    )  # fmt: skip
    SavedSearch.objects.create(person=author, name="zebranobody search", query="zebranobody")


def _audiences() -> dict[str, Audience]:
    group = given.group("Nattugglorna", by="amina", members=("leyla", "nienke", "jonas"))
    network = given.group("Samla", by="torbjorn", kind=Group.Kind.NETWORK)
    tied = given.group("Dichtbij", by="bram")
    accept_tie(tie_to_network(tied, network, by=given.person("bram")), by=given.person("torbjorn"))
    block_person(given.person(AUTHOR), by=given.person("nienke"))
    leave_group(group, by=given.person("jonas"))
    given.steward("gunnel")
    for who in filter(None, VIEWERS.values()):
        given.person(who)
    return {
        "public": audience_of("public"),
        "members": audience_of("members"),
        "group": audience_of(group.key, group.stewards_key),
        "stewards": audience_of(group.stewards_key),
        "network": audience_of(network.key, f"network:{network.pk}"),
        "keepers": audience_of("stewards:place"),
        "person": audience_of(given.person("selam").key),
        "nobody": audience_of(),
    }


def _plant(kind: str, audience: Audience) -> dict[str, Any]:
    """Everything is written in the open, by the real actions; then what it belongs to gets its audience."""
    words, names, author = f"zebra{kind}", f"heron{kind}", given.person(AUTHOR)
    number = list(SEES).index(kind)
    category = given.category(names, purpose=f"{names} purpose", slug=f"room-{number}")
    thread = given.thread(f"{words} title", kind="need", text=f"{words} opening", within=category, by=AUTHOR)
    reply = forum.add_post(thread, f"{words} reply", by=author)
    reply = forum.edit_post(reply, f"{words} changed", by=author, seen_edits=0)
    translation = translate_post(reply, "nl", f"{words} translated", by=author, of_edits=1)
    add_poll(reply, Asked(f"{words} question", (f"{words} yes", f"{words} no")), by=author)
    forum.change_state(thread, "withdrawn", by=author, note=f"{words} note")
    forum.close_thread(thread, by=author, outcome=f"{words} outcome")
    forum.reopen_thread(thread, by=author)
    stored = StoredFile.objects.create(
        audience=audience,
        author=author,
        content_type="image/webp",
        size=5,
        description=words,
        attached_at=timezone.now(),
    )
    group = Group.objects.create(
        name=f"{names} together",
        slug=f"circle-{number}",
        audience=audience,
        about=names,
        place_name=names,
        themes=[names],
    )
    Category.objects.filter(pk=category.pk).update(audience=audience, group=group)
    Thread.objects.filter(pk=thread.pk).update(audience=audience)
    Post.objects.filter(thread=thread).update(audience=audience)
    PostTranslation.objects.filter(post__thread=thread).update(audience=audience)
    SearchEntry.objects.filter(within=f"thread:{thread.pk}").update(audience=audience)
    Happening.objects.filter(within__in=[f"thread:{thread.pk}", f"category:{category.pk}"]).update(audience=audience)
    index(group)
    deed = StewardDeed.objects.create(
        kind="warn", audience=audience, person=author, by=author, reason=f"{names} reason"
    )
    wave = Wave.objects.create(audience=audience, sign="text", mark="0" * 64)
    WavePost.objects.create(wave=wave, post=reply)
    for who in filter(None, VIEWERS.values()):
        Bookmark.objects.create(person=given.person(who), post=reply)
        ThreadReading.objects.create(person=given.person(who), thread=thread, attention="follow")
    return {
        "Category": Category.objects.get(pk=category.pk),
        "Thread": Thread.objects.get(pk=thread.pk),
        "Post": Post.objects.get(pk=reply.pk),
        "PostTranslation": PostTranslation.objects.get(pk=translation.pk),
        "StoredFile": stored,
        "Group": group,
        "Report": Report.objects.create(post=reply, audience=audience, reporter=author, note=f"{names} note"),
        "StewardDeed": deed,
        "Wave": wave,
        "Appeal": Appeal.objects.create(deed=deed, audience=audience, person=author, text=f"{names} text"),
        "SearchEntry": SearchEntry.objects.get(kind="post", thing_id=reply.pk),
        "Happening": Happening.objects.filter(within=f"thread:{thread.pk}").first(),
        "Mail": Mail.objects.create(to="x@example.org", subject=words, text=words, kind="notice", audience=audience),
    }


def _told(rows: dict[str, Any], audience: Audience, who: str, kind: str) -> Notice:
    """A notice that came while everyone could see what it is about."""
    return Notice.objects.create(
        person=given.person(who), kind="mentioned", actor=given.person(AUTHOR), audience=audience,
        thing=f"post:{rows['Post'].pk}", within=f"thread:{rows['Thread'].pk}", url=rows["Post"].url,
        title=f"zebra{kind} title", note=f"zebra{kind} note",
    )  # fmt: skip
