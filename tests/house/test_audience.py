"""Every model that can be seen × every kind of audience × every kind of viewer × every channel, with bait in place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import mail as sent
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from dugnad.forum.models import Poll
from dugnad.groups.actions import hide_group
from dugnad.kernel import outbox, registry, search
from dugnad.kernel.audience import Viewer, visible_to
from dugnad.kernel.live import bus
from dugnad.kernel.models import Mail
from dugnad.notices.actions import tell
from dugnad.people.keeping.export import write_export
from tests import given
from tests.house.bait import (
    AUTHOR,
    BLOCKS_THE_AUTHOR,
    SEES,
    VIEWERS,
    House,
    allowed,
    found,
    house_of_bait,
    models_with_an_audience,
)
from tests.house.doors import Door, doors, things

pytestmark = pytest.mark.django_db

VIEWS = sorted(VIEWERS)
# Rows with an audience that no page lists: the record of deeds, and mails, which leave only for who may read them.
BEHIND_THE_SCENES = {"Happening", "Mail"}
# Doors that change something when they are only opened, or lead out.
NOT_WALKED = {"account_logout", "set_language", "set_theme", "demo_sign_in"}


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """Built once, and gone after the last test of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield house_of_bait()
        transaction.set_rollback(True)


def viewer_named(name: str) -> Viewer:
    return given.viewer(VIEWERS[name])


def seen_by(viewer: str, kind: str, model: type[Model]) -> bool:
    """What the table says: the audience, and for what a person wrote the block."""
    by_author = getattr(model, "author_field", "author") is not None
    return viewer in SEES[kind] and not (by_author and viewer in BLOCKS_THE_AUTHOR)


def test_there_is_bait_for_every_model_that_can_be_seen(house):
    for kind in SEES:
        assert {*house.rows[kind], "Notice"} == models_with_an_audience()


def test_every_kind_of_viewer_and_of_audience_is_a_different_one(house):
    assert len(set(house.audiences.values())) == len(SEES) == 8
    patterns = {frozenset(kind for kind in SEES if viewer in SEES[kind]) for viewer in VIEWERS}
    assert len(patterns) == len(VIEWERS) - 3  # a former member is a member; who blocks, and a network's steward, too


@pytest.mark.parametrize("viewer", VIEWS)
def test_the_filter_shows_a_row_to_whom_its_audience_names_and_nobody_else(house, viewer):
    wrong = []
    for kind in SEES:
        rows = dict(house.rows[kind])
        if VIEWERS[viewer]:
            rows["Notice"] = house.notices[kind, viewer]
        for name, row in rows.items():
            if name in BEHIND_THE_SCENES:
                continue
            model = type(row)
            is_seen = visible_to(model._default_manager.filter(pk=row.pk), viewer_named(viewer)).exists()
            if is_seen != seen_by(viewer, kind, model):
                wrong.append((name, kind, is_seen))
    assert wrong == []


@pytest.mark.parametrize("viewer", VIEWS)
def test_no_page_shows_what_the_viewer_may_not_see(house, viewer):
    """Every door without a thing in its address: home, lists, search, notices, one's own pages and the rest."""
    browser, leaks, shown = given.client(VIEWERS[viewer]), {}, set()
    addresses = [f"/{door.route}" for door in doors() if not door.arguments and door.name not in NOT_WALKED]
    addresses += ["/search?q=title", "/search?q=changed", "/search?q=together"]
    addresses += [f"/people/{given.person(AUTHOR).handle}", f"/people/{given.person(AUTHOR).handle}/threads"]
    for address in addresses:
        words = found_in(browser.get(address))
        shown |= words
        if words - allowed(viewer):
            leaks[address] = words - allowed(viewer)
    assert leaks == {}
    assert shown == allowed(viewer)


def found_in(response: Any) -> set[str]:
    """The bait in an answer, its headers included."""
    return found(body_of(response).decode(errors="replace"), *response.headers.values())


def body_of(response: Any) -> bytes:
    """All bytes of an answer. Reading a file to its end closes it; `close()` would end the test's transaction."""
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def showing(house: House) -> list[Door]:
    """The doors that name a thing and show it to somebody: asked of who wrote what anyone can read."""
    browser, shown = given.client(AUTHOR), []
    for door in doors():
        if door.arguments and door.name not in NOT_WALKED:
            response = browser.get(door.address(named(door, house, "public")))
            if found_in(response):
                shown.append(door)
    return shown


