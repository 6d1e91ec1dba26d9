"""A block and a mute work everywhere, and nobody learns of either: with bait in every place where writing or a name goes."""

from __future__ import annotations

import pytest

from dugnad.forum import actions as forum
from dugnad.forum.feed_entries import new_entries
from dugnad.groups import actions as groups
from dugnad.groups.models import GroupInvitation
from dugnad.kernel.live.delta import writers_of
from dugnad.kernel.models import Mail
from dugnad.kernel.search import search
from dugnad.kernel.text import quote
from dugnad.notices.actions import tell
from dugnad.notices.models import Notice
from dugnad.notices.queries import unread_counts
from dugnad.people.profile_actions import block_person
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """Turid blocks Per-Erik; both write in Amina's thread, which all three watch, and are in her group."""
    for who in ("turid", "per-erik", "amina", "jonas"):
        given.person(who, language="en")
    group = given.group(members=("turid", "per-erik", "jonas"))
    thread = given.thread("A need", kind="need", text="Who can?", by="amina")
    forum.follow_thread(thread, "watch", by=given.person("turid"))
    block_person(given.person("per-erik"), by=given.person("turid"))
    return group, thread


def bait(thread, text="zebrawords are here"):
    return forum.add_post(thread, text, by=given.person("per-erik"))


def everywhere(who, thread):
    browser = given.client(who)
    urls = (
        *(
            "/",
            "/forum",
            thread.category.url,
            thread.url,
            "/search?q=words",
            "/new-for-me",
            "/notices",
            "/me/bookmarks",
        ),
        *("/people/per-erik-stahl", "/people/per-erik-stahl/threads", "/me/groups", "/g/hyresgaster-i-hjallbo"),
    )
    return [url for url in urls if "zebra" in browser.get(url).content.decode()]


def test_what_a_blocked_person_writes_is_on_no_page_in_no_notice_mail_feed_or_search(house):
    _group, thread = house
    own = given.thread("zebratitle", text="zebraopening @turid-myklebust", by="per-erik")
    post = bait(thread)
    bait(thread, "@turid-myklebust zebramention")
    forum.edit_post(post, "@turid-myklebust zebrachanged", by=given.person("per-erik"), seen_edits=0)
    forum.close_thread(own, by=given.person("per-erik"), outcome="zebraoutcome")
    assert everywhere("turid", thread) == []
    assert len(everywhere("jonas", thread)) >= 5
    assert Notice.objects.filter(person=given.person("turid")).count() == 0
    assert Mail.objects.filter(person=given.person("turid").key, text__contains="zebra").count() == 0
    assert [entry for entry in new_entries(given.viewer("turid")) if "zebra" in entry.html] == []
    assert search("zebramention", given.viewer("turid")).found == []
    assert len(search("zebramention", given.viewer("jonas")).found) == 1


def test_a_quote_of_theirs_in_what_others_write_is_left_out_for_the_one_who_blocks(house):
    _group, thread = house
    post = bait(thread)
    text = quote(post.source, "Per-Erik Ståhl", post.url) + "I see it another way."
    forum.add_post(thread, text, by=given.person("jonas"))
    page = given.said(given.client("turid").get(thread.url))
    assert "zebra" not in page
    assert "A quote of somebody whom you blocked is left out here." in page
    assert "I see it another way." in page
    assert given.said(given.client("amina").get(thread.url)).count("zebrawords") == 2


def test_quotes_of_others_stay_and_a_quote_within_a_quote_goes_whole(house):
    _group, thread = house
    post, other = bait(thread), forum.add_post(thread, "A calm word.", by=given.person("amina"))
    staircase = f"> [Per-Erik Ståhl]({post.url}) wrote:\n>\n> > zebradeep\n>\n> zebraend\n\nMy own."
    forum.add_post(thread, staircase, by=given.person("jonas"))
    forum.add_post(thread, quote(other.source, "Amina", other.url) + "Yes.", by=given.person("jonas"))
    page = given.said(given.client("turid").get(thread.url))
    assert "zebra" not in page
    assert page.count("A calm word.") == 2
    assert "My own." in page


