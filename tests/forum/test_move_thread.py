"""Moving a thread: who may, where to, who reads it then, and that everything that hangs on it comes along."""

from __future__ import annotations

import pytest
from django.utils import timezone

from dugnad.forum import actions
from dugnad.forum.models import Category, Post, PostTranslation, Thread
from dugnad.forum.moving_policies import can_move_thread
from dugnad.forum.queries import unread_of
from dugnad.kernel.files import StoredFile
from dugnad.kernel.happenings import Happening
from dugnad.kernel.models import Mail
from dugnad.kernel.policies import Refused
from dugnad.kernel.search import SearchEntry, search
from dugnad.kernel.stamps import public_stamp
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db

WIDER = (
    "More people can read “Housing” than this was written for, and others wrote here too. Start a new thread there and link "
    "to this one."
)


@pytest.fixture
def gunnel():
    return given.steward("gunnel")


def closed_category(**facts) -> Category:
    """A category for Amina, who looks after its group, and Leyla, who is in it."""
    return given.category("Houses", group=given.group(members=("leyla",)), **facts)


def unread(thread, who) -> int:
    thread.refresh_from_db()
    return unread_of([thread], given.viewer(who))[thread.pk].count


def moved(thread, category, *, by, **more) -> Thread:
    return actions.move_thread(thread, category, by=by, **({"reason": "It fits there.", "other_readers": True} | more))


def refusal(thread, category, by, **more) -> str:
    with pytest.raises(Refused) as refused:
        actions.move_thread(thread, category, by=by, **({"reason": "It fits there.", "other_readers": True} | more))
    assert Thread.objects.get(pk=thread.pk).category_id == thread.category_id
    return str(refused.value)


def test_a_steward_moves_it_and_the_counts_follow(gunnel):
    thread, there = given.thread(), given.category("Climate")
    moved(thread, there, by=gunnel)
    assert [Category.objects.get(pk=pk).thread_count for pk in (thread.category_id, there.pk)] == [0, 1]
    assert Happening.objects.get(verb="thread_moved").payload == {
        "before": thread.category_id, "now": there.pk, "reason": "It fits there.",
    }  # fmt: skip
    page = given.said(given.client("oona").get("/c/climate"))
    assert thread.title in page
    assert thread.title not in given.said(given.client("oona").get("/c/housing"))


def test_who_started_it_may_where_the_same_people_read_it_without_saying_why():
    thread = given.thread(by="amina")
    given.post(thread, by="leyla")
    moved(thread, given.category("Climate"), by=given.person("amina"), reason="", other_readers=False)
    assert Thread.objects.get(pk=thread.pk).category.slug == "climate"


def test_others_may_not(gunnel):
    thread, there = given.thread(by="amina"), given.category("Climate")
    words = "Only the person who started the thread, or a steward, can move it."
    assert refusal(thread, there, given.person("leyla")) == words


def test_a_steward_says_why(gunnel):
    words = "Say why in a sentence: the person who started the thread reads it."
    assert refusal(given.thread(by="amina"), given.category("Climate"), gunnel, reason="") == words


def test_a_steward_moves_it_only_where_they_may_write(gunnel):
    thread, there = given.thread(), given.category("Houses", group=given.group(), in_group="public")
    assert refusal(thread, there, gunnel) == "Only members of the group write here. Join the group to take part."


def test_nowhere_that_is_closed_and_not_to_where_it_stands(gunnel):
    thread, there = given.thread(), given.category("Climate")
    actions.close_category(there, by=gunnel)
    assert refusal(thread, there, gunnel).startswith("This category is closed.")
    assert refusal(thread, thread.category, gunnel) == "The thread stands there already."


def test_an_announcement_goes_only_where_its_mover_may_announce(gunnel):
    news = given.thread("News", kind="announcement", by="gunnel")
    there = given.category("Houses", group=given.group(members=("gunnel",)), in_group="public")
    assert refusal(news, there, gunnel).startswith("Announcements are written by the stewards.")


def test_what_others_wrote_for_a_group_never_goes_to_more_people():
    housing = given.category()
    thread = given.thread(within=closed_category(), by="amina")
    given.post(thread, by="leyla")
    assert refusal(thread, housing, given.person("amina")) == WIDER


@pytest.mark.parametrize("mark", ["translation", "change"])
def test_a_translation_or_a_change_by_somebody_else_counts_as_their_words(mark):
    thread = given.thread(within=closed_category(), by="amina")
    post, leyla = thread.posts.get(), given.person("leyla")
    if mark == "translation":
        PostTranslation.objects.create(
            post=post, audience=post.audience, author=leyla, language="sv", source="Hej", html="Hej", plain="Hej"
        )
    else:
        post.versions.create(source="Before", language="en", written_at=timezone.now(), editor=leyla)
    assert refusal(thread, given.category(), given.person("amina")) == WIDER


