"""Posts for later: published once, at their moment, by the same deeds and policies; kept with their author otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from dugnad.forum import actions
from dugnad.forum.actions.scheduling import Plan, forget_published, keep_scheduled, publish_due
from dugnad.forum.models import Post, ScheduledPost, Thread
from dugnad.forum.planned_policies import MOST_PLANNED
from dugnad.groups.actions import leave_group
from dugnad.kernel import registry
from dugnad.kernel.files import StoredFile, forget_loose_files
from dugnad.kernel.happenings import _subscribers, on
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from dugnad.people.keeping.actions import erase_person
from dugnad.people.keeping.export import parts_of
from tests import given

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def planned(text="The hall is open at six.", *, who="amina", due=SOON, thread=None, **facts):
    where = {} if "category" in facts else {"thread": thread or given.thread(by="leyla")}
    return actions.schedule_post(Plan(text, **where, **facts), due, by=given.person(who))


def test_it_is_published_when_its_moment_comes_and_not_before(morning):
    row = planned()
    assert publish_due() == ""
    morning.move_to(SOON)
    assert publish_due() == "1 of 1 planned posts published"
    row.refresh_from_db()
    post = row.thread.posts.get(number=2)
    assert (post.source, post.author, row.became, row.source) == ("The hall is open at six.", row.author, post, "")
    assert publish_due() == ""


def test_what_became_due_while_the_house_was_closed_is_published_when_it_opens(morning):
    thread = given.thread(by="leyla")
    second = planned("Second", thread=thread, due=SOON + timedelta(minutes=1))
    planned("First", thread=thread)
    morning.move_to(SOON + timedelta(days=3))
    assert registry.minute_jobs.get("publish_due")() == "2 of 2 planned posts published"
    assert list(thread.posts.order_by("number").values_list("source", flat=True)[1:]) == ["First", second.source]


def test_a_thread_is_started_with_its_facts_and_what_it_grew_out_of(morning):
    before = given.thread("Before")
    category = given.category()
    row = planned(
        "For an hour", category=category, kind="need", title="A drill", facts={"where": "Hjällbo"}, grew_out_of=before
    )
    morning.move_to(SOON)
    publish_due()
    thread = Thread.objects.get(title="A drill")
    assert (thread.kind, thread.state, thread.fields, thread.grew_out_of) == (
        "need",
        "open",
        {"where": "Hjällbo"},
        before,
    )
    assert (thread.author, thread.last_number) == (row.author, 1)


def test_a_crash_in_the_middle_publishes_nothing_and_the_next_try_publishes_once(morning):
    """Between the post and the mark that it was published there is no moment at which one of them is there alone."""
    row, thread = planned(), None

    class Killed(BaseException):
        pass

    def killed(happening, thing, by):
        raise Killed

    on("post_added")(killed)
    try:
        morning.move_to(SOON)
        with pytest.raises(Killed):
            publish_due()
    finally:
        _subscribers["post_added"].remove(killed)
    thread = Thread.objects.get(pk=row.thread_id)
    assert (thread.posts.count(), ScheduledPost.objects.get().published_at) == (1, None)
    assert (publish_due(), thread.posts.count()) == ("1 of 1 planned posts published", 2)


def test_publishing_twice_gives_the_same_post():
    row, amina = planned(), given.person("amina")
    assert actions.publish_scheduled(row, by=amina) == actions.publish_scheduled(row, by=amina)
    assert Post.objects.filter(author=amina).count() == 1


def test_whoever_may_not_write_there_any_more_keeps_the_text_and_is_told_why(morning):
    row = planned()
    actions.close_thread(row.thread, by=given.person("leyla"), outcome="Done.")
    morning.move_to(SOON)
    assert publish_due() == "0 of 1 planned posts published"
    row.refresh_from_db()
    assert row.source == "The hall is open at six."
    assert row.trouble == "This thread is closed. Start a new one if there is more to say; you can link to this."
    notice = Notice.objects.get(person=row.author, kind="planned_post_waits")
    assert (notice.url, notice.title) == ("/me/scheduled", row.thread.title)
    assert (publish_due(), Notice.objects.filter(kind="planned_post_waits").count()) == ("", 1)
    keep_scheduled(row, "again")
    assert Notice.objects.filter(kind="planned_post_waits").count() == 1
    actions.reopen_thread(row.thread, by=given.person("leyla"))
    actions.change_scheduled(row, Plan("At seven.", thread=row.thread), SOON + timedelta(hours=1), by=row.author)
    morning.move_to(SOON + timedelta(hours=1))
    assert publish_due() == "1 of 1 planned posts published"


def test_who_left_the_group_publishes_nothing_in_it(morning):
    from dugnad.groups.actions import leave_group

    group = given.group(members=("leyla",))
    thread = given.thread(within=given.category("Inside", group=group), by="amina")
    row = planned(thread=thread, who="leyla")
    leave_group(group, by=given.person("leyla"))
    morning.move_to(SOON)
    publish_due()
    row.refresh_from_db()
    assert (thread.posts.count(), row.trouble) == (1, "This is not here, or not for you to see.")


def test_it_follows_its_thread_into_another(morning):
    row, there = planned(), given.thread("There")
    Thread.objects.filter(pk=row.thread_id).update(merged_into=there)
    morning.move_to(SOON)
    publish_due()
    assert there.posts.get(number=2).source == "The hall is open at six."


def test_the_moment_comes_within_a_year_and_there_are_fifty_at_most():
    with pytest.raises(Refused, match="That moment is over"):
        planned(due=NOW)
    with pytest.raises(Refused, match="more than a year away"):
        planned(due=NOW + timedelta(days=400))
    amina = given.person("amina")
    ScheduledPost.objects.bulk_create(
        ScheduledPost(author=amina, source="x", language="en", due_at=SOON) for _ in range(MOST_PLANNED)
    )
    with pytest.raises(Refused, match="You have 50 posts for later"):
        planned()


def test_nobody_else_sees_changes_publishes_or_deletes_it():
    row, leyla = planned("zebra"), given.person("leyla")
    for deed in (actions.publish_scheduled, actions.forget_scheduled):
        with pytest.raises(Refused):
            deed(row, by=leyla)
    with pytest.raises(Refused):
        actions.change_scheduled(row, Plan("mine", thread=row.thread), SOON, by=leyla)
    browser = given.client("leyla")
    assert "zebra" not in given.said(browser.get("/me/scheduled"))
    assert browser.get(f"/me/scheduled/{row.pk}").status_code == 404
    for deed in ("publish", "forget"):
        assert browser.post(f"/me/scheduled/{row.pk}/{deed}").status_code == 404


def test_the_form_of_a_reply_plans_by_the_clock_of_the_place():
    thread, browser = given.thread(by="leyla"), given.client("amina")
    form = {"text": "At six.", "later": "1", "later_day": "2026-03-12", "later_time": "18:00", "form_key": "once"}
    assert "By the clock of this place: Stockholm." in given.said(browser.get(thread.url))
    assert browser.post(f"/t/{thread.pk}/reply", form).url == "/me/scheduled"
    assert browser.post(f"/t/{thread.pk}/reply", form).url == "/me/scheduled"
    row = ScheduledPost.objects.get()
    assert row.due_at == datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
    assert thread.posts.count() == 1
    page = given.said(browser.get("/me/scheduled"))
    assert {"At six.", thread.title} <= set(page.replace("<", ">").split(">"))
    changed = form | {"later_time": "19:30", "text": "At half past seven."}
    assert browser.post(f"/me/scheduled/{row.pk}", changed).url == "/me/scheduled"
    row.refresh_from_db()
    assert (row.due_at.hour, row.source) == (18, "At half past seven.")
    assert browser.post(f"/me/scheduled/{row.pk}/publish").url == f"/t/{thread.pk}/post/2"


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ({}, "Choose a day."),
        ({"later_day": "2026-03-12"}, "Choose a time."),
        (
            {"later_day": "2026-03-01", "later_time": "10:00"},
            "That moment is over. Choose one that comes, or publish now.",
        ),
        ({"later_day": "soon", "later_time": "10:00"}, "Write the day as 2026-12-31."),
    ],
)
def test_a_moment_that_will_not_do_comes_back_with_the_text(moment, sentence):
    thread = given.thread(by="leyla")
    answer = given.client("amina").post(f"/t/{thread.pk}/reply", {"text": "At six.", "later": "1"} | moment)
    assert answer.status_code == 422
    assert sentence in given.said(answer)
    assert "At six." in given.said(answer)
    assert not ScheduledPost.objects.exists()


def test_the_fields_say_nothing_when_one_publishes_now():
    thread = given.thread(by="leyla")
    form = {"text": "Now.", "later_day": "2026-03-12", "later_time": "nonsense"}
    assert given.client("amina").post(f"/t/{thread.pk}/reply", form).status_code == 302
    assert thread.posts.count() == 2


def test_a_thread_is_planned_from_its_form_and_changed_with_its_facts():
    category, browser = given.category(), given.client("amina")
    form = {
        "kind": "need", "title": "A drill", "text": "For an hour", "fact_where": "Hjällbo",
        "later": "1", "later_day": "2026-03-12", "later_time": "18:00",
    }  # fmt: skip
    assert browser.post(f"/c/{category.slug}/new", form).url == "/me/scheduled"
    row = ScheduledPost.objects.get()
    page = browser.get(f"/me/scheduled/{row.pk}").context["form"]
    assert (page["title"].value(), page["fact_where"].value()) == ("A drill", "Hjällbo")
    browser.post(f"/me/scheduled/{row.pk}", form | {"title": "A saw"})
    actions.publish_scheduled(row, by=row.author)
    assert Thread.objects.get().title == "A saw"


def test_a_picture_in_what_is_planned_is_kept_until_then(morning):
    amina = given.person("amina")
    browser = given.client("amina")
    thread = given.thread(by="leyla")
    upload = {"text": "Look", "upload": given.picture(), "upload_description": "A yard", "add_upload": "1"}
    form = browser.post(f"/t/{thread.pk}/reply", upload).context["form"]
    planned(form["text"].value(), thread=thread)
    stored = StoredFile.objects.get(author=amina)
    morning.move_to(NOW + timedelta(days=5))
    forget_loose_files()
    assert StoredFile.objects.filter(pk=stored.pk).exists()
    publish_due()
    assert StoredFile.objects.get().attached_at == timezone.now()


def test_plans_are_handed_out_and_go_with_their_author():
    row = planned()
    [part] = [part for part in parts_of(row.author) if part.name == "planned"]
    assert [plan["text"] for plan in part.data["posts_for_later"]] == ["The hall is open at six."]
    erase_person(row.author, leave_posts=True, by=row.author)
    assert not ScheduledPost.objects.exists()


def test_a_plan_that_became_a_post_is_forgotten_after_a_week(morning):
    row = planned()
    actions.publish_scheduled(row, by=row.author)
    assert forget_published() == "0 published plans forgotten"
    morning.move_to(NOW + timedelta(days=7, minutes=1))
    assert forget_published() == "1 published plans forgotten"


def test_who_lost_sight_of_a_thread_reads_its_title_nowhere(morning):
    group = given.group("Night owls", members=("leyla",), hidden=True)
    thread = given.thread("Old", within=given.category("Inner", group=group))
    row = planned("My words.", who="leyla", thread=thread)
    leave_group(group, by=given.person("leyla"))
    Thread.objects.filter(pk=thread.pk).update(title="Secret", slug="secret")
    browser = given.client("leyla")
    for page in (browser.get("/me/scheduled"), browser.get(f"/me/scheduled/{row.pk}")):
        assert page.status_code == 200 and "My words." in given.said(page)
        assert "ecret" not in given.said(page) and "Night owls" not in given.said(page)
    morning.move_to(SOON)
    publish_due()
    assert Notice.objects.get(kind="planned_post_waits").title == "…"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("time", ["00:00", "23:59"])
def test_the_ends_of_time_are_refused_in_words(day, time):
    typed = {"text": "x", "language": "en", "later": "1", "later_day": day, "later_time": time}
    answer = given.client("leyla").post(f"/t/{given.thread().pk}/reply", typed)
    assert answer.status_code == 422 and not ScheduledPost.objects.exists()
