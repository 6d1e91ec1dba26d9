"""Fills an empty place with the demo, through the same actions that people use, in the order in which things happened.

Everything is then dated back to when it is told to have happened. Runs in one transaction: a start that is stopped half way
leaves an empty place, and the next start fills it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from dugnad.forum import actions as forum
from dugnad.forum.models import Category, Post, Reader, Thread
from dugnad.groups.actions import accept_tie, create_group, tie_to_network
from dugnad.groups.actions.keeping import admit
from dugnad.groups.models import Group, Membership
from dugnad.kernel.models import Happening, Mail, SearchEntry
from dugnad.kernel.place import Place
from dugnad.kernel.text import quote
from dugnad.notices.models import Notice
from dugnad.people.actions import make_place_steward, sign_up_person
from dugnad.people.models import Person
from dugnad.site.demo.data import read, span, threads

KEEP_MAIL = timedelta(days=4)


@dataclass(slots=True)
class Deed:
    """Something that happens at a moment."""

    at: datetime
    order: int
    do: Callable[[], None] = field(compare=False)


class Filling:
    """The state of one filling: who and what there is already, by the names in the files."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.persons: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.categories: dict[str, Category] = {}
        self.threads: dict[str, Thread] = {}
        self.posts: dict[tuple[str, int], Post] = {}
        self.pairs: list[tuple[str, str]] = []
        self.deeds: list[Deed] = []

    def later(self, ago: Any, do: Callable[[], None]) -> None:
        self.deeds.append(Deed(self.now - span(ago), len(self.deeds), do))

    def play(self) -> None:
        """Do everything in the order in which it happened."""
        for deed in sorted(self.deeds, key=lambda deed: (deed.at, deed.order)):
            marks = {model: _last(model) for model in (Happening, Notice, Mail)}
            deed.do()
            for model, last in marks.items():
                column = "at" if model is Happening else "created_at"
                model.objects.filter(pk__gt=last).update(**{column: deed.at})


def _last(model: Any) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def fill() -> None:
    """Make the demo in an empty place. Does nothing when somebody is here already."""
    if Person.objects.exists():
        return
    filling = Filling()
    _place()
    _people(filling)
    _categories(filling)
    _groups(filling)
    for told in threads():
        _plan_thread(filling, told)
    filling.play()
    for key, other in filling.pairs:
        Thread.objects.filter(pk=filling.threads[key].pk).update(pair_of=filling.threads[other])
    _read_to_yesterday(filling)
    Mail.objects.filter(created_at__lt=filling.now - KEEP_MAIL).delete()


def _place() -> None:
    told = read("place.yaml")
    # The texts of the place fill {place}, {responsible} and {contact} in when they are shown.
    agreements = {code: "\n".join(f"- {rule}" for rule in rules) for code, rules in told["agreements"].items()}
    Place(
        name=told["name"],
        tagline=told["tagline"],
        languages=told["languages"],
        sign_up=told["sign_up"],
        agreements=agreements,
        privacy=told["privacy"],
        responsible=told["responsible"],
        contact=told["contact"],
        time_zone=told["time_zone"],
        is_demo=True,
        opened_at=timezone.now(),
    ).save()


def _people(filling: Filling) -> None:
    joined = filling.now - timedelta(days=240)
    for number, told in enumerate(read("people.yaml")):
        person = sign_up_person(
            name=told["name"], email=f"{told['handle']}@example.org", language=told["language"],
            reads=told["reads"], agreed_version=1,
        )  # fmt: skip
        person.handle, person.about, person.place_name = told["handle"], told["about"].strip(), told.get("place", "")
        person.joined_at = joined + timedelta(days=9 * number)
        person.save()
        filling.persons[told["handle"]] = person
        _prove_address(person)
        if told.get("steward_of_place"):
            make_place_steward(person, given_by=None)


def _prove_address(person: Person) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})


def _steward(filling: Filling) -> Person:
    return next(filling.persons[p["handle"]] for p in read("people.yaml") if p.get("steward_of_place"))


def _categories(filling: Filling) -> None:
    steward = _steward(filling)
    for told in read("categories.yaml"):
        words = told["translations"]
        category = forum.create_category(
            words["en"]["name"], by=steward, purpose=words["en"]["purpose"], reach=told["audience"],
            writers=told["writes"], parent=filling.categories.get(told.get("parent", "")), slug=told["slug"],
            translations=words, emblem=told.get("emblem", ""), field=told.get("field", "moss"),
            about_this_place=bool(told.get("key")),
        )  # fmt: skip
        filling.categories[told["slug"]] = category


def _groups(filling: Filling) -> None:
    for told in read("groups.yaml"):
        founder, *others = [filling.persons[handle] for handle in told["stewards"]]
        group = create_group(
            told["name"], by=founder, kind=told["kind"], about=told["about"].strip(), place_name=told.get("place", ""),
            themes=told["themes"], languages=told["languages"], joining=told["joining"], hidden=not told["listed"],
        )  # fmt: skip
        if told["listed"]:
            Group.objects.filter(pk=group.pk).update(slug=told["slug"])
            group.slug = told["slug"]
        for handle in told["members"]:
            admit(group, filling.persons[handle])
        Membership.objects.filter(group=group, person__in=others).update(steward_since=filling.now, steward_by=founder)
        group.refresh_from_db()
        filling.groups[told["slug"]] = group
        _group_categories(filling, told, group, founder)
    for told in read("groups.yaml"):
        for member in told.get("network_members", ()):
            _tie(filling.groups[member], filling.groups[told["slug"]])


def _tie(group: Group, network: Group) -> None:
    tie = tie_to_network(group, network, by=_steward_of(group))
    if tie.accepted_at is None:
        accept_tie(tie, by=_steward_of(network))