def test_from_one_group_to_another_is_more_people_too(gunnel):
    thread = given.thread(within=closed_category(), by="leyla")
    given.post(thread, by="amina")
    other = given.category("Tools", group=given.group("Toolpool", by="amina", members=("leyla",)))
    assert refusal(thread, other, given.person("amina")).startswith("More people can read “Tools”")


def test_who_wrote_all_of_it_takes_it_to_more_people_once_they_know():
    amina, thread = given.person("amina"), given.thread(within=closed_category(), by="amina")
    words = "Others can read it there. Say that you know, then it is done."
    assert refusal(thread, given.category(), amina, other_readers=False) == words
    moved(thread, given.category(), by=amina)
    assert given.client().get(f"/t/{thread.pk}/{thread.slug}").status_code == 200


def test_to_fewer_people_only_a_steward_takes_what_others_wrote(gunnel):
    there = given.category("Stewards' board", group=given.group(by="gunnel", members=("amina",)))
    thread = given.thread(by="amina")
    given.post(thread, by="leyla")
    words = "Fewer people can read “Stewards' board”, and others wrote here too. Only a steward can move it there."
    assert refusal(thread, there, given.person("amina")) == words
    moved(thread, there, by=gunnel)
    answers = [given.client(who).get(f"/t/{thread.pk}").status_code for who in ("amina", "gunnel", "leyla", "")]
    assert answers == [200, 200, 404, 404]


@pytest.fixture
def narrowed(gunnel):
    """A thread with a reply, a picture, a translation, notices and a mail, moved from everybody to a group."""
    there = given.category("Inside", group=given.group(by="gunnel", members=("amina",)))
    thread = given.thread("Baitladder", by="amina", text="Baitladder first")
    actions.follow_thread(thread, "watch", by=given.person("oona"))
    post = given.post(thread, "Baitladder second", by="leyla")
    file = StoredFile.objects.create(audience=post.audience, author=post.author, content_type="image/webp", size=1)
    post.post_files.create(file=file)
    PostTranslation.objects.create(
        post=post,
        audience=post.audience,
        author=given.person("bram"),
        language="sv",
        source="Hej",
        html="Hej",
        plain="Hej",
    )
    before = public_stamp()
    moved(thread, there, by=gunnel)
    return thread, there, before


def test_everything_that_hangs_on_it_is_read_by_the_new_readers(narrowed):
    thread, there, _before = narrowed
    rows = (
        Thread.objects.filter(pk=thread.pk), Post.objects.filter(thread=thread), PostTranslation.objects.all(),
        StoredFile.objects.all(), SearchEntry.objects.filter(within=f"thread:{thread.pk}"),
        Notice.objects.filter(within=f"thread:{thread.pk}"), Happening.objects.filter(within=f"thread:{thread.pk}"),
        Mail.objects.filter(text__contains=f"/t/{thread.pk}/"),
    )  # fmt: skip
    assert [(query.count() > 0, {row.audience_id for row in query}) for query in rows] == [
        (True, {there.audience_id})
    ] * 8


def test_who_is_left_out_finds_nothing_of_it_and_cached_pages_are_stale(narrowed):
    _thread, _there, before = narrowed
    assert public_stamp() > before
    assert [len(search("baitladder", given.viewer(who)).found) for who in ("amina", "oona", "")] == [2, 0, 0]
    assert not given.viewer("oona").sees(Notice.objects.filter(person=given.person("oona")).get().audience)


def test_pages_that_are_open_ask_anew_when_readers_are_lost_and_not_otherwise(gunnel, announced):
    there = given.category("Inside", group=given.group(by="gunnel"))
    thread, other = given.thread(by="amina"), given.thread("Other", by="amina")
    with announced() as sent:
        moved(thread, there, by=gunnel)
    assert [message for message in sent if message.get("everybody")]
    with announced() as sent:
        moved(other, given.category("Climate"), by=gunnel)
    assert not [message for message in sent if message.get("everybody")]
    changed = {"type": "thread_changed", "thread": other.pk}
    assert {"to": f"thread:{other.pk}", "event": changed} in sent


def test_a_hidden_post_goes_to_the_stewards_of_the_new_room(gunnel):
    there = given.category("Open house", group=given.group(by="gunnel"), in_group="public")
    thread = given.thread(by="amina")
    post = given.post(thread, by="leyla")
    actions.hide_post(post, by=gunnel)
    moved(thread, there, by=gunnel)
    post.refresh_from_db()
    assert sorted(post.audience.keys()) == sorted([f"stewards:group:{there.group_id}", f"person:{post.author_id}"])


def test_a_pin_stays_behind(gunnel):
    thread = given.thread()
    actions.pin_thread(thread, by=gunnel)
    assert moved(thread, given.category("Climate"), by=gunnel).pinned_at is None


