"""Telling people: who is told, what they get, and that they get it once."""

from __future__ import annotations

import pytest
from django.core import signing
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from dugnad.kernel.audience import audience_of, viewer_of
from dugnad.kernel.models import Mail
from dugnad.notices import actions, kinds, queries
from dugnad.notices.mails import SALT
from dugnad.notices.models import Notice
from dugnad.people.models import Block, PlaceStewardship


def tell(persons, kind="replied", **changes):
    said = {
        "thing": "post:12",
        "within": "thread:3",
        "url": "/t/3/post/2",
        "title": "Who can lay out a poster?",
        **changes,
    }
    with transaction.atomic():
        return actions.tell(persons, kind, **said)


def test_a_person_gets_one_notice_with_what_it_is_about(kari, amal, members):
    assert tell([kari], actor=amal, audience=members) == {kari.pk}
    notice = Notice.objects.get()
    assert (notice.person, notice.actor, notice.kind) == (kari, amal, "replied")
    assert (notice.thing, notice.within, notice.url) == ("post:12", "thread:3", "/t/3/post/2")
    assert notice.read_at is None


def test_ids_do_as_well_as_rows(kari, amal, members):
    assert tell([kari.pk, kari], actor=amal, audience=members) == {kari.pk}
    assert Notice.objects.count() == 1


def test_telling_again_of_the_same_thing_changes_nothing_and_mails_nothing(kari, amal, members):
    tell([kari], actor=amal, audience=members)
    assert tell([kari], actor=amal, audience=members) == frozenset()
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 1)
    assert tell([kari], "mentioned", actor=amal, audience=members) == {kari.pk}


def test_nobody_is_told_of_what_they_did_themselves(amal, members):
    assert tell([amal], actor=amal, audience=members) == frozenset()


def test_who_blocks_the_actor_is_not_told(kari, amal, members):
    Block.objects.create(person=kari, blocked=amal)
    assert tell([kari], actor=amal, audience=members) == frozenset()
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_an_erased_person_is_not_told(make_person, amal, members):
    from django.utils import timezone

    gone = make_person("Gone", erased_at=timezone.now(), is_active=False)
    assert tell([gone.pk], actor=amal, audience=members) == frozenset()


def test_only_holders_of_a_key_are_told(make_person, kari, amal):
    steward = make_person("Ingeborg")
    PlaceStewardship.objects.create(person=steward)
    everyone = [kari, amal, steward]
    assert tell(everyone, audience=audience_of("stewards:place")) == {steward.pk}
    assert tell(everyone, thing="post:1", audience=audience_of(kari.key)) == {kari.pk}
    assert tell(everyone, thing="post:2", audience=audience_of()) == frozenset()
    assert tell(everyone, thing="post:3", audience=audience_of("unheard:7")) == frozenset()
    assert tell(everyone, thing="post:4", audience=audience_of("public")) == {one.pk for one in everyone}


def test_an_unknown_kind_is_a_mistake(kari, members):
    with pytest.raises(KeyError):
        tell([kari], "poked", audience=members)


def test_a_kind_is_registered_once_and_belongs_to_a_row_of_choices():
    with pytest.raises(ValueError, match="already registered"):
        kinds.register(kinds.NoticeKind("replied", "reply", "other", "other"))
    with pytest.raises(ValueError, match="poke"):
        kinds.register(kinds.NoticeKind("poked", "poke", "{name} poked you.", "Poke"))


def test_the_mail_says_what_it_quotes_what_to_do_why_and_who_can_read(kari, amal, members, settings):
    settings.URL = "https://dugnad.example"
    quote = "I can do it on Thursday evening.\n\nHow big should it be?"
    tell([kari], actor=amal, audience=members, quote=quote)
    mail = Mail.objects.get()
    stop = mail.headers["List-Unsubscribe"].strip("<>")
    assert mail.to == "kari@example.org"
    assert mail.subject == "Amal replied: Who can lay out a poster?"
    assert mail.text == (
        "Hello Kari,\n"
        "\n"
        "Amal replied in “Who can lay out a poster?”:\n"
        "\n"
        "> I can do it on Thursday evening.\n"
        ">\n"
        "> How big should it be?\n"
        "\n"
        "Read and reply: https://dugnad.example/t/3/post/2\n"
        "\n"
        "-- \n"
        "You get this because you wrote in the thread.\n"
        f"Stop emails about this thread: {stop}\n"
        "All your choices about emails: https://dugnad.example/me/notices\n"
        "Everyone with an account here can read this.\n"
    )
    assert stop.startswith("https://dugnad.example/me/notices/stop/")
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert signing.loads(stop.rpartition("/")[2], salt=SALT) == [kari.pk, "reply", "thread:3"]
    assert (mail.person, mail.audience, mail.kind) == (kari.key, members, "notice")


