"""Mail as rows: written with the deed, sent by a real mail server, retried when it is down, forgotten after a week."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.db import transaction
from django.utils import timezone
from tests import given

from dugnad.kernel import outbox
from dugnad.kernel.audience import audience_of
from dugnad.kernel.outbox import Mail, deliver_due, forget_sent, send_mail

pytestmark = pytest.mark.django_db


class Letterbox(Message):
    """Keeps what a mail server was given."""

    def __init__(self):
        super().__init__()
        self.letters = []

    def handle_message(self, message):
        self.letters.append(message)


@pytest.fixture
def server(settings):
    """A mail server on loopback that the house sends through."""
    letterbox = Letterbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(letterbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield letterbox
    controller.stop()


@pytest.fixture
def no_server(settings):
    """Nobody listens where the mail server should be."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


def test_a_mail_arrives_as_it_was_written(server):
    send_mail("amina@example.org", "Hej Amina", "Två rader\noch en till.\n", kind="notice", headers={"X-Why": "asked"})
    assert deliver_due() == 1
    (letter,) = server.letters
    assert (letter["To"], letter["Subject"], letter["X-Why"], letter["Auto-Submitted"]) == (
        "amina@example.org", "Hej Amina", "asked", "auto-generated",
    )  # fmt: skip
    assert letter.get_payload(decode=True).decode() == "Två rader\r\noch en till.\r\n"
    assert letter["Message-ID"] == Mail.objects.get().message_id


def test_it_is_sent_once(server):
    send_mail("amina@example.org", "Once", "Text", kind="notice")
    assert (deliver_due(), deliver_due(), len(server.letters)) == (1, 0, 1)


def test_a_deed_that_is_rolled_back_sends_nothing(server):
    with pytest.raises(RuntimeError), transaction.atomic():
        send_mail("amina@example.org", "Never", "Text", kind="notice")
        raise RuntimeError
    assert (deliver_due(), server.letters) == (0, [])


def test_a_line_break_in_a_subject_makes_no_header(server):
    send_mail("amina@example.org", "Hello\r\nBcc: all@example.org", "Text", kind="notice")
    deliver_due()
    assert (server.letters[0]["Subject"], server.letters[0]["Bcc"]) == ("Hello Bcc: all@example.org", None)


def test_a_server_that_is_down_delays_the_mail_and_backs_off(no_server):
    send_mail("amina@example.org", "Later", "Text", kind="notice")
    before = timezone.now()
    assert deliver_due() == 0
    mail = Mail.objects.get()
    assert (mail.tries, mail.sent_at, mail.given_up_at, mail.trouble) == (1, None, None, "ConnectionRefusedError")
    assert timedelta(seconds=50) < mail.due_at - before < timedelta(seconds=90)
    assert deliver_due() == 0
    assert Mail.objects.get().tries == 1
    Mail.objects.update(due_at=timezone.now())
    deliver_due()
    mail = Mail.objects.get()
    assert mail.tries == 2
    assert timedelta(seconds=110) < mail.due_at - timezone.now() < timedelta(seconds=130)


def test_when_the_server_is_back_it_leaves(no_server, request):
    send_mail("amina@example.org", "Later", "Text", kind="notice")
    deliver_due()
    letterbox = request.getfixturevalue("server")
    Mail.objects.update(due_at=timezone.now())
    assert (deliver_due(), len(letterbox.letters)) == (1, 1)


def test_after_three_days_of_trying_it_is_given_up(no_server):
    mail = send_mail("amina@example.org", "Never", "Text", kind="notice")
    Mail.objects.update(created_at=timezone.now() - outbox.GIVE_UP_AFTER - timedelta(minutes=1))
    deliver_due()
    mail.refresh_from_db()
    assert mail.given_up_at is not None
    Mail.objects.update(due_at=timezone.now())
    assert deliver_due() == 0


def test_a_mail_about_what_one_may_no_longer_see_does_not_leave(server):
    group = given.group(members=("leyla",))
    leyla = given.person("leyla")
    send_mail(leyla.email, "Inside", "Bait", kind="notice", person=leyla.key, audience=audience_of(group.key))
    group.memberships.filter(person=leyla).delete()
    assert (deliver_due(), server.letters) == (0, [])
    mail = Mail.objects.get(person=leyla.key)
    assert (mail.given_up_at is not None, mail.subject, mail.text) == (True, "", "")


def test_one_claimed_by_another_worker_is_left_to_it(server):
    mail = send_mail("amina@example.org", "Claimed", "Text", kind="notice")
    Mail.objects.update(due_at=timezone.now() + timedelta(minutes=10))
    assert (outbox._deliver(mail.pk, None), server.letters) == (0, [])


def test_a_week_after_it_left_nothing_of_it_is_kept_but_that_it_left(server):
    send_mail("amina@example.org", "Old", "Text", kind="notice", headers={"X-Why": "asked"})
    send_mail("leyla@example.org", "New", "Text", kind="notice")
    deliver_due()
    Mail.objects.filter(subject="Old").update(sent_at=timezone.now() - outbox.KEEP_SENT.time - timedelta(minutes=1))
    assert forget_sent() == "1 mails emptied"
    old, new = Mail.objects.order_by("pk")
    assert (old.to, old.text, old.headers) == ("", "", {})
    assert (new.to, new.text) == ("leyla@example.org", "Text")
