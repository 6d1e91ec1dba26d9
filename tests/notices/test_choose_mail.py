"""What comes by mail: choosing it here, and stopping it from the mail itself."""

from __future__ import annotations

import pytest
import time_machine
from django.core import signing
from django.test import Client

from dugnad.kernel.models import Mail
from dugnad.notices import actions, queries
from dugnad.notices.hooks import erase_notices, export_notices
from dugnad.notices.mails import SALT, Stop, stop_link, stop_of
from dugnad.notices.models import MailStop, Notice, Preference

pytestmark = pytest.mark.django_db
DEFAULTS = {
    "mention": True,
    "reply": True,
    "watched": False,
    "group": True,
    "place": False,
    "care": True,
    "planned": True,
    "searches": False,
}


def path_of(person, what="reply", within="") -> str:
    return stop_link(Stop(person.pk, what, within)).partition("8000")[2]


def test_before_anybody_chose_mentions_replies_and_groups_come_by_mail(kari):
    assert queries.choices_of(kari) == DEFAULTS


def test_choosing_one_leaves_the_others(kari):
    actions.choose_mail({"reply": False, "unheard": True}, by=kari)
    actions.choose_mail({"watched": True}, by=kari)
    assert queries.choices_of(kari) == DEFAULTS | {"reply": False, "watched": True}
    assert Preference.objects.get().by_mail == {"reply": False, "watched": True}


def test_the_page_has_a_box_for_each_and_saves_them(client, kari):
    client.force_login(kari)
    page = client.get("/me/notices").content.decode()
    assert page.count('type="checkbox"') == 7
    assert "Somebody asks to come in" not in page  # there is nothing to choose: the hall people writes that mail
    answer = client.post("/me/notices", {"watched": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/me/notices")
    nothing_but_watched = dict.fromkeys(DEFAULTS, False) | {"watched": True}
    assert queries.choices_of(kari) == nothing_but_watched


def test_a_page_sent_with_no_box_ticked_stops_all(client, kari):
    client.force_login(kari)
    client.post("/me/notices", {})
    assert set(queries.choices_of(kari).values()) == {False}


def test_opening_the_link_of_a_mail_changes_nothing_and_the_button_stops_it_without_signing_in(client, kari):
    path = path_of(kari)
    page = client.get(path)
    assert (page.status_code, "Stop emails about replies" in page.content.decode()) == (200, True)
    assert queries.choices_of(kari)["reply"] is True
    done = client.post(path)
    assert (done.status_code, "There will be no more emails about replies." in done.content.decode()) == (200, True)
    assert queries.choices_of(kari) == DEFAULTS | {"reply": False}


def test_a_mail_program_stops_it_with_one_click_and_without_a_token_of_ours(kari):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(path_of(kari, within="thread:3"), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert list(MailStop.objects.values_list("person", "within")) == [(kari.pk, "thread:3")]
    browser.post(path_of(kari, within="thread:3"))
    assert MailStop.objects.count() == 1
    assert queries.choices_of(kari) == DEFAULTS


def test_the_page_of_the_link_says_nothing_about_the_person_or_the_thread(client, kari, amal, members):
    said = {"thing": "post:1", "within": "thread:3", "url": "/t/3", "title": "Bait title"}
    actions.tell([kari], "replied", actor=amal, audience=members, **said)
    page = client.get(path_of(kari, within="thread:3")).content.decode()
    assert ("Bait" in page, "Kari" in page, "kari@" in page) == (False, False, False)


@pytest.mark.parametrize("token", ["nonsense", "WzEsInJlcGx5IiwiIl0:1abcde:forged-signature", "…"])
def test_a_link_that_nobody_here_wrote_is_not_found(client, kari, token):
    assert client.get(f"/me/notices/stop/{token}").status_code == 404
    assert client.post(f"/me/notices/stop/{token}").status_code == 404
    assert stop_of(token) is None
    forged = signing.dumps([kari.pk, "reply", ""], salt="another purpose")
    assert client.post(f"/me/notices/stop/{forged}").status_code == 404
    assert queries.choices_of(kari) == DEFAULTS


def test_a_link_ends_after_a_year(client, kari):
    with time_machine.travel("2023-06-05 12:00:00Z"):
        path = path_of(kari)
    with time_machine.travel("2024-06-07 12:00:00Z"):
        answer = client.post(path)
    assert (answer.status_code, "This link has ended" in answer.content.decode()) == (410, True)
    assert queries.choices_of(kari) == DEFAULTS


def test_the_link_of_somebody_who_is_gone_is_not_found(client, kari):
    path = path_of(kari)
    kari.delete()
    assert client.post(path).status_code == 404


def test_stopped_threads_can_come_again(client, kari):
    for thread in (1, 2):
        actions.stop_mail(Stop(kari.pk, "reply", f"thread:{thread}"), by=kari)
    client.force_login(kari)
    assert "You stopped emails about 2 threads." in client.get("/me/notices").content.decode()
    assert client.post("/me/notices/resume")["Location"] == "/me/notices"
    assert MailStop.objects.count() == 0


def test_a_signature_of_a_stop_is_good_for_nothing_else(kari):
    token = stop_link(Stop(kari.pk, "reply", "thread:3")).rpartition("/")[2]
    assert signing.loads(token, salt=SALT) == [kari.pk, "reply", "thread:3"]
    with pytest.raises(signing.BadSignature):
        signing.loads(token, salt="django.core.signing")


def test_what_is_kept_is_exported_and_erased(kari, amal, members):
    said = {"within": "thread:3", "url": "/t/3", "title": "Title"}
    actions.tell([kari], "replied", actor=amal, audience=members, thing="post:1", note="A note", **said)
    actions.tell([amal], "replied", actor=kari, audience=members, thing="post:2", note="Bait", **said)
    actions.stop_mail(Stop(kari.pk, "reply", "thread:9"), by=kari)
    actions.choose_mail({"mention": False}, by=kari)
    name, data, files, _sentence = export_notices(kari)
    assert (name, files, data["no_mail_about"]) == ("notices", {}, ["thread:9"])
    assert data["by_mail"] == DEFAULTS | {"mention": False}
    assert [(row["sentence"], row["note"], row["read_at"]) for row in data["notices"]] == [
        ("Amal replied in “Title”.", "A note", None)
    ]
    erase_notices(kari, leave_posts=False)
    assert list(Notice.objects.values_list("person", "actor", "note")) == [(amal.pk, None, "")]
    assert (Preference.objects.count(), MailStop.objects.count()) == (0, 0)
    assert list(Mail.objects.values_list("person", flat=True)) == [amal.key]
