"""Builders for tests: the fixed cast, made through the real actions.

`given.person("amina")` is the same person however often a test asks. Names that are not of the cast make somebody new.
"""

from __future__ import annotations

import html
import io
import itertools
import time
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from dugnad.care import actions as care
from dugnad.care.models import Report, StewardDeed
from dugnad.forum import actions as forum
from dugnad.forum.models import Category, Post, Reader, Thread
from dugnad.forum.writing import entry_of
from dugnad.groups.actions import create_group
from dugnad.groups.actions.keeping import admit
from dugnad.groups.models import Group, Membership
from dugnad.kernel import search
from dugnad.kernel.audience import Viewer, stranger, viewer_of
from dugnad.people.actions import make_place_steward, sign_up_person
from dugnad.people.models import Block, Person

CAST = {
    "amina": ("Amina Warsame", "sv"),
    "leyla": ("Leyla Demir", "sv"),
    "jonas": ("Jonas Ek", "sv"),
    "per-erik": ("Per-Erik Ståhl", "sv"),
    "ingvild": ("Ingvild Rekdal", "nn"),
    "sunniva": ("Sunniva Hauge", "nn"),
    "turid": ("Turid Myklebust", "nb"),
    "torbjorn": ("Torbjørn Eide", "nb"),
    "nienke": ("Nienke Postma", "nl"),
    "sjoerd": ("Sjoerd de Wit", "nl"),
    "bram": ("Bram Kuipers", "nl"),
    "oona": ("Oona Mac a' Bhaird", "en"),
    "gunnel": ("Gunnel Åkesson", "sv"),
    "selam": ("Selam Tesfay", "sv"),
}
_numbers = itertools.count(1)


def person(who: str = "", *, language: str = "") -> Person:
    """Somebody with an account whose address is proved: of the cast, or new."""
    name, usual = CAST.get(who, (who.title() or f"Person {next(_numbers)}", "en"))
    email = f"{who or f'person{next(_numbers)}'}@example.org"
    made = Person.objects.filter(email=email).first()
    if made is None:
        made = sign_up_person(name=name, email=email, language=language or usual, agreed_version=1)
        from allauth.account.models import EmailAddress

        EmailAddress.objects.get_or_create(user=made, email=email, defaults={"verified": True, "primary": True})
    return made


def steward(who: str = "gunnel") -> Person:
    """A steward of the whole place."""
    found = person(who)
    make_place_steward(found, given_by=None)
    return found


def viewer(who: str = "", language: str = "") -> Viewer:
    """The viewer that somebody of the cast is now; without a name a stranger."""
    return viewer_of(person(who), language or None) if who else stranger(language or "en")


def client(who: str = "") -> Client:
    """A browser: signed in as somebody of the cast, or nobody's."""
    browser = Client()
    if who:
        browser.force_login(person(who))
        just_signed_in(browser)
    return browser


def just_signed_in(browser: Client) -> None:
    """As if they had proved a moment ago that it is they."""
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "code", "at": time.time()}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
    session.save()


def group(
    name: str = "Hyresgäster i Hjällbo", *, by: str = "amina", members: tuple[str, ...] = (), **facts: Any
) -> Group:
    """A group with its founder as steward, and members."""
    made = Group.objects.filter(name=name).first() or create_group(name, by=person(by), **facts)
    for who in members:
        admit(made, person(who))
    made.refresh_from_db()
    return made


def category(
    name: str = "Housing", *, reach: str = "public", by: str = "", group: Group | None = None, **facts: Any
) -> Category:
    """A category: common ones are made by a steward of the place, a group's own by its first steward."""
    made = Category.objects.filter(name=name, group=group).first()
    if made is not None:
        return made
    if group is not None:
        keeper = Membership.objects.filter(group=group).exclude(steward_since=None)[0].person
        return forum.create_category(name, by=keeper, group=group, reach=facts.pop("in_group", "group"), **facts)
    return forum.create_category(name, by=steward(by or "gunnel"), reach=reach, **facts)


def thread(title: str = "Who has a drill?", *, by: str = "amina", kind: str = "talk", text: str = "I looked in three cellars.",
           within: Category | None = None, **facts: Any) -> Thread:  # fmt: skip
    """A thread with its opening post."""
    return forum.start_thread(within or category(), kind, title, text, by=person(by), **facts)


def post(within: Thread, text: str = "I have one.", *, by: str = "leyla", **facts: Any) -> Post:
    """A reply."""
    return forum.add_post(within, text, by=person(by), **facts)


def posts(within: Thread, count: int, text: str = "Post", *, by: str = "leyla") -> list[Post]:
    """Many replies at once, written to the tables directly: for long threads. Each says `text` and its number."""
    within.refresh_from_db()
    author, first, now = person(by), within.last_number + 1, timezone.now()
    rows = [
        Post(
            thread=within,
            audience_id=within.audience_id,
            number=number,
            author=author,
            language=within.language,
            source=f"{text} {number}.",
            html=f"<p>{text} {number}.</p>\n",
            plain=f"{text} {number}.",
            created_at=now,
        )
        for number in range(first, first + count)
    ]
    made = Post.objects.bulk_create(rows)
    within.last_number, within.post_count = within.last_number + count, within.post_count + count
    within.last_post_id, within.last_post_at, within.last_author = made[-1].pk, now, author
    within.save()
    for one in made:
        search.index_new(entry_of(one, within.title))
    return made


def newcomer(who: str) -> Person:
    """Somebody of the cast for whom everything that is here counts as new."""
    found = person(who)
    Reader.objects.filter(person=found).delete()
    return found


def report(within: Thread, number: int = 2, *, by: str = "leyla", note: str = "Not nice.", **facts: Any) -> Report:
    """Somebody reports a post of the thread."""
    return care.report_post(Post.objects.get(thread=within, number=number), by=person(by), note=note, **facts)


def deed(
    kind: str, within: Thread, number: int = 2, *, by: str = "amina", reason: str = "Enough.", **facts: Any
) -> StewardDeed:
    """What a steward did about a post of the thread, or about who wrote it."""
    post = Post.objects.get(thread=within, number=number)
    return care.write_deed(kind, post, by=person(by), reason=reason, **facts)


def block(who: str, blocked: str) -> None:
    """`who` does not want to see what `blocked` writes."""
    Block.objects.get_or_create(person=person(who), blocked=person(blocked))


def picture(name: str = "yard.jpg", *, size: tuple[int, int] = (60, 40), where: str = "") -> SimpleUploadedFile:
    """A photo as a browser sends it; with `where` its metadata say so."""
    image, exif, written = Image.new("RGB", size, "seagreen"), Image.Exif(), io.BytesIO()
    if where:
        exif[0x010E] = where
    image.save(written, "JPEG", exif=exif)
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


def document(name: str = "minutes.pdf", content: bytes = b"%PDF-1.7\nMinutes of May\n%%EOF") -> SimpleUploadedFile:
    """A document as a browser sends it, under a type that nobody believes."""
    return SimpleUploadedFile(name, content, "text/html")


def file(who: str, url: str) -> bytes | None:
    """What somebody of the cast (or a stranger) gets under the address of a file; None where there is nothing for them."""
    answer = client(who).get(url)
    return b"".join(answer.streaming_content) if answer.streaming else None


def said(answer: Any) -> str:
    """What a page says, entities read: for sentences with quotation marks and names with apostrophes."""
    return html.unescape(answer.content.decode())


def upload(name: str, content: bytes, content_type: str) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type)