def _steward_of(group: Group) -> Person:
    return Membership.objects.select_related("person").filter(group=group).exclude(steward_since=None)[0].person


def _group_categories(filling: Filling, told: dict[str, Any], group: Group, founder: Person) -> None:
    for shelf in told.get("categories", ()):
        filling.categories[shelf["slug"]] = forum.create_category(
            shelf["name"], by=founder, purpose=shelf.get("purpose", ""), reach="group", group=group, slug=shelf["slug"],
            field="fjord" if group.kind == Group.Kind.NETWORK else "moss",
        )  # fmt: skip


def _plan_thread(filling: Filling, told: dict[str, Any]) -> None:
    for number, post in enumerate(told["posts"], start=1):
        filling.later(post["ago"], partial(_write, filling, told, number, post))
        if post.get("edited"):
            filling.later(post["edited"]["ago"], partial(_edit, filling, told, number, post))
        if post.get("deleted"):
            after = told["posts"][number]["ago"] if number < len(told["posts"]) else post["ago"]
            filling.later(after, partial(_delete, filling, told, number))
    filling.later(told["posts"][-1]["ago"], lambda: _settle(filling, told))


def _write(filling: Filling, told: dict[str, Any], number: int, post: dict[str, Any]) -> None:
    by = filling.persons[post["by"]]
    at = filling.now - span(post["ago"])
    text = post["edited"]["before"] if post.get("edited") else post.get("text", "…")
    language = post.get("language", told["language"])
    if number == 1:
        thread = forum.start_thread(
            filling.categories[told["category"]], told["kind"], told["title"], text.strip(), by=by, language=language,
            fields=_fields(filling, told),
        )  # fmt: skip
        Thread.objects.filter(pk=thread.pk).update(created_at=at)
        filling.threads[told["key"]] = thread
        written = Post.objects.get(thread=thread, number=1)
    else:
        source = _with_quotes(filling, told, number, text.strip())
        written = forum.add_post(filling.threads[told["key"]], source, by=by, language=language)
    filling.posts[told["key"], number] = written
    Post.objects.filter(pk=written.pk).update(created_at=at)
    Thread.objects.filter(pk=written.thread_id).update(last_post_at=at)
    SearchEntry.objects.filter(kind="post", thing_id=written.pk).update(at=at)
    for kind, handles in post.get("reactions", {}).items():
        for handle in handles:
            forum.add_reaction(written, kind, by=filling.persons[handle])


def _fields(filling: Filling, told: dict[str, Any]) -> dict[str, Any]:
    fields = {
        name: value.strip() if isinstance(value, str) else value for name, value in told.get("fields", {}).items()
    }
    if "next_step_on" in fields:
        fields["next_step_on"] = (filling.now + span(fields["next_step_on"])).date().isoformat()
    return fields


def _with_quotes(filling: Filling, told: dict[str, Any], number: int, text: str) -> str:
    """A quote whose words stand in an earlier post gets that post's name and address, as the editor would give it."""
    blocks = text.split("\n\n")
    for at, block in enumerate(blocks):
        lines = block.split("\n")
        if not all(line.startswith(">") for line in lines):
            continue
        words = "\n".join(line.removeprefix(">").strip() for line in lines)
        for earlier in range(1, number):
            post = filling.posts.get((told["key"], earlier))
            if post is not None and words in post.source:
                name = post.author.name if post.author else ""
                blocks[at] = quote(
                    words, name, post.url, told["posts"][number - 1].get("language", told["language"])
                ).strip()
                break
    return "\n\n".join(blocks)


def _edit(filling: Filling, told: dict[str, Any], number: int, post: dict[str, Any]) -> None:
    written = Post.objects.get(pk=filling.posts[told["key"], number].pk)
    edited = forum.edit_post(
        written, _with_quotes(filling, told, number, post["text"].strip()), by=filling.persons[post["by"]],
        seen_edits=written.edits, reason=post["edited"].get("reason", ""),
    )  # fmt: skip
    Post.objects.filter(pk=edited.pk).update(edited_at=filling.now - span(post["edited"]["ago"]))


def _delete(filling: Filling, told: dict[str, Any], number: int) -> None:
    written = filling.posts[told["key"], number]
    forum.delete_post(written, by=filling.persons[told["posts"][number - 1]["by"]])


def _settle(filling: Filling, told: dict[str, Any]) -> None:
    """Where the thread stands at the end, and what ties it to others."""
    thread = filling.threads[told["key"]]
    by = filling.persons[told.get("state_by", told["by"])]
    if told.get("answered_by_post"):
        forum.accept_answer(filling.posts[told["key"], told["answered_by_post"]], by=by)
    elif told.get("state") and told["state"] != thread.state:
        met_by = filling.persons.get(told.get("met_by", ""))
        forum.change_state(thread, told["state"], by=by, met_by=met_by, note=told.get("state_note", "").strip())
    if told.get("outcome"):
        forum.close_thread(
            thread, by=filling.persons[told.get("closed_by", told["by"])], outcome=told["outcome"].strip()
        )
    if told.get("pinned"):
        Thread.objects.filter(pk=thread.pk).update(pinned_at=filling.now)
    if told.get("pair_of"):
        filling.pairs.append((told["key"], told["pair_of"]))


def _read_to_yesterday(filling: Filling) -> None:
    """Everybody was here a while ago, so that each finds something new and nobody a mountain."""
    for number, person in enumerate(filling.persons.values()):
        before = filling.now - timedelta(hours=80 + 31 * (number % 5))
        seen = Post.objects.filter(created_at__lt=before).order_by("-pk").values_list("pk", flat=True).first() or 0
        Reader.objects.update_or_create(person=person, defaults={"read_to_post": seen})
        Notice.objects.filter(person=person, created_at__lt=before).update(read_at=filling.now)