def test_what_was_read_stays_read_and_what_was_not_stays_unread(gunnel):
    for who in ("jonas", "oona", "bram"):
        given.newcomer(who)
    thread, there = given.thread(), given.category("Climate")
    given.posts(thread, 4)
    actions.read_thread(thread, 3, by=given.person("jonas"))
    actions.mark_category_read(thread.category, by=given.person("oona"))
    given.post(thread, "Later")
    given.thread("Newest there", within=there)
    actions.mark_category_read(there, by=given.person("bram"))
    before = [unread(thread, who) for who in ("jonas", "oona", "bram")]
    moved(thread, there, by=gunnel)
    assert before == [unread(thread, who) for who in ("jonas", "oona", "bram")] == [3, 1, 6]
    actions.mark_category_read(Category.objects.get(pk=there.pk), by=given.person("bram"))
    assert unread(thread, "bram") == 0


def test_who_watches_it_goes_on_watching(gunnel):
    thread = given.thread(by="amina")
    actions.follow_thread(thread, "watch", by=given.person("oona"))
    moved(thread, given.category("Climate"), by=gunnel)
    given.post(thread, by="leyla")
    assert Notice.objects.filter(person=given.person("oona"), kind="post_watched").count() == 1


def test_who_started_it_is_told_why_each_time(gunnel):
    thread, housing = given.thread(by="amina"), given.category()
    moved(thread, given.category("Climate"), by=gunnel)
    moved(Thread.objects.get(pk=thread.pk), housing, by=gunnel, reason="After all.")
    told = Notice.objects.filter(kind="thread_moved").order_by("pk")
    assert [(n.person.name, n.note) for n in told] == [
        ("Amina Warsame", "It fits there."),
        ("Amina Warsame", "After all."),
    ]


def test_who_loses_sight_of_their_own_thread_is_told_so(gunnel):
    thread = given.thread(by="amina")
    moved(thread, given.category("Inside", group=given.group(by="gunnel")), by=gunnel)
    notice = Notice.objects.get(kind="thread_out_of_sight")
    assert (notice.person.name, notice.url, notice.note) == ("Amina Warsame", "/forum", "It fits there.")
    assert "moved your thread “Who has a drill?” to where you cannot read it." in given.said(
        given.client("amina").get("/notices")
    )


def test_the_page_does_it_at_once_where_the_same_people_read_it(gunnel):
    thread, there, page = given.thread(), given.category("Climate"), given.client("gunnel")
    assert "Climate" in given.said(page.get(f"/t/{thread.pk}/move"))
    answer = page.post(f"/t/{thread.pk}/move", {"category": there.pk, "reason": "It fits."})
    assert (answer.status_code, answer["Location"]) == (302, thread.url)
    assert Thread.objects.get(pk=thread.pk).category_id == there.pk


def test_the_page_says_who_can_read_it_there_and_waits_for_a_tick(gunnel):
    there = given.category("Inside", group=given.group(by="gunnel"))
    thread, browser = given.thread(), given.client("gunnel")
    sent = {"category": there.pk, "reason": "It fits."}
    page = given.said(browser.post(f"/t/{thread.pk}/move", sent))
    assert "Fewer people can read it there." in page
    assert "The 1 person in Hyresgäster i Hjällbo and its stewards can read this." in page
    assert Thread.objects.get(pk=thread.pk).category_id == thread.category_id
    assert browser.post(f"/t/{thread.pk}/move", sent | {"other_readers": "on"}).status_code == 302
    assert Thread.objects.get(pk=thread.pk).category_id == there.pk


def test_the_page_asks_for_a_reason_and_refuses_others(gunnel):
    thread, there = given.thread(by="amina"), given.category("Climate")
    answer = given.client("gunnel").post(f"/t/{thread.pk}/move", {"category": there.pk})
    assert (answer.status_code, "Say why in a sentence" in given.said(answer)) == (422, True)
    assert given.client("leyla").get(f"/t/{thread.pk}/move").status_code == 403


def test_it_offers_no_place_that_would_be_refused():
    given.category("Climate")
    thread = given.thread(within=closed_category(), by="amina")
    given.post(thread, by="leyla")
    assert "There is no category to which you can move it" in given.said(
        given.client("amina").get(f"/t/{thread.pk}/move")
    )


def test_the_button_is_there_for_those_who_may(gunnel):
    thread = given.thread(by="amina")
    offers = {
        who: [word for word in ("move", "split", "merge") if f'href="/t/{thread.pk}/{word}"' in page]
        for who in ("gunnel", "amina", "leyla", "")
        for page in [given.said(given.client(who).get(thread.url))]
    }
    assert offers == {"gunnel": ["move", "split", "merge"], "amina": ["move", "merge"], "leyla": [], "": []}
    assert [bool(can_move_thread(given.viewer(who), thread)) for who in offers] == [True, True, False, False]


def test_an_old_title_in_the_address_leads_to_the_new_one():
    thread = given.thread("Before", by="amina")
    actions.edit_thread(thread, by=given.person("amina"), title="After", fields={})
    answer = given.client("oona").get(f"/t/{thread.pk}/before?from=1")
    assert (answer.status_code, answer["Location"]) == (302, f"/t/{thread.pk}/after?from=1")
