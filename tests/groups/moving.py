"""A group with one of everything that can be carried, and the way into an empty place."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

from django.utils import timezone

from dugnad.forum import actions as forum
from dugnad.forum.models import (
    Category,
    Poll,
    PollOption,
    Post,
    PostFile,
    PostTranslation,
    PostVersion,
    Reaction,
    Thread,
)  # fmt: skip
from dugnad.forum.uploads import keep_document, keep_picture
from dugnad.groups.actions import leave_group
from dugnad.groups.carrying import actions
from dugnad.groups.carrying.moving import pack
from dugnad.groups.models import Departure, Group
from dugnad.kernel.files import StoredFile
from dugnad.kernel.search import SearchEntry
from dugnad.people.models import Person
from tests import given

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def group_with_everything() -> Group:
    """Amina's group; Leyla and Jonas wrote in it. Turid wrote too and has left since."""
    group = given.group(
        "Hyresgäster",
        members=("leyla", "jonas", "turid"),
        about="We **meet** on Thursdays.",
        themes=["housing"],
        languages=["sv"],
    )
    room = given.category("Husen", group=group, translations={"en": {"name": "The houses", "purpose": "All of them"}})
    public = given.category("Utåt", group=group, in_group="public", purpose="For everybody", field="fjord")
    forum.close_category(given.category("Gamla", group=group), by=given.person("amina"))
    _a_need(room)
    _a_question(room)
    _a_long_one(public)
    leave_group(group, by=given.person("turid"))
    return group


def _a_need(room: Category) -> None:
    thread = given.thread(
        "Vem har en borr?", kind="need", within=room, by="leyla", fields={"where": "Hus 4", "how_many": 2}
    )
    given.post(thread, "Jag har en. @leyla-demir och @jonas-ek vet var.", by="amina")
    quoted = f"> [Leyla Demir](/t/{thread.pk}/post/1) skrev:\n> Jag letade.\n\nOch här: [två](/t/{thread.pk}/post/2)."
    post = given.post(thread, quoted, by="jonas")
    forum.add_reaction(post, "thanks", by=given.person("leyla"))
    forum.add_reaction(post, "thanks", by=given.person("amina"))
    forum.change_state(thread, "met", by=given.person("leyla"), met_by=given.person("amina"))
    forum.close_thread(Thread.objects.get(pk=thread.pk), by=given.person("leyla"), outcome="Klart, tack *alla*.")


def _a_question(room: Category) -> None:
    leyla = given.person("leyla")
    thread = given.thread("Hur gör man?", kind="question", within=room, by="jonas")
    answer = given.post(thread, "So.", by="leyla")
    answer = forum.edit_post(answer, "So, och inte annars.", by=leyla, seen_edits=0, reason="Kortare")
    forum.accept_answer(answer, by=given.person("jonas"))
    gone = given.post(thread, "Borta", by="jonas")
    forum.delete_post(gone, by=given.person("jonas"))
    PostTranslation.objects.create(
        post=answer, audience=answer.audience, author=given.person("amina"), language="en", source="Like **this**.",
        html="<p>Like <strong>this</strong>.</p>\n", plain="Like this.", of_edits=0,
    )  # fmt: skip
    poll = Poll.objects.create(
        post=answer, question="När?", voter_count=2, closes_at=timezone.now() + timedelta(days=9)
    )
    PollOption.objects.bulk_create(
        [PollOption(poll=poll, position=1, text="Torsdag", votes=2), PollOption(poll=poll, position=2, text="Fredag")]
    )
    Thread.objects.filter(pk=thread.pk).update(poll_count=1, pinned_at=timezone.now())
    other = given.thread("Elsewhere", within=given.category("Common"), by="amina")
    given.post(thread, f"Se även [där](/t/{other.pk}/post/1).", by="amina")


def _a_long_one(public: Category) -> None:
    leyla = given.person("leyla")
    picture = keep_picture(given.picture(), "A yard", by=leyla)
    paper = keep_document(given.upload("protokoll.pdf", PDF, "application/pdf"), by=leyla)
    text = f"![A yard](file:{picture.token})\n\nTwo files.\n\n[protokoll.pdf](file:{paper.token})\n"
    first = given.thread("With files", within=public, by="leyla", text=text)
    second = given.thread("Grew out", within=public, by="amina")
    third = given.thread("In pairs", within=public, by="jonas")
    Thread.objects.filter(pk=second.pk).update(grew_out_of=first)
    Thread.objects.filter(pk=third.pk).update(pair_of=first, hidden_at=timezone.now())
    hidden = given.post(first, "Spam", by="jonas")
    Post.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    Post.objects.filter(thread=second, number=1).update(living_since=timezone.now())
    given.post(first, "Nobody asked me.", by="turid")


def packed(group: Group, *yes: str, no: tuple[str, ...] = ()) -> Departure:
    """The file of the group, with the names of those who said yes."""
    keeper = Person.objects.filter(memberships__group=group).exclude(memberships__steward_since=None)[0]
    departure = actions.begin_departure(group, by=keeper)
    for who in yes:
        actions.answer_departure(departure, agrees=True, by=given.person(who))
    for who in no:
        actions.answer_departure(departure, agrees=False, by=given.person(who))
    departure = actions.pack_group(departure, by=keeper)
    pack(departure)
    return departure


def inside(path: Path) -> dict[str, object]:
    """Everything in a file by its name: lines read, uploads as bytes, the manifest without when it was made."""
    found: dict[str, object] = {}
    with ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".bin"):
                found[name] = content
            else:
                found[name] = [json.loads(line) for line in content.decode().splitlines()]
    manifest = found["manifest.json"][0]
    manifest.pop("made_at")
    return found


def rows(path: Path, name: str) -> list[dict[str, object]]:
    """The lines of one entry."""
    return inside(path)[name]


def empty_the_place() -> None:
    """As if nobody had ever been here."""
    for model in (Reaction, PostFile, PostVersion, PostTranslation, Poll, SearchEntry, StoredFile):
        model.objects.all().delete()
    Thread.objects.update(answer=None, grew_out_of=None, pair_of=None, merged_into=None)
    Post.objects.update(moved_to=None)
    Post.objects.all().delete()
    Thread.objects.all().delete()
    Category.objects.all().delete()
    Departure.objects.all().delete()
    Group.objects.all().delete()
    Person.objects.all().delete()
