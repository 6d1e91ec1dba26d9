"""Starting a thread of every kind: who may, which facts it keeps, what it grows out of, what the door answers."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Category, Thread, ThreadReading
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from tests import given

pytestmark = pytest.mark.django_db

FACTS = {
    "talk": {},
    "question": {},
    "need": {"where": "Hammarkullen", "when": "Saturday", "how_many": "3"},
    "offer": {"where": "The cellar", "until": "May"},
    "project": {"what_for": "So that *somebody* is home.", "next_step": "Call the owner", "next_step_on": "2026-12-31"},
    "experience": {"did": "We knocked on doors.", "went": "Forty answered.", "result": "worked"},
    "announcement": {},
}


def start(who: str, kind: str, within: Category | None = None, **typed: str):
    """What the form of a new thread sends."""
    category = within or given.category()
    filled = {"kind": kind, "title": "In the yard", "text": "Let us begin.", "form_key": "a-form", **typed}
    return given.client(who).post(f"{category.url}/new", filled)


def typed_facts(kind: str) -> dict[str, str]:
    return {f"fact_{name}": value for name, value in FACTS[kind].items()}


@pytest.mark.parametrize(
    ("kind", "state"),
    [("talk", ""), ("question", "open"), ("need", "open"), ("offer", "open"), ("project", "idea"), ("experience", ""),
     ("announcement", "")],
)  # fmt: skip
def test_each_kind_begins_in_its_first_state(kind, state):
    thread = given.thread(kind=kind, by="gunnel", within=given.category(by="gunnel"))
    assert (thread.kind, thread.state, thread.post_count, thread.last_number) == (kind, state, 1, 1)


def test_every_kind_of_the_table_is_tested():
    assert list(FACTS) == list(KINDS)


@pytest.mark.parametrize("kind", [kind for kind in FACTS if kind != "announcement"])
def test_a_member_starts_every_kind_but_an_announcement_through_the_form(kind):
    answer = start("oona", kind, **typed_facts(kind))
    thread = Thread.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/t/{thread.pk}/in-the-yard")
    assert (thread.kind, thread.title, thread.posts.get().source) == (kind, "In the yard", "Let us begin.")


def test_the_facts_are_kept_as_plain_values_and_empty_ones_are_left_out():
    start("oona", "need", **typed_facts("need") | {"fact_when": "  "})
    assert Thread.objects.get().fields == {"where": "Hammarkullen", "how_many": 3}


def test_a_day_is_kept_as_written_in_iso():
    start("oona", "project", **typed_facts("project"))
    assert Thread.objects.get().fields == FACTS["project"]


def test_facts_of_another_kind_are_not_kept():
    start("oona", "offer", **typed_facts("offer") | {"fact_how_many": "3", "fact_did": "Much"})
    assert Thread.objects.get().fields == FACTS["offer"]


@pytest.mark.parametrize(
    ("kind", "wrong", "sentence"),
    [
        ("need", {"fact_how_many": "many"}, "Write a whole number, such as 3."),
        ("project", {"fact_next_step_on": "31/12"}, "Write the day as 2026-12-31."),
        ("project", {"fact_what_for": ""}, "This is needed, so that others understand. A sentence is enough."),
        ("experience", {"fact_went": " "}, "This is needed, so that others understand. A sentence is enough."),
        ("talk", {"title": " \t "}, "A title is needed, so that others find it."),
        ("talk", {"title": "x" * 141}, "The title can have at most 140 characters. Put the rest into the text."),
        ("talk", {"text": ""}, "There is no text yet. Write something, then publish."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_the_rest_comes_back(kind, wrong, sentence):
    answer = start("oona", kind, **{"title": "Kept title", "text": "Kept text", **typed_facts(kind), **wrong})
    page = given.said(answer)
    assert (answer.status_code, Thread.objects.count()) == (422, 0)
    assert sentence in page
    assert "Kept title" in page or "title" in wrong
    assert "Kept text" in page or "text" in wrong


def test_the_text_of_an_experience_may_be_empty_since_its_facts_tell_it():
    answer = start("oona", "experience", **typed_facts("experience") | {"text": ""})
    assert answer.status_code == 302
    assert Thread.objects.get().fields == FACTS["experience"]


def test_a_choice_that_is_not_offered_is_refused():
    answer = start("oona", "experience", **typed_facts("experience") | {"fact_result": "triumph"})
    assert (answer.status_code, Thread.objects.count()) == (422, 0)


def test_an_unknown_kind_becomes_a_talk():
    start("oona", "manifesto")
    assert Thread.objects.get().kind == "talk"


def test_announcements_are_written_by_stewards_of_the_place():
    assert start("oona", "announcement").status_code == 403
    assert Thread.objects.count() == 0
    assert start("gunnel", "announcement").status_code == 302
    assert Thread.objects.get().kind == "announcement"


def test_in_a_group_its_own_stewards_announce_and_those_of_the_place_do_not():
    group = given.group(members=("leyla", "gunnel"))
    category = given.category("Houses", group=group)
    given.steward("gunnel")
    verdicts = [
        policies.can_start_thread(given.viewer(who), category, "announcement").ok
        for who in ("amina", "leyla", "gunnel")
    ]
    assert verdicts == [True, False, False]


def test_the_refusal_gives_the_text_back():
    answer = start("oona", "announcement", title="My title", text="What I wrote")
    page = given.said(answer)
    assert "Announcements are written by the stewards. A talk reaches the same people." in page
    assert "My title" in page
    assert "What I wrote" in page


def test_where_only_stewards_write_others_are_told_so():
    category = given.category("News", writers="stewards")
    with pytest.raises(Refused) as refused:
        actions.start_thread(category, "talk", "Hello", "Hello", by=given.person("oona"))
    assert str(refused.value) == "Here only the stewards write. Everyone who sees it can read it."


def test_in_a_public_category_of_a_group_only_its_members_write():
    category = given.category("Open door", group=given.group(), in_group="public")
    verdict = policies.can_start_thread(given.viewer("oona"), category)
    assert str(verdict.reason) == "Only members of the group write here. Join the group to take part."
    assert policies.can_start_thread(given.viewer("amina"), category)


def test_members_of_a_networks_groups_write_in_its_category():
    from dugnad.groups import actions as groups
    from tests.given import group

    network, local = group("All tenants", by="gunnel", kind="network"), group(members=("leyla",))
    groups.accept_tie(groups.tie_to_network(local, network, by=given.person("amina")), by=given.person("gunnel"))
    category = given.category("Between us", group=network)
    assert [policies.can_start_thread(given.viewer(who), category).ok for who in ("gunnel", "leyla", "oona")] == [
        True, True, False,
    ]  # fmt: skip


def test_the_thread_has_the_audience_of_its_category_and_counts_there():
    category = given.category("Houses", group=given.group())
    thread = given.thread(within=category)
    category.refresh_from_db()
    assert (thread.audience_id, thread.posts.get().audience_id) == (category.audience_id, category.audience_id)
    assert category.thread_count == 1


def test_one_happening_is_recorded_about_the_opening_post():
    thread = given.thread()
    happening = Happening.objects.get(verb="thread_started")
    assert (happening.thing, happening.within, happening.actor, happening.payload) == (
        f"post:{thread.posts.get().pk}", f"thread:{thread.pk}", given.person("amina").key, {"number": 1, "mentioned": []},
    )  # fmt: skip


def test_the_starter_watches_the_thread_and_has_read_it():
    thread = given.thread(by="amina")
    reading = ThreadReading.objects.get(thread=thread, person=given.person("amina"))
    assert (reading.read_to, reading.attention) == (1, "watch")


def test_the_language_is_the_one_chosen_else_the_writers():
    given.person("amina", language="sv")
    assert given.thread(by="amina").language == "sv"
    assert given.thread("Kven har ein drill?", by="amina", language="nn").posts.get().language == "nn"


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Vem åker till Östberga?", "vem-aker-till-ostberga"),
        ("Ærlig øl på Ås", "aerlig-ol-pa-as"),
        ("Reply", "reply-"),
        ("¿¡…!?", ""),
        ("مرحبا", ""),
    ],
)
def test_the_address_is_readable_and_never_that_of_a_door(title, address):
    thread = given.thread(title)
    assert thread.url == (f"/t/{thread.pk}/{address}" if address else f"/t/{thread.pk}")
    assert given.client("oona").get(thread.url).status_code == 200


def test_the_same_form_sent_twice_gives_one_thread():
    first, second = start("oona", "talk"), start("oona", "talk")
    assert first.headers["Location"] == second.headers["Location"]
    assert Thread.objects.count() == 1
    assert Category.objects.get().thread_count == 1


def test_the_same_key_from_somebody_else_is_another_thread():
    start("oona", "talk")
    start("bram", "talk")
    assert Thread.objects.count() == 2


def test_a_thread_names_what_it_grew_out_of_and_the_other_way_round():
    before = given.thread("Cold stairs")
    start("oona", "project", **typed_facts("project") | {"from": str(before.pk)})
    after = Thread.objects.get(title="In the yard")
    assert after.grew_out_of == before
    assert "Grew out of" in given.said(given.client().get(after.url))
    assert "Grew into" in given.said(given.client().get(before.url))


def test_what_one_cannot_see_is_not_named_as_where_it_grew_from():
    hidden = given.thread("Secret plan", within=given.category("Houses", group=given.group()))
    with pytest.raises(Refused):
        actions.start_thread(given.category(), "talk", "Hi", "Hi", by=given.person("oona"), grew_out_of=hidden)
    page = given.said(given.client("oona").get(f"{given.category().url}/new?from={hidden.pk}"))
    assert "Secret plan" not in page
    start("oona", "talk", **{"from": str(hidden.pk)})
    assert Thread.objects.get(title="In the yard").grew_out_of is None


def test_readers_who_cannot_see_where_it_grew_from_are_not_told():
    hidden = given.thread("Secret plan", within=given.category("Houses", group=given.group()))
    after = actions.start_thread(given.category(), "talk", "Open", "Open", by=given.person("amina"), grew_out_of=hidden)
    assert "Secret plan" in given.said(given.client("amina").get(after.url))
    for browser in (given.client(), given.client("oona")):
        assert "Secret plan" not in given.said(browser.get(after.url))


def test_the_form_says_who_will_read_it():
    public = given.client("oona").get(f"{given.category().url}/new")
    closed = given.client("amina").get(f"{given.category('Houses', group=given.group()).url}/new")
    assert "Anyone can read this, also search engines." in given.said(public)
    assert "Hyresgäster i Hjällbo" in given.said(closed)


def test_a_stranger_is_led_to_the_sign_in_page():
    answer = given.client().get(f"{given.category().url}/new?kind=need")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=/c/housing/new%3Fkind%3Dneed")


def test_what_a_stranger_typed_is_not_lost():
    answer = start("", "talk", title="Signed out meanwhile", text="An hour of writing")
    page = given.said(answer)
    assert answer.status_code == 403
    assert "Signed out meanwhile" in page
    assert "An hour of writing" in page
    assert Thread.objects.count() == 0


def test_a_hidden_category_answers_like_one_that_is_not_there():
    category = given.category("Houses", group=given.group())
    assert start("oona", "talk", within=category).status_code == 404
    assert given.client("oona").get(f"{category.url}/new").status_code == 404


def test_the_page_that_asks_where_offers_only_places_where_one_can_write():
    given.category("Everyone")
    given.category("News", writers="stewards")
    given.category("Houses", group=given.group())
    page = given.said(given.client("oona").get("/new"))
    assert [name in page for name in ("Everyone", "News", "Houses")] == [True, False, False]


def test_the_preview_shows_the_text_and_starts_nothing():
    answer = start("oona", "talk", text="**bold**", preview="1")
    assert (answer.status_code, Thread.objects.count()) == (200, 0)
    assert "<p><strong>bold</strong></p>" in answer.content.decode()


def test_a_new_thread_is_announced_to_those_who_look_at_the_category(announced):
    category = given.category()
    with announced() as sent:
        thread = given.thread(within=category)
    event = {"type": "thread_started", "thread": thread.pk, "author": given.person("amina").pk}
    assert {"to": f"category:{category.pk}", "event": event} in sent