def named(door: Door, house: House, kind: str, viewer: str = "member") -> dict[str, Any]:
    rows = house.rows[kind]
    shown = {
        "group": rows["Group"],
        "category": rows["Category"],
        "thread": rows["Thread"],
        "person": given.person(AUTHOR),
    }
    notice = house.notices.get((kind, viewer))
    said = things(door, shown) | {"number": rows["Post"].number, "token": rows["StoredFile"].token}
    slug = {"slug": "words"} if "thread_id" in door.arguments else {}
    return said | slug | {"pk": notice.pk if notice else 1}


def test_no_address_shows_the_thing_that_it_names_to_whom_may_not_see_it(house):
    wanted = showing(house)
    assert {door.name for door in wanted} >= {
        "category",
        "thread",
        "post",
        "versions",
        "group",
        "start_thread",
        "edit_post",
    }
    leaks = {}
    for viewer in ("stranger", "member", "was in the group", *BLOCKS_THE_AUTHOR):
        browser = given.client(VIEWERS[viewer])
        for door in wanted:
            for kind in ("group", "nobody"):
                words = found_in(browser.get(door.address(named(door, house, kind, viewer)))) - allowed(viewer)
                if words:
                    leaks[viewer, door.name, kind] = words
    assert leaks == {}


def test_what_is_not_for_a_viewer_answers_as_if_it_were_not_there(house):
    """Half of the addresses for one viewer, the other half for the next: a page of this kind costs as much as any."""
    wrong = {}
    for number, (viewer, who) in enumerate(VIEWERS.items()):
        browser = given.client(who)
        for kind in SEES:
            rows = house.rows[kind]
            addresses = (rows["Category"].url, f"/t/{rows['Thread'].pk}", rows["Post"].url, rows["Group"].url)
            for address in addresses[number % 2 :: 2] if viewer not in SEES[kind] else ():
                if browser.get(address).status_code != 404:
                    wrong[viewer, address] = kind
    assert wrong == {}


@pytest.mark.parametrize("viewer", VIEWS)
def test_the_thread_page_with_its_head_shows_what_the_viewer_may_see(house, viewer):
    """The other half: nothing is hidden from those it is for."""
    browser = given.client(VIEWERS[viewer])
    for kind in SEES:
        if viewer in SEES[kind] and viewer not in BLOCKS_THE_AUTHOR:
            page = browser.get(house.rows[kind]["Thread"].url + "?from=1")
            assert page.status_code == 200
            assert f"<title>zebra{kind} title" in " ".join(page.content.decode().split()).replace("<title> ", "<title>")
            assert found_in(page) >= {f"zebra{kind}", f"heron{kind}"}


def test_the_search_finds_what_the_viewer_may_see_and_nothing_else(house):
    for name in VIEWERS:
        viewer = viewer_named(name)
        hits = {kind for kind in SEES if search.search(f"zebra{kind}", viewer).found}
        groups = {kind for kind in SEES if search.search(f"heron{kind}", viewer, kinds=["group"]).found}
        assert {f"zebra{kind}" for kind in hits} | {f"heron{kind}" for kind in groups} == allowed(name)


def test_every_printer_of_hits_filters_by_itself(house):
    """A hit that lost its audience between search and print is not printed."""
    assert {kind for kind, _printer in registry.search_sources.items()} == {"post", "group", "translation"}
    words = [f"{word}{kind}" for kind in SEES for word in ("zebra", "heron")]
    everything = [hit for word in words for hit in search.search(word, all_seeing(house)).found]
    snippets = search.snippets(everything, "")
    assert len(everything) > len(SEES)
    for name in VIEWERS:
        viewer = viewer_named(name)
        for kind, printer in registry.search_sources.items():
            rows = printer([hit for hit in everything if hit.kind == kind], viewer, snippets)
            assert found(*rows.values()) <= allowed(name), (name, kind)


def all_seeing(house: House) -> Viewer:
    """Nobody is: only for hits that no longer fit who asks."""
    return Viewer("member", None, frozenset().union(*(audience.keys() for audience in house.audiences.values())))


def test_files_go_only_to_whom_may_see_what_shows_them(house):
    for kind in ("public", "members", "group", "person"):
        stored = house.rows[kind]["StoredFile"]
        stored.path.parent.mkdir(parents=True, exist_ok=True)
        stored.path.write_bytes(b"bytes")
        answers = {name: given.client(who).get(stored.url) for name, who in VIEWERS.items()}
        got = {name for name, answer in answers.items() if answer.status_code == 200 and body_of(answer) == b"bytes"}
        assert got == SEES[kind] - BLOCKS_THE_AUTHOR, kind


