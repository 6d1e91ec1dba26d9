"""Who is told of a post: mention before reply before watching, nobody twice, nobody who may not see it; what the mail says."""

from __future__ import annotations

import re

import pytest

from dugnad.forum import actions
from dugnad.kernel.outbox import Mail
from dugnad.notices.actions import choose_mail
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    thread = given.thread("Who has a drill?", by="amina")
    for who in ("leyla", "jonas", "bram", "oona"):
        given.person(who)
    return thread


def told() -> dict[str, str]:
    """Who was told, by handle, and of what kind; fails when somebody was told twice."""
    rows = list(Notice.objects.values_list("person__handle", "kind"))
    assert len(rows) == len(dict(rows))
    return dict(rows)


def watch(thread, *whos: str):
    for who in whos:
        actions.follow_thread(thread, "watch", by=given.person(who))


def test_who_started_the_thread_is_told_of_a_reply(thread):
    given.post(thread, by="leyla")
    assert told() == {"amina-warsame": "replied_to_yours"}


def test_nobody_is_told_of_what_they_do_themselves(thread):
    given.post(thread, "I, @amina-warsame, found one.", by="amina")
    assert told() == {}


def test_who_is_quoted_is_told_of_a_reply(thread):
    post = given.post(thread, by="leyla")
    actions.follow_thread(thread, "follow", by=given.person("leyla"))
    Notice.objects.all().delete()
    given.post(thread, f"> [Leyla Demir]({post.url}) wrote:\n>\n> I have one.\n\nLend it!", by="bram")
    assert told() == {"amina-warsame": "replied_to_yours", "leyla-demir": "replied"}


def test_a_quote_of_a_post_in_another_thread_tells_nobody(thread):
    elsewhere = given.post(given.thread("Elsewhere", by="jonas"), by="jonas")
    given.post(thread, f"> [Jonas Ek]({elsewhere.url}) wrote:\n>\n> Yes.", by="bram")
    assert told() == {"amina-warsame": "replied_to_yours"}


def test_a_mention_wins_over_a_reply_and_a_reply_over_watching(thread):
    watch(thread, "jonas", "oona")
    given.post(thread, "Ask @jonas-ek and @amina-warsame.", by="leyla")
    assert told() == {"amina-warsame": "mentioned", "jonas-ek": "mentioned", "oona-mac-a-bhaird": "post_watched"}


def test_a_mention_in_an_opening_post_is_told(thread):
    given.thread("Another", by="leyla", text="For @jonas-ek.")
    assert told() == {"jonas-ek": "mentioned"}


def test_who_wrote_watches_from_then_on(thread):
    given.post(thread, by="leyla")
    Notice.objects.all().delete()
    given.post(thread, by="bram")
    assert told() == {"amina-warsame": "replied_to_yours", "leyla-demir": "post_watched"}


def test_who_blocks_the_writer_is_not_told(thread):
    watch(thread, "jonas", "oona")
    for who in ("amina", "jonas", "oona"):
        given.block(who, "bram")
    given.post(thread, "Hello @jonas-ek", by="bram")
    assert told() == {}


def test_who_is_blocked_is_still_told_of_what_they_can_see(thread):
    given.block("bram", "jonas")
    given.post(thread, "Hello @jonas-ek", by="bram")
    assert told() == {"amina-warsame": "replied_to_yours", "jonas-ek": "mentioned"}


def test_who_cannot_see_it_is_not_told():
    group = given.group(members=("leyla", "jonas"))
    inside = given.thread("Inside", within=given.category("Houses", group=group))
    given.person("bram")
    given.post(inside, "Ask @bram-kuipers and @jonas-ek.", by="leyla")
    assert told() == {"amina-warsame": "replied_to_yours", "jonas-ek": "mentioned"}
    assert not Mail.objects.filter(to="bram@example.org").exists()


