"""Closing a thread with its outcome, and opening it again: who may, what stays, who hears of it."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail
from dugnad.kernel.policies import Refused
from dugnad.notices.actions import choose_mail
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db

OUTCOME = "We share **one** drill now.\n\nIt lives in the laundry."


@pytest.fixture
def thread():
    return given.thread(by="amina")


def close(thread, who: str = "amina", outcome: str = OUTCOME):
    return actions.close_thread(thread, by=given.person(who), outcome=outcome)


def test_who_started_it_and_stewards_may(thread):
    given.steward("gunnel")
    assert [policies.can_close_thread(given.viewer(who), thread).ok for who in ("amina", "gunnel", "leyla", "")] == [
        True, True, False, False,
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        close(thread, "leyla")
    assert str(refused.value) == "Only the person who started the thread, or a steward, can close it."


def test_it_is_closed_once(thread):
    close(thread)
    with pytest.raises(Refused) as refused:
        close(thread, outcome="Something else.")
    assert str(refused.value) == "This thread is closed already."


def test_the_outcome_stands_at_the_top_and_in_the_list(thread):
    closed = close(thread)
    assert (closed.outcome, closed.closed_by) == (OUTCOME, given.person("amina"))
    page = given.said(given.client().get(thread.url))
    assert "What it led to" in page
    assert "<p>We share <strong>one</strong> drill now.</p>" in page
    assert "Closed by Amina Warsame." in page
    listed = given.said(given.client().get(thread.category.url))
    assert ", closed</p>" in listed.replace("</span>, closed · ", "</span>, closed</p>")
    assert "We share one drill now. It lives in the laundry." in listed


def test_nobody_writes_in_it_any_more_and_the_page_says_so(thread):
    close(thread)
    page = given.said(given.client("leyla").get(thread.url))
    assert "This thread is closed. Start a new one if there is more to say; you can link to this." in page
    assert "Publish the reply" not in page


def test_everything_in_it_can_be_read_reacted_to_and_changed_by_who_wrote_it(thread):
    post = given.post(thread, "Still here", by="leyla")
    close(thread)
    assert "Still here" in given.said(given.client().get(thread.url))
    assert actions.add_reaction(post, "thanks", by=given.person("bram")).reaction_counts == {"thanks": 1}
    assert actions.edit_post(post, "Corrected", by=given.person("leyla"), seen_edits=0).edits == 1


def test_those_who_wrote_hear_what_it_led_to_and_nobody_twice(thread):
    for who in ("leyla", "leyla", "bram", "jonas"):
        given.post(thread, by=who)
    actions.follow_thread(thread, "mute", by=given.person("jonas"))
    Notice.objects.all().delete()
    close(thread)
    told = Notice.objects.filter(kind="thread_closed").values_list("person__handle", "url").order_by("person__handle")
    assert list(told) == [("bram-kuipers", thread.url), ("leyla-demir", thread.url)]


def test_the_mail_quotes_the_outcome(thread):
    given.post(thread, by="leyla")
    choose_mail({"watched": True}, by=given.person("leyla"))
    Mail.objects.all().delete()
    close(thread)
    mail = Mail.objects.get()
    assert mail.subject == "Closed: Who has a drill?"
    assert "Amina Warsame closed “Who has a drill?” and wrote what it led to:\n\n> We share" in mail.text


def test_one_happening_is_recorded(thread):
    close(thread)
    happening = Happening.objects.get(verb="thread_closed")
    assert (happening.thing, happening.within) == (f"thread:{thread.pk}", f"category:{thread.category_id}")


def test_without_words_about_the_outcome_it_stays_open(thread):
    answer = given.client("amina").post(f"/t/{thread.pk}/close", {"outcome": "  "})
    thread.refresh_from_db()
    assert (answer.status_code, thread.closed_at) == (422, None)
    assert "Say in a sentence what it led to, so that those who come later need not read it all." in given.said(answer)


def test_an_outcome_that_is_too_long_comes_back_whole(thread):
    answer = given.client("amina").post(f"/t/{thread.pk}/close", {"outcome": "b" * 2001})
    assert answer.status_code == 422
    assert "The text has 2001 characters and can have at most 2000." in given.said(answer)
    assert "b" * 2001 in given.said(answer)


def test_the_form_closes_and_says_so(thread):
    done = given.client("amina").post(f"/t/{thread.pk}/close", {"outcome": OUTCOME}, follow=True)
    assert done.redirect_chain == [(thread.url, 302)]
    assert "The thread is closed. Its outcome stands at the top." in given.said(done)


def test_who_was_slower_gets_their_outcome_back(thread):
    close(thread)
    answer = given.client("amina").post(f"/t/{thread.pk}/close", {"outcome": "My own words about it"})
    assert answer.status_code == 403
    assert "My own words about it" in given.said(answer)


def test_reopened_by_the_same_people_and_written_in_again(thread):
    close(thread)
    assert [policies.can_reopen_thread(given.viewer(who), thread).ok for who in ("amina", "leyla")] == [False, False]
    thread.refresh_from_db()
    assert [policies.can_reopen_thread(given.viewer(who), thread).ok for who in ("amina", "leyla")] == [True, False]
    opened = actions.reopen_thread(thread, by=given.person("amina"))
    assert (opened.closed_at, opened.closed_by, opened.outcome) == (None, None, OUTCOME)
    assert given.post(thread, by="leyla").number == 2
    assert Happening.objects.filter(verb="thread_reopened").count() == 1


def test_an_open_thread_is_not_reopened(thread):
    with pytest.raises(Refused) as refused:
        actions.reopen_thread(thread, by=given.person("amina"))
    assert str(refused.value) == "This thread is open."


def test_the_outcome_of_an_open_thread_is_not_shown_and_stands_in_the_form_next_time(thread):
    close(thread)
    given.client("amina").post(f"/t/{thread.pk}/reopen")
    assert "What it led to" not in given.said(given.client().get(thread.url))
    form = given.client("amina").get(f"/t/{thread.pk}/close").context["form"]
    assert form["outcome"].value() == OUTCOME


def test_strangers_are_led_to_the_sign_in_page_and_others_get_a_sentence(thread):
    close(thread)
    stranger, other = (
        given.client().post(f"/t/{thread.pk}/reopen"),
        given.client("leyla").post(f"/t/{thread.pk}/reopen"),
    )
    assert (stranger.status_code, other.status_code) == (302, 403)
    thread.refresh_from_db()
    assert thread.closed_at is not None
    assert given.client("amina").get(f"/t/{thread.pk}/reopen").status_code == 405


def test_a_closed_need_that_was_met_still_says_so_in_lists():
    need = given.thread("Who has a van?", kind="need")
    actions.change_state(need, "met", by=given.person("amina"), met_by=given.person("leyla"))
    actions.close_thread(need, by=given.person("amina"), outcome="Two sofas moved.")
    listed = given.client("").get("/forum").content.decode()
    assert "Need</span>, met, thanks to Leyla Demir" in listed
