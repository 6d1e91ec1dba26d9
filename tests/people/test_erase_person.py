"""Erasing oneself: who may, what stands in the way, what is gone everywhere, what stays, what the door answers."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dugnad.forum import actions as forum
from dugnad.forum.models import Post
from dugnad.kernel import fragments, pagecache, registry
from dugnad.kernel.audience import audience_of
from dugnad.kernel.files import keep_file
from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail, send_mail
from dugnad.kernel.place import Place
from dugnad.kernel.policies import Refused
from dugnad.people.actions import invite, sign_up_person
from dugnad.people.keeping import erasure
from dugnad.people.keeping.actions import ask_for_export, erase_person
from dugnad.people.keeping.policies import what_stands_in_the_way
from dugnad.people.keeping.tasks import clean_traces, make_export
from dugnad.people.models import Block, Person, Request
from dugnad.people.profile_actions import block_person, edit_profile
from tests import given

pytestmark = pytest.mark.django_db

NAME, MAIL, HANDLE = "Quenby Traceworthy", "quenby@bait.example", "quenby-traceworthy"
ALL_BUT_POSTS = (
    "baitabout", "baitplace", "baitfile", "baitpicture", "baitgreeting", "baitnote", "baitsecret", "baitmail",
    "baitsubject", "baitquoted", "baitsent", "baitsession",
)  # fmt: skip
TYPED = {"posts": "leave", "name": NAME}


@pytest.fixture
def quenby() -> Person:
    """Somebody who left something in every place there is."""
    person = sign_up_person(name=NAME, email=MAIL, language="en", agreed_version=1)
    EmailAddress.objects.get_or_create(user=person, email=MAIL, defaults={"verified": True, "primary": True})
    return person


def leave_bait(person: Person) -> Post:
    """Puts name, address or a word that begins with `bait` wherever people leave something; answers a post."""
    leyla = given.person("leyla")
    settled = {"language": "en", "reads": [], "time_zone": ""}
    edit_profile(person, name=NAME, about="baitabout", place_name="baitplace", **settled, by=person)
    own = forum.start_thread(given.category(), "talk", "Baittitle of a thread", "baitopening", by=person)
    first = forum.add_post(own, "baitfirstversion", by=person)
    forum.edit_post(first, "baitsecondversion", by=person, seen_edits=0)
    theirs = given.thread("Who has a ladder?", by="leyla")
    reply = forum.add_post(theirs, "baitreply, ask @leyla-demir", by=person)
    forum.add_reaction(theirs.posts.get(number=1), "thanks", by=person)
    forum.keep_bookmark(theirs.posts.get(number=1), by=person)
    keep_file(
        b"baitfile",
        audience=audience_of("members"),
        author=person,
        content_type="image/webp",
        description="baitpicture",
    )
    block_person(leyla, by=person)
    block_person(person, by=given.person("jonas"))
    invite(by=person, greeting="baitgreeting")
    Request.objects.create(email=MAIL.upper(), name=NAME, note="baitnote", language="en", answered_at=timezone.now())
    Authenticator.objects.create(user=person, type="totp", data={"secret": "baitsecret"})
    send_mail(MAIL, "Baitsubject", "baitmail", kind="notice", person=person.key)
    send_mail(
        "leyla@example.org", f"{NAME} replied", "baitquoted", kind="notice", person=leyla.key, audience=theirs.audience
    )
    sent = send_mail("leyla@example.org", f"{NAME} replied before", "baitsent", kind="notice", person=leyla.key)
    Mail.objects.filter(pk=sent.pk).update(sent_at=timezone.now())
    leave_sessions(person)
    make_export.call(ask_for_export(person, by=person).pk)
    return reply


def leave_sessions(person: Person) -> None:
    """Signed in here, and half signed in elsewhere."""
    given.client().force_login(person)
    half = SessionStore()
    half["account_login"] = {"email": MAIL, "at": "baitsession"}
    half.save()


def look_at_pages(thread_url: str) -> None:
    """Fills the caches with pages that show the person."""
    for address in ("/", thread_url, "/c/housing"):
        given.client().get(address)
        given.client("leyla").get(address)


def whole_database() -> str:
    """Every column of every row of every table, shadow tables of the index included."""
    out = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            out += [f"{table}: " + " | ".join(_text(value) for value in row) for row in cursor.fetchall()]
    sessions = [f"session: {json.dumps(session.get_decoded(), default=str)}" for session in Session.objects.all()]
    return "\n".join(out + sessions)


def _text(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def everything() -> str:
    """The database, all files under the data folder with their names, and what is kept in memory."""
    files = [path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file()]
    on_disk = "\n".join(f"{path}: {path.read_bytes().decode('latin-1')}" for path in files)
    pieces = "\n".join(str(piece) for piece in fragments._pieces.values())
    pages = "\n".join(page[2].content.decode("latin-1") for page in pagecache._pages.values())
    return f"{whole_database()}\n{on_disk}\n{pieces}\n{pages}"


def lines_with(words: str, text: str) -> list[str]:
    return [line[:300] for line in text.splitlines() if words.casefold() in line.casefold()]


def erase(person: Person, capture, *, leave_posts: bool) -> None:
    with capture(execute=True):
        erase_person(person, leave_posts=leave_posts, by=person)
    clean_traces.call()


def test_only_the_person_can_erase_themselves(quenby):
    given.steward("gunnel")
    with pytest.raises(Refused, match="Only the person can erase this account"):
        erase_person(quenby, leave_posts=True, by=given.person("gunnel"))
    assert Person.objects.filter(pk=quenby.pk, erased_at=None).exists()


def test_the_bait_is_found_before(quenby):
    leave_bait(quenby)
    found = everything()
    for words in (NAME, MAIL, HANDLE, "baitopening", "baitfirstversion", *ALL_BUT_POSTS):
        assert lines_with(words, found), words


@pytest.mark.parametrize("words", ["bait", "Quenby", "Traceworthy"])
def test_with_the_posts_removed_nothing_is_left_anywhere(quenby, words, django_capture_on_commit_callbacks):
    reply = leave_bait(quenby)
    look_at_pages(reply.thread.url)
    erase(quenby, django_capture_on_commit_callbacks, leave_posts=False)
    assert lines_with(words, everything()) == []


def test_with_the_posts_left_only_their_text_stays(quenby, django_capture_on_commit_callbacks):
    reply = leave_bait(quenby)
    look_at_pages(reply.thread.url)
    erase(quenby, django_capture_on_commit_callbacks, leave_posts=True)
    found = everything()
    assert lines_with("Quenby", found) == lines_with("Traceworthy", found) == []
    # The index stores only the end of a word whose beginning it shares with the word before.
    for words in ("firstversion", *ALL_BUT_POSTS):
        assert lines_with(words, found) == []
    reply.refresh_from_db()
    assert (reply.author, "baitreply" in reply.source) == (None, True)
    page = given.client("leyla").get(reply.thread.url).content.decode()
    assert "baitreply" in page
    assert NAME not in page


def test_the_row_is_gone_and_its_key_names_nobody_in_what_happened(quenby, django_capture_on_commit_callbacks):
    leave_bait(quenby)
    key = quenby.key
    assert Happening.objects.filter(actor=key).exists()
    erase(quenby, django_capture_on_commit_callbacks, leave_posts=True)
    assert not Person.objects.filter(pk=quenby.pk).exists()
    assert not Happening.objects.filter(actor=key).exists()
    assert not Happening.objects.filter(thing=key).exists()
    assert not Block.objects.filter(blocked_id=quenby.pk).exists()
    last = Happening.objects.get(verb="person_erased")
    assert (last.thing, last.actor, last.payload) == ("person", "system", {"posts": "left"})


def test_sockets_are_hung_up_and_the_cleaning_is_asked_for(quenby, django_capture_on_commit_callbacks):
    from dugnad.kernel.live import bus

    sent = []

    class Ear:
        def send(self, message):
            sent.append(message)

    bus.use(Ear())
    try:
        with django_capture_on_commit_callbacks(execute=True):
            erase_person(quenby, leave_posts=True, by=quenby)
    finally:
        bus.use(None)
    assert {"hang_up": quenby.pk} in sent
    assert {"to": "place", "event": {"type": "person_changed"}} in sent
    paths = set(DBTaskResult.objects.values_list("task_path", flat=True))
    assert "dugnad.people.keeping.tasks.clean_traces" in paths


def test_others_keep_their_sessions_mails_and_invitations(quenby, django_capture_on_commit_callbacks):
    given.client("leyla")
    send_mail(
        "leyla@example.org", "For Leyla", "Nothing about anybody else", kind="notice", person=given.person("leyla").key
    )
    invite(by=given.person("leyla"), greeting="Come in")
    erase(quenby, django_capture_on_commit_callbacks, leave_posts=True)
    assert Mail.objects.get(subject="For Leyla").text == "Nothing about anybody else"
    assert given.person("leyla").invitations.get().greeting == "Come in"
    assert Session.objects.count() == 1


def test_a_waiting_mail_without_readers_still_leaves_but_without_the_name(quenby, django_capture_on_commit_callbacks):
    leyla = given.person("leyla")
    text = f"Hello,\n{NAME}, a steward, made a link. {NAME}son is another."
    mail = send_mail("leyla@example.org", f"From {NAME}", text, kind="security", person=leyla.key)
    erase(quenby, django_capture_on_commit_callbacks, leave_posts=True)
    mail.refresh_from_db()
    assert NAME not in mail.subject
    assert mail.text.count(NAME) == 1
    assert f"{NAME}son is another." in mail.text


def test_the_last_steward_names_a_successor_first(quenby):
    given.steward("gunnel")
    gunnel = given.person("gunnel")
    sentence = "You are the only steward of this place. Make somebody else a steward first."
    assert what_stands_in_the_way(gunnel) == [sentence]
    with pytest.raises(Refused, match="You are the only steward of this place"):
        erase_person(gunnel, leave_posts=True, by=gunnel)
    given.steward("leyla")
    assert what_stands_in_the_way(gunnel) == []


def test_somebody_alone_in_the_place_needs_no_successor():
    gunnel = given.steward("gunnel")
    assert what_stands_in_the_way(gunnel) == []


def test_whom_the_privacy_notice_names_is_replaced_first(quenby):
    given.person("leyla")
    place = Place(pk=1, contact=MAIL.upper())
    place.save()
    assert what_stands_in_the_way(quenby) == [
        "The privacy notice of this place names your email address. A steward must put another one there first."
    ]


def test_what_a_hall_says_stands_in_the_way_too(quenby, monkeypatch):
    hook = registry.Hook("blockers")
    hook.register(lambda person: ["You are the only steward of Linden. Name somebody else first."])
    monkeypatch.setattr(registry, "erasure_blockers", hook)
    with pytest.raises(Refused, match="the only steward of Linden"):
        erase_person(quenby, leave_posts=True, by=quenby)
    client = given.client()
    client.force_login(quenby)
    given.just_signed_in(client)
    page = client.get("/me/erase").content.decode()
    assert "You are the only steward of Linden. Name somebody else first." in page
    assert 'name="posts"' not in page
    client.post("/me/erase", TYPED)
    assert Person.objects.filter(pk=quenby.pk).exists()


def test_the_door_says_what_will_happen_and_chooses_nothing_beforehand(quenby):
    client = given.client()
    client.force_login(quenby)
    given.just_signed_in(client)
    page = client.get("/me/erase").content.decode()
    assert "Your account goes at once, and nobody can bring it back." in page
    assert " checked" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"posts": "leave", "name": "Somebody Else"}, "This is not the name that others see. Nothing was erased."),
        ({"posts": "leave", "name": ""}, "Type the name that others see, so that it is certain that you mean it."),
        ({"posts": "", "name": NAME}, "Choose what becomes of what you wrote."),
    ],
)
def test_a_wrong_form_erases_nothing_and_says_why(quenby, typed, sentence):
    client = given.client()
    client.force_login(quenby)
    given.just_signed_in(client)
    answer = client.post("/me/erase", typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Person.objects.filter(pk=quenby.pk, erased_at=None).exists()


def test_the_door_erases_signs_out_and_says_goodbye(quenby):
    client = given.client()
    client.force_login(quenby)
    given.just_signed_in(client)
    answer = client.post("/me/erase", {"posts": "remove", "name": " quenby  traceworthy "}, follow=True)
    assert answer.redirect_chain == [("/erased", 302)]
    assert "Your account is erased" in answer.content.decode()
    assert client.get("/me/").status_code == 302
    assert not Person.objects.filter(pk=quenby.pk).exists()
    assert Session.objects.count() == 0


def test_an_emptied_row_holds_a_number_and_a_time_and_nothing_else(quenby):
    Person.objects.filter(pk=quenby.pk).update(about="baitabout", theme="dark", reads=["sv"], time_zone="Europe/Oslo")
    before = quenby.get_session_auth_hash()
    erasure.empty_row(quenby)
    quenby.refresh_from_db()
    assert quenby.erased_at is not None
    assert quenby.get_session_auth_hash() != before
    texts = (
        quenby.email,
        quenby.name,
        quenby.name_key,
        quenby.about,
        quenby.place_name,
        quenby.theme,
        quenby.time_zone,
    )
    assert texts == (None, "", "", "", "", "", "")
    assert (quenby.handle, quenby.reads, quenby.is_active, quenby.has_usable_password()) == (
        f"erased-{quenby.pk}",
        [],
        False,
        False,
    )


def test_a_protected_row_stays_emptied_and_all_that_hangs_on_it_goes(quenby, monkeypatch):
    from django.db.models.deletion import ProtectedError

    reply = leave_bait(quenby)

    def refuse(self, *args, **kwargs):
        raise ProtectedError("a hall needs the number", {self})

    monkeypatch.setattr(Person, "delete", refuse)
    assert erase_person(quenby, leave_posts=True, by=quenby) is False
    quenby.refresh_from_db()
    assert (quenby.handle, quenby.email) == (f"erased-{quenby.pk}", None)
    reply.refresh_from_db()
    assert reply.author is None
    assert quenby.invitations.count() == quenby.blocks.count() == quenby.exports.count() == 0
    assert not EmailAddress.objects.filter(user=quenby).exists()


def test_the_same_address_can_come_in_again_as_somebody_new(quenby, django_capture_on_commit_callbacks):
    erase(quenby, django_capture_on_commit_callbacks, leave_posts=True)
    again = sign_up_person(name=NAME, email=MAIL, language="en", agreed_version=1)
    assert (again.handle, again.posts.count()) == (HANDLE, 0)
    assert again.pk > quenby.pk


def test_an_old_request_of_somebody_else_stays(quenby, django_capture_on_commit_callbacks):
    old = timezone.now() - timedelta(days=3)
    Request.objects.create(email="other@example.org", name="Other", language="en", created_at=old)
    erase(quenby, django_capture_on_commit_callbacks, leave_posts=True)
    assert Request.objects.get().name == "Other"


def test_whoever_signed_in_long_ago_proves_first_that_it_is_they(client):
    client.force_login(given.person("amina"))
    answer = client.post("/me/erase", {"posts": "remove", "name": "Amina Warsame"})
    assert (answer.status_code, answer.headers["Location"].startswith("/sign-in/again/")) == (302, True)
    assert Person.objects.filter(name="Amina Warsame").count() == 1