def test_a_pushed_piece_goes_neither_to_who_blocks_the_writer_nor_who_blocks_whom_it_quotes(house, announced):
    _group, thread = house
    with announced() as sent:
        post = bait(thread)
        forum.add_post(thread, quote(post.source, "P", post.url) + "So.", by=given.person("jonas"))
    events = [message["event"] for message in sent if message.get("event", {}).get("type") == "post_added"]
    blocked, jonas = given.person("per-erik").pk, given.person("jonas").pk
    assert [writers_of(event) for event in events] == [{blocked}, {jonas, blocked}]


def test_their_name_as_the_one_who_met_a_need_or_answered_is_not_said(house):
    _group, thread = house
    question = given.thread("zebraless question", kind="question", text="Which?", by="amina")
    forum.change_state(thread, "met", by=given.person("amina"), met_by=given.person("per-erik"))
    forum.accept_answer(bait(question, "This one."), by=given.person("amina"))
    for url in (thread.url, question.url, thread.category.url):
        assert "Per-Erik" not in given.said(given.client("turid").get(url)), url
        assert "Per-Erik" in given.said(given.client("jonas").get(url)), url


def test_invitations_and_requests_of_theirs_reach_nobody_silently_and_stand_in_nobodys_way(house):
    theirs = given.group("zebragroup", by="per-erik")
    invitation = groups.invite_person(
        theirs, given.person("turid"), by=given.person("per-erik"), greeting="zebragreeting"
    )
    browser = given.client("turid")
    assert Notice.objects.filter(person=given.person("turid")).count() == 0
    assert "zebragreeting" not in browser.get("/me/groups").content.decode()
    assert browser.get(f"/groups/invitations/{invitation.pk}").status_code == 404
    assert GroupInvitation.objects.filter(inviter=given.person("per-erik"), answered_at=None).count() == 1
    groups.join_group(theirs, by=given.person("jonas"))
    other = groups.invite_person(theirs, given.person("turid"), by=given.person("jonas"))
    assert other.pk != invitation.pk
    assert Notice.objects.get(person=given.person("turid")).actor == given.person("jonas")


def test_the_live_count_of_notices_leaves_out_what_came_before_the_block(house):
    _group, thread = house
    jonas = given.person("jonas")
    forum.add_post(thread, "@jonas-ek here", by=given.person("per-erik"))
    assert unread_counts([jonas.pk]) == {jonas.pk: 1}
    block_person(given.person("per-erik"), by=jonas)
    assert unread_counts([jonas.pk]) == {}


def test_names_stay_where_one_has_to_know_who_is_in_the_room(house):
    """Who is in a group reads what one writes there: hiding that would say something untrue."""
    group, _thread = house
    assert "Per-Erik" in given.said(given.client("turid").get(f"{group.url}/members"))


def test_the_blocked_person_can_tell_nothing_from_any_page(house):
    _group, thread = house
    before = forum.add_post(thread, "A word.", by=given.person("turid"))
    page = given.said(given.client("per-erik").get(thread.url))
    assert "A word." in page
    assert before.url in page


@pytest.mark.parametrize("where", ["thread", "category"])
def test_mute_silences_notices_mails_new_for_me_home_and_feed(where):
    for who in ("turid", "amina"):
        given.person(who, language="en")
    turid = given.newcomer("turid")
    thread = given.thread("zebratitle", text="zebraopening", by="turid")
    forum.follow_thread(thread, "mute" if where == "thread" else "", by=turid)
    if where == "category":
        forum.follow_category(thread.category, "mute", by=turid)
    forum.add_post(thread, "@turid-myklebust zebra", by=given.person("amina"))
    forum.close_thread(thread, by=turid, outcome="zebra")
    said = {
        "within": thread,
        "url": thread.url,
        "title": "zebra",
        "audience": thread.audience,
        "actor": given.person("amina"),
    }
    tell([turid], "replied", thing="post:999", **said)
    assert Notice.objects.filter(person=turid).count() == 0
    assert Mail.objects.filter(person=turid.key, kind="notice").count() == 0
    browser = given.client("turid")
    assert [url for url in ("/", "/new-for-me", "/notices") if "zebra" in browser.get(url).content.decode()] == []
    assert new_entries(given.viewer("turid")) == []
    assert "zebraopening" in browser.get(thread.url).content.decode()