def test_a_handle_nobody_has_tells_nobody(thread):
    post = given.post(thread, "Ask @nobody-here", by="amina")
    assert told() == {}
    assert "@nobody-here" in post.html


def test_at_most_twenty_are_mentioned_by_one_post(thread):
    for number in range(25):
        given.person(f"neighbour{number}")
    given.post(thread, " ".join(f"@neighbour{number}" for number in range(25)), by="leyla")
    assert list(told().values()).count("mentioned") == 20


def test_the_mail_of_a_reply(thread, settings):
    settings.URL = "https://dugnad.example"
    post = given.post(thread, "I have *one*, and a [ladder](https://example.org/ladder).", by="leyla")
    mail = Mail.objects.get()
    assert (mail.to, mail.subject, mail.kind, mail.person) == (
        "amina@example.org", "Leyla Demir replied: Who has a drill?", "notice", given.person("amina").key,
    )  # fmt: skip
    text = re.sub(r"/stop/\S+", "/stop/TOKEN", mail.text)
    assert text == (
        "Hello Amina,\n\n"
        "Leyla Demir replied in your thread “Who has a drill?”:\n\n"
        "> I have one, and a ladder (https://example.org/ladder).\n\n"
        f"Read and reply: https://dugnad.example{post.url}\n\n"
        "-- \n"
        "You get this because you started the thread.\n"
        "Stop emails about this thread: https://dugnad.example/me/notices/stop/TOKEN\n"
        "All your choices about emails: https://dugnad.example/me/notices\n"
        "Anyone can read this, also search engines.\n"
    )


def test_the_mail_is_written_in_the_readers_language(thread):
    turid = given.person("turid", language="nb")
    given.post(thread, "Hei @turid-myklebust", by="leyla")
    mail = Mail.objects.get(to="turid@example.org")
    assert mail.person == turid.key
    assert "Leyla Demir nevnte deg i «Who has a drill?»:" in mail.text


def test_watching_is_told_here_and_by_mail_only_for_who_chose_it(thread):
    watch(thread, "jonas", "oona")
    choose_mail({"watched": True}, by=given.person("jonas"))
    given.post(thread, by="leyla")
    assert sorted(Mail.objects.values_list("to", flat=True)) == ["amina@example.org", "jonas@example.org"]


def test_an_edit_that_mentions_nobody_new_sends_nothing(thread):
    post = given.post(thread, "Ask @jonas-ek", by="leyla")
    mails = Mail.objects.count()
    actions.edit_post(post, "Please ask @jonas-ek", by=given.person("leyla"), seen_edits=0)
    assert (Mail.objects.count(), told()) == (mails, {"amina-warsame": "replied_to_yours", "jonas-ek": "mentioned"})


def test_mails_and_notices_of_a_refused_deed_do_not_exist(thread):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        given.post(thread, "Ask @jonas-ek", by="leyla")
        raise RuntimeError
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_the_page_of_notices_leads_to_the_post(thread):
    post = given.post(thread, by="leyla")
    page = given.said(given.client("amina").get("/notices"))
    assert "Leyla Demir replied in your thread “Who has a drill?”." in page
    opened = given.client("amina").get(f"/notices/{Notice.objects.get().pk}/go", follow=True)
    assert opened.redirect_chain[0] == (post.url, 302)


def test_in_a_thread_of_five_hundred_watchers_all_are_told_in_few_queries(thread, django_assert_max_num_queries):
    from dugnad.forum.models import ThreadReading
    from dugnad.people.models import Person

    people = Person.objects.bulk_create(
        [
            Person(name=f"P{n}", name_key=f"p{n}", handle=f"p{n}", email=f"p{n}@example.org", language="en")
            for n in range(120)
        ]
    )
    ThreadReading.objects.bulk_create(ThreadReading(person=one, thread=thread, attention="watch") for one in people)
    author = given.person("leyla")
    with django_assert_max_num_queries(40):
        actions.add_post(thread, "For all.", by=author)
    assert list(told().values()).count("post_watched") == 120
