"""Taking a group along, on pages: who may, what each deed changes and records, and when the files go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from dugnad.groups.carrying import actions, hooks
from dugnad.groups.carrying.tasks import make_departure, take_in_arrival
from dugnad.groups.models import Arrival, Departure, DepartureAnswer, Group
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from dugnad.people.keeping.actions import erase_person
from dugnad.people.models import Person
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    made = given.group("Hyresgäster", members=("leyla", "jonas"))
    room = given.category("Husen", group=made)
    given.thread("A drill", within=room, by="leyla")
    Person.objects.update(language="en")
    return made


def asked(group: Group) -> Departure:
    return actions.begin_departure(group, by=given.person("amina"))


def made(group: Group) -> Departure:
    departure = actions.pack_group(asked(group), by=given.person("amina"))
    make_departure.func(departure.pk)
    departure.refresh_from_db()
    return departure


def test_stewards_begin_and_every_other_member_is_asked(group):
    with pytest.raises(Refused, match="Only the stewards of Hyresgäster"):
        actions.begin_departure(group, by=given.person("leyla"))
    departure = asked(group)
    told = Notice.objects.filter(kind="departure_begun").values_list("person", flat=True)
    assert set(told) == {given.person("leyla").pk, given.person("jonas").pk}
    assert Happening.objects.get(verb="departure_begun").audience.keys() == {group.key, group.stewards_key}
    with pytest.raises(Refused, match="getting ready already"):
        asked(group)
    assert Departure.objects.get() == departure


def test_members_answer_for_themselves_until_the_file_is_made(group):
    departure = asked(group)
    with pytest.raises(Refused, match=r"is not for you to see|Only members"):
        actions.answer_departure(departure, agrees=True, by=given.person("sjoerd"))
    actions.answer_departure(departure, agrees=True, by=given.person("leyla"))
    actions.answer_departure(departure, agrees=False, by=given.person("leyla"))
    assert DepartureAnswer.objects.get().agrees is False
    assert not Happening.objects.filter(verb__contains="answered").exists()
    actions.pack_group(departure, by=given.person("amina"))
    with pytest.raises(Refused, match="made already"):
        actions.answer_departure(departure, agrees=True, by=given.person("leyla"))


def test_only_stewards_pack_once_and_are_told_when_it_is_ready(group):
    departure = asked(group)
    with pytest.raises(Refused, match="Only the stewards"):
        actions.pack_group(departure, by=given.person("leyla"))
    actions.pack_group(departure, by=given.person("amina"))
    with pytest.raises(Refused, match="made already"):
        actions.pack_group(departure, by=given.person("amina"))
    make_departure.func(departure.pk)
    make_departure.func(departure.pk)
    departure.refresh_from_db()
    assert departure.path.exists()
    assert departure.ends_at - departure.ready_at == timedelta(days=7)
    assert departure.facts == {
        "names": 0, "categories": 1, "threads": 1, "posts": 1, "versions": 0, "translations": 0, "polls": 0, "files": 0,
    }  # fmt: skip
    assert list(Notice.objects.filter(kind="departure_finished").values_list("person", flat=True)) == [
        given.person("amina").pk
    ]


def test_the_page_leads_from_the_question_to_the_file(group, django_capture_on_commit_callbacks):
    amina, leyla, address = given.client("amina"), given.client("leyla"), f"/g/{group.slug}/take-along"
    assert given.client("sjoerd").get(address).status_code == 404
    assert "Nobody is getting this group ready" in given.said(leyla.get(address))
    amina.post(f"{address}/begin")
    assert "May your name go along?" in given.said(leyla.get(address))
    leyla.post(f"{address}/answer", {"answer": "yes"})
    assert "You said yes." in given.said(leyla.get(address))
    assert "1 of 3 members have answered, 1 with yes." in given.said(amina.get(address))
    assert leyla.post(f"{address}/pack").status_code == 403
    amina.post(f"{address}/pack")
    assert "The file is being made." in given.said(amina.get(address))
    departure = Departure.objects.get()
    make_departure.func(departure.pk)
    page = given.said(amina.get(address))
    assert "1 thread" in page
    assert f'href="{address}/{departure.token}"' in page
    answer = amina.get(f"{address}/{departure.token}")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert answer["Content-Disposition"].startswith('attachment; filename="hyresgaster-')
    for who in ("leyla", "sjoerd"):
        assert given.client(who).get(f"{address}/{departure.token}").status_code == 404
    assert amina.get(f"{address}/unknown").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        amina.post(f"{address}/end")
    assert not departure.path.exists()
    assert amina.get(f"{address}/{departure.token}").status_code == 404
    assert DepartureAnswer.objects.count() == 0


def test_the_file_goes_when_its_time_is_over(group, django_capture_on_commit_callbacks):
    first = made(group)
    Departure.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        said = hooks.drop_old_files()
    assert said == "1 departures ended, 0 arrivals dropped, 0 files removed"
    assert not first.path.exists()


def test_erasing_somebody_who_agreed_takes_the_file_with_their_name_along(group, django_capture_on_commit_callbacks):
    departure = asked(group)
    leyla = given.person("leyla")
    actions.answer_departure(departure, agrees=True, by=leyla)
    actions.pack_group(departure, by=given.person("amina"))
    make_departure.func(departure.pk)
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(leyla, leave_posts=True, by=leyla)
    departure.refresh_from_db()
    assert departure.ended_at is not None
    assert not departure.path.exists()


def test_a_group_is_brought_looked_at_and_taken_in(group, django_capture_on_commit_callbacks):
    content = made(group).path.read_bytes()
    oona = given.client("oona")
    answer = oona.post("/groups/import", {"file": SimpleUploadedFile("group.zip", content, "application/zip")})
    arrival = Arrival.objects.get()
    assert answer["Location"] == f"/groups/import/{arrival.pk}"
    page = given.said(oona.get(answer["Location"]))
    assert "Hyresgäster" in page
    assert "1 thread" in page
    assert given.client("sjoerd").get(answer["Location"]).status_code == 404
    assert given.client("sjoerd").post(answer["Location"]).status_code == 404
    oona.post(answer["Location"])
    assert "is being taken in" in given.said(oona.get(answer["Location"]))
    with pytest.raises(Refused, match="taken in already"):
        actions.unpack_group(arrival, by=given.person("oona"))
    with django_capture_on_commit_callbacks(execute=True):
        take_in_arrival.func(arrival.pk)
        take_in_arrival.func(arrival.pk)
    arrival.refresh_from_db()
    assert Group.objects.count() == 2
    assert oona.get(answer["Location"])["Location"] == arrival.group.url
    assert not arrival.path.exists()
    assert [one.verb for one in Happening.objects.filter(thing=f"arrival:{arrival.pk}").order_by("pk")] == [
        "group_brought",
        "group_unpacked",
    ]
    assert Notice.objects.filter(kind="group_unpacked", person=given.person("oona")).count() == 1


def test_a_file_that_broke_meanwhile_is_told_and_nothing_is_written(group):
    content = made(group).path.read_bytes()
    oona = given.client("oona")
    oona.post("/groups/import", {"file": SimpleUploadedFile("group.zip", content, "application/zip")})
    arrival = Arrival.objects.get()
    oona.post(f"/groups/import/{arrival.pk}")
    arrival.path.write_bytes(content[:200])
    take_in_arrival.func(arrival.pk)
    assert Group.objects.count() == 1
    page = given.said(oona.get(f"/groups/import/{arrival.pk}"))
    assert "damaged or was cut off" in page
    assert "Take the group in" in page


def test_a_file_that_nobody_said_yes_to_goes_after_a_day(group):
    content = made(group).path.read_bytes()
    given.client("oona").post("/groups/import", {"file": SimpleUploadedFile("g.zip", content, "application/zip")})
    path = Arrival.objects.get().path
    assert path.exists()
    Arrival.objects.update(created_at=timezone.now() - timedelta(days=2))
    hooks.drop_old_files()
    assert Arrival.objects.count() == 0
