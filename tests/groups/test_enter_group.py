"""A steward of the place reads in a closed group for a time: with a reason, in sight of its members, writing nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dugnad.forum import actions as forum
from dugnad.groups import actions
from dugnad.groups.carrying.actions import begin_departure
from dugnad.groups.models import DepartureAnswer, Visit
from dugnad.groups.tasks import end_what_is_over
from dugnad.kernel.audience import audience_of, readers_of
from dugnad.kernel.models import Happening
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from dugnad.notices.queries import holders
from dugnad.people.actions import end_place_stewardship, give_place_stewardship
from dugnad.people.models import PlaceStewardship
from tests import given

pytestmark = pytest.mark.django_db
REASON = "Somebody wrote that a post here threatens a neighbour."


@pytest.fixture
def room():
    """A hidden group with a thread, and a steward of the place outside it."""
    given.steward("gunnel")
    given.person("gunnel", language="en")
    group = given.group("Nattugglorna", members=("leyla",), hidden=True)
    given.thread("Who is awake?", text="Only we read this.", within=given.category("Night shift", group=group))
    return group


def enter(group, length="day"):
    return actions.enter_group(group, by=given.person("gunnel"), reason=REASON, length=length)


def thread_url():
    from dugnad.forum.models import Thread

    return Thread.objects.get(title="Who is awake?").url


def test_before_entering_nothing_is_seen_and_the_door_does_not_say_the_name(room):
    browser = given.client("gunnel")
    assert browser.get(room.url).status_code == 404
    assert browser.get(thread_url()).status_code == 404
    door = browser.get(f"{room.url}/enter")
    assert door.status_code == 200
    assert "Nattugglorna" not in door.content.decode()
    for who in ("jonas", "leyla", "amina"):
        assert given.client(who).get(f"{room.url}/enter").status_code == 404
    assert browser.get("/g/no-such-group/enter").status_code == 404


def test_there_is_no_list_of_hidden_groups_only_their_number_and_a_way_by_the_address(room):
    browser = given.client("gunnel")
    page = browser.get("/groups/closed").content.decode()
    assert "Nattugglorna" not in page
    assert room.slug not in page
    answer = browser.post("/groups/closed", {"address": f"http://testserver{room.url}?x=1"})
    assert answer["Location"] == f"{room.url}/enter"
    assert browser.post("/groups/closed", {"address": "nowhere"}).status_code == 422
    assert given.client("jonas").get("/groups/closed").status_code == 404


def test_entering_takes_a_reason_and_all_members_are_told(room):
    browser = given.client("gunnel")
    assert browser.post(f"{room.url}/enter", {"length": "hour", "reason": "  "}).status_code == 422
    answer = browser.post(f"{room.url}/enter", {"length": "hour", "reason": REASON})
    assert answer["Location"] == room.url
    visit = Visit.objects.get()
    assert timedelta(minutes=59) < visit.ends_at - timezone.now() <= timedelta(hours=1)
    notices = Notice.objects.filter(kind="group_entered").order_by("person__name")
    assert [(n.person.name, n.note) for n in notices] == [("Amina Warsame", REASON), ("Leyla Demir", REASON)]
    assert browser.get(thread_url()).status_code == 200
    given.person("leyla", language="en")
    for who in ("leyla", "gunnel"):
        page = given.said(given.client(who).get(room.url))
        assert REASON in page
    assert Happening.objects.get(verb="group_entered").actor == given.person("gunnel").key


def test_the_line_of_readers_says_who_visits_and_stays_true(room):
    inside = audience_of(room.key, room.stewards_key)

    def line():
        return readers_of(inside, given.viewer("leyla", "en")).sentence

    alone = "The 2 people in Nattugglorna and its stewards can read this."
    assert line() == alone
    visit = enter(room)
    assert line().startswith(f"{alone} Gunnel Åkesson, steward of the place, visits until ")
    assert line().endswith(" and can read this too.")
    actions.end_visit(visit, by=given.person("gunnel"))
    assert line() == alone


def test_a_visitor_reads_and_writes_nothing(room):
    from dugnad.forum.models import Post

    enter(room)
    gunnel, post = given.person("gunnel"), Post.objects.get(source="Only we read this.")
    for deed in (
        lambda: forum.add_post(post.thread, "I write.", by=gunnel),
        lambda: forum.add_reaction(post, "thanks", by=gunnel),
        lambda: forum.start_thread(post.thread.category, "talk", "Mine", "I write.", by=gunnel),
    ):
        with pytest.raises(Refused, match="You visit this group to read"):
            deed()
    with pytest.raises(Refused):
        actions.invite_person(room, given.person("bram"), by=gunnel)
    page = given.client("gunnel").get(room.url).content.decode()
    assert f"{room.url}/leave" not in page
    assert "/new?group=" not in page
    assert given.client("gunnel").get(f"{room.url}/leave").status_code == 404
    assert not given.viewer("gunnel").holds(room.stewards_key)


def test_it_ends_by_the_clock_and_the_members_hear_it(room, announced):
    visit = enter(room, "hour")
    gunnel = given.person("gunnel")
    assert holders.get("group")({str(room.pk)}, [gunnel.pk]) == {gunnel.pk}
    Visit.objects.filter(pk=visit.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert not given.viewer("gunnel").holds(room.key)
    assert holders.get("group")({str(room.pk)}, [gunnel.pk]) == set()
    assert given.client("gunnel").get(thread_url()).status_code == 404
    with announced() as sent:
        end_what_is_over.func()
    assert {"hang_up": gunnel.pk} in sent
    assert Notice.objects.filter(kind="visit_ended").count() == 2
    assert Happening.objects.filter(verb="visit_ended").count() == 1
    assert actions.end_visits_in_time() == "0 visits ended"


def test_leaving_before_and_only_by_oneself(room):
    visit = enter(room)
    with pytest.raises(Refused):
        actions.end_visit(visit, by=given.person("amina"))
    answer = given.client("gunnel").post(f"{room.url}/enter/end")
    assert answer.status_code == 302
    assert given.client("gunnel").get(room.url).status_code == 404
    page = given.said(given.client("leyla").get(room.url))
    assert REASON in page  # among the visits that were


def test_whoever_is_no_steward_of_the_place_any_more_is_out_at_once(room):
    enter(room)
    gunnel = given.person("gunnel")
    give_place_stewardship(given.person("turid"), by=gunnel)
    end_place_stewardship(PlaceStewardship.objects.get(person=gunnel), by=given.person("turid"))
    assert not given.viewer("gunnel").holds(room.key)
    assert Visit.objects.get().left_at is not None


def test_entering_twice_is_one_visit_and_members_need_none(room):
    assert enter(room) == enter(room)
    assert Notice.objects.filter(kind="group_entered").count() == 2
    given.steward("leyla")
    assert given.client("leyla").get(f"{room.url}/enter")["Location"] == room.url
    with pytest.raises(Refused):
        actions.enter_group(room, by=given.person("leyla"), reason="x", length="day")


def test_who_visits_says_nothing_about_names_that_go_along(room):
    enter(room)
    begin_departure(room, by=given.person("amina"))
    browser = given.client("gunnel")
    assert browser.post(f"{room.url}/take-along/answer", {"answer": "yes"}).status_code == 403
    assert browser.post(f"{room.url}/came-along").status_code == 403
    assert not DepartureAnswer.objects.exists()