def test_without_a_quote_the_mail_says_it_in_one_sentence(kari, amal, members):
    tell([kari], actor=amal, audience=members)
    assert "\n\nAmal replied in “Who can lay out a poster?”.\n\nRead and reply: " in Mail.objects.get().text


def test_a_long_quote_is_cut_and_wrapped(kari, amal, members):
    tell([kari], actor=amal, audience=members, quote="ordet " * 400)
    quoted = [line for line in Mail.objects.get().text.splitlines() if line.startswith(">")]
    assert max(len(line) for line in quoted) <= 78
    assert quoted[-1].endswith("ordet …")
    assert sum(line.count("ordet") for line in quoted) == 200


def test_a_title_with_braces_is_only_text(kari, amal, members):
    tell([kari], actor=amal, audience=members, title="What is {name}? %(x)s {0}")
    assert Mail.objects.get().subject == "Amal replied: What is {name}? %(x)s {0}"


def test_mail_goes_to_those_who_want_it(make_person, kari, amal, members):
    actions.choose_mail({"reply": False, "watched": True}, by=kari)
    nils = make_person("Nils")
    no_address = make_person("Oline", email=None)
    tell([kari, nils, no_address], actor=amal, audience=members)
    assert list(Mail.objects.values_list("to", flat=True)) == ["nils@example.org"]
    Mail.objects.all().delete()
    tell([kari, nils], "post_watched", actor=amal, audience=members)
    assert list(Mail.objects.values_list("to", flat=True)) == ["kari@example.org"]


def test_a_stopped_thread_sends_no_mail_and_others_do(kari, amal, members):
    actions.stop_mail(actions.Stop(kari.pk, "reply", "thread:3"), by=kari)
    tell([kari], actor=amal, audience=members)
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 0)
    tell([kari], actor=amal, audience=members, thing="post:99", within="thread:4")
    assert Mail.objects.count() == 1


def test_a_rolled_back_deed_tells_nobody(kari, amal, members):
    with pytest.raises(RuntimeError), transaction.atomic():
        tell([kari], actor=amal, audience=members)
        raise RuntimeError
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_the_mail_says_who_can_read_to_each_reader(kari, amal, make_person):
    said = []

    def who(viewer):
        said.append(viewer.person_id)
        return f"Only you, {viewer.person_id}."

    tell([kari], actor=amal, audience=audience_of(kari.key, amal.key), who_can_read=who)
    assert said == [kari.pk]
    assert Mail.objects.get().text.endswith(f"\nOnly you, {kari.pk}.\n")


def test_telling_many_costs_no_more_reading_than_telling_one(make_person, kari, amal, members):
    many = [make_person(f"Person {n}") for n in range(5)]
    for person in (kari, *many):
        actions.choose_mail({"reply": False}, by=person)
    with CaptureQueriesContext(connection) as one:
        tell([kari.pk], actor=amal, audience=members)
    with CaptureQueriesContext(connection) as five:
        tell([person.pk for person in many], actor=amal, audience=members, thing="post:13")
    assert len(one) == len(five) == 9


def test_the_live_count_is_announced_to_each(kari, amal, members, announced):
    with announced() as sent:
        tell([kari], actor=amal, audience=members)
        tell([kari], actor=amal, audience=members, thing="post:13")
    assert sent == [
        {"person": kari.pk, "event": {"type": "notice", "unread": 1}},
        {"person": kari.pk, "event": {"type": "notice", "unread": 2}},
    ]


def test_the_count_leaves_out_what_can_no_longer_be_seen(kari, amal):
    steward_only = audience_of("stewards:place")
    row = PlaceStewardship.objects.create(person=kari)
    tell([kari], actor=amal, audience=steward_only)
    assert queries.unread_count(viewer_of(kari)) == 1
    row.delete()
    assert queries.unread_count(viewer_of(kari)) == 0
    assert list(queries.notices_of(viewer_of(kari))) == []
    assert actions.forget_unseen(kari) == 1
    assert Notice.objects.count() == 0