@pytest.mark.parametrize("viewer", sorted(name for name, who in VIEWERS.items() if who))
def test_the_file_about_oneself_holds_nothing_that_one_may_not_see(house, viewer, tmp_path):
    from zipfile import ZipFile

    target = tmp_path / "everything.zip"
    write_export(given.person(VIEWERS[viewer]), target)
    with ZipFile(target) as archive:
        leaks = {
            name: found(archive.read(name).decode(errors="replace")) - allowed(viewer) for name in archive.namelist()
        }
    assert {name: words for name, words in leaks.items() if words} == {}


def test_a_socket_joins_the_channels_whose_page_its_viewer_sees(house):
    rows_of = {"thread": "Thread", "category": "Category"}
    assert {channel for channel, _may in registry.live_channels.items()} == set(rows_of)
    for channel, may_listen in registry.live_channels.items():
        for name in VIEWERS:
            for kind in SEES:
                row = house.rows[kind][rows_of[channel]]
                assert may_listen(viewer_named(name), row.pk) == seen_by(name, kind, type(row)), (channel, name, kind)


def test_a_pushed_piece_holds_only_the_post_that_it_is_about(house):
    makers = dict(registry.live_fragments.items())
    counts = makers.pop("poll_counted")
    assert set(makers) == {"post_added", "post_edited", "post_deleted"}
    assert found(json.dumps([counts({"poll": poll.pk}, "en") for poll in Poll.objects.all()])) == set()
    for make in makers.values():
        for kind in SEES:
            for language in ("en", "sv"):
                piece = make({"post": house.rows[kind]["Post"].pk}, language)
                assert found(json.dumps(piece)) == {f"zebra{kind}"}


def test_what_is_announced_holds_no_text(house, django_capture_on_commit_callbacks):
    heard: list[Any] = []

    class Listening:
        def send(self, message: Any) -> None:
            heard.append(message)

    bus.use(Listening())
    try:
        with django_capture_on_commit_callbacks(execute=True):
            given.post(given.thread("zebrapublic again", text="zebrapublic", by=AUTHOR), "zebrapublic", by=AUTHOR)
    finally:
        bus.use(None)
    assert {message["event"]["type"] for message in heard if "to" in message} >= {"thread_started", "post_added"}
    assert found(json.dumps(heard)) == set()


def test_only_who_may_see_a_thing_is_told_of_it_and_mailed(house):
    people = {given.person(who).pk: name for name, who in VIEWERS.items() if who}
    for kind, audience in house.audiences.items():
        Mail.objects.all().delete()
        told = tell(
            list(people), "mentioned", thing=f"probe:{kind}", url="/", title=f"zebra{kind}", audience=audience,
            actor=given.person(AUTHOR), quote=f"zebra{kind}",
        )  # fmt: skip
        wanted = SEES[kind] - BLOCKS_THE_AUTHOR - {"stranger"}
        assert {people[pk] for pk in told} == wanted
        mailed = {people[int(key.partition(":")[2])] for key in Mail.objects.values_list("person", flat=True)}
        assert mailed == wanted


def test_a_mail_that_waited_leaves_only_for_whom_may_still_see_it(house, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Mail.objects.all().delete()
    for who in filter(None, VIEWERS.values()):
        for kind, audience in house.audiences.items():
            words, person = f"zebra{kind}", given.person(who)
            outbox.send_mail(person.email or "", words, words, kind="notice", person=person.key, audience=audience)
    Mail.objects.update(due_at=timezone.now())
    while outbox.deliver_due():
        pass
    for name, who in VIEWERS.items():
        if who:
            got = found(*(f"{one.subject} {one.body}" for one in sent.outbox if given.person(who).email in one.to))
            assert got == {f"zebra{kind}" for kind in SEES if name in SEES[kind]}, name


def test_the_pages_kept_for_strangers_hold_what_is_public_after_members_were_there(house):
    closed = f"/t/{house.rows['group']['Thread'].pk}"
    for who in filter(None, VIEWERS.values()):
        for address in ("/", "/forum", "/groups", closed):
            given.client(who).get(address)
    for address in ("/", "/forum", "/groups", closed) * 2:
        assert found_in(given.client().get(address)) <= allowed("stranger")


def test_a_page_kept_for_strangers_is_gone_with_the_deed_that_closes_it(house):
    group = given.group("Heronpublic later hidden", by="amina")
    assert given.client().get(group.url).status_code == 200
    assert "later hidden" in given.client().get("/groups").content.decode()
    hide_group(group, by=given.person("amina"))
    assert given.client().get(group.url).status_code == 404
    assert "later hidden" not in given.client().get("/groups").content.decode()
