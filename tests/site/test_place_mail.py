"""Where mail leaves from: what stewards type, what the environment says, and what is told when it does not work."""

from __future__ import annotations

import smtplib
import socket
import ssl

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult

from dugnad.kernel import outbox, post_office
from dugnad.kernel.outbox import Mail, deliver_due, send_mail
from dugnad.kernel.place import Place, the_place
from dugnad.kernel.sealing import seal, unseal
from dugnad.site.place_settings_actions import choose_mail_server
from tests import given

# The server of these tests listens on loopback, where nothing needs to be encrypted.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")]

SECRET = "four words and a comma"


class Letterbox(Message):
    """Keeps what a mail server was given."""

    def __init__(self):
        super().__init__()
        self.letters = []

    def handle_message(self, message):
        self.letters.append(message)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def server():
    """A mail server on loopback that wants a password."""
    letterbox = Letterbox()

    def check(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=data.login == b"linden" and data.password == SECRET.encode(), handled=False)

    controller = Controller(
        letterbox, hostname="127.0.0.1", port=free_port(), authenticator=check, auth_require_tls=False,
        auth_required=True,
    )  # fmt: skip
    controller.start()
    letterbox.port = controller.port
    yield letterbox
    controller.stop()


@pytest.fixture
def place(settings):
    """A place whose environment says nothing about mail."""
    settings.EMAIL_BACKEND, settings.DEMO, settings.MAIL_FROM_GIVEN = post_office.NOWHERE, False, False
    Place(pk=1, name="Linden", languages=["en"], opened_at="2023-06-05T12:00Z").save()
    gunnel = given.steward("gunnel")
    gunnel.language = "en"
    gunnel.save()
    return gunnel


def typed(server, **changes) -> dict[str, object]:
    return {
        "name": "", "address": "post@linden.example", "reply_to": "answers@linden.example", "host": "127.0.0.1",
        "security": "none", "port": server.port, "user": "linden", "password": SECRET, "seen": 0, **changes,
    }  # fmt: skip


def test_mail_leaves_through_the_server_that_a_steward_typed(place, server):
    owner = given.client("gunnel")
    assert owner.post("/place/settings/mail", typed(server)).status_code == 302
    send_mail("leyla@example.org", "Hej", "Hej\n", kind="notice")
    assert deliver_due() == 1
    (letter,) = server.letters
    assert (letter["From"], letter["Reply-To"]) == ("Linden <post@linden.example>", "answers@linden.example")


def test_the_password_is_sealed_never_shown_and_in_no_log(place, server):
    owner = given.client("gunnel")
    owner.post("/place/settings/mail", typed(server))
    row = the_place()
    assert SECRET not in row.mail_password
    assert SECRET not in str(row.mail)
    assert unseal(row.mail_password) == SECRET
    page = given.said(owner.get("/place/settings/mail"))
    assert SECRET not in page
    assert "One is saved. It is not shown again" in page
    log = given.said(given.client("oona").get("/place/log"))
    assert SECRET not in log
    assert "127.0.0.1" not in log
    assert "Mail server: changed" in log
    assert "Password on the mail server: changed" in log


def test_a_password_is_kept_when_it_is_left_empty_and_dropped_when_the_server_is_another_one(place, server):
    owner = given.client("gunnel")
    owner.post("/place/settings/mail", typed(server))
    owner.post("/place/settings/mail", typed(server, password="", name="Lindgården", seen=1))
    assert unseal(the_place().mail_password) == SECRET
    owner.post("/place/settings/mail", typed(server, password="", host="mail.evil.example", seen=2))
    assert the_place().mail_password == ""


def test_with_another_secret_key_a_sealed_password_is_gone_and_mail_says_so(place, server, settings):
    sealed = seal(SECRET)
    settings.SECRET_KEY = "another key"
    assert unseal(sealed) is None
    assert unseal("nonsense") is None
    assert (seal(""), unseal("")) == ("", "")


def test_without_a_server_mail_waits_and_is_given_up_after_three_days(place):
    mail = send_mail("leyla@example.org", "Hej", "Hej\n", kind="notice")
    assert deliver_due() == 0
    mail.refresh_from_db()
    assert (mail.sent_at, mail.given_up_at) == (None, None)
    Mail.objects.update(created_at=mail.created_at - outbox.GIVE_UP_AFTER - outbox.GIVE_UP_AFTER)
    assert deliver_due() == 0
    mail.refresh_from_db()
    assert (mail.given_up_at is not None, mail.trouble) == (True, "no mail server")


def test_what_the_environment_says_goes_first_and_is_not_asked_for(place, settings):
    choose_mail_server(mail={"host": "mail.linden.example", "address": "a@linden.example"}, by=place)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.MAIL_FROM_GIVEN = post_office.SMTP, "mail.example.org", True
    settings.DEFAULT_FROM_EMAIL = "Samla <post@example.org>"
    way = post_office.route()
    assert (way.connection.host, way.sender) == ("mail.example.org", "Samla <post@example.org>")
    page = given.said(given.client("gunnel").get("/place/settings/mail"))
    assert page.count("is set by the server’s environment") == 2
    for name in ("host", "user", "password", "address"):
        assert f'name="{name}"' not in page
    assert 'name="reply_to"' in page
    given.client("gunnel").post("/place/settings/mail", {"reply_to": "x@linden.example", "seen": 1})
    assert the_place().mail == {
        "host": "mail.linden.example",
        "address": "a@linden.example",
        "reply_to": "x@linden.example",
    }


def test_the_button_sends_a_mail_to_the_steward_and_says_so(place, server):
    owner = given.client("gunnel")
    owner.post("/place/settings/mail", typed(server))
    page = given.said(owner.post("/place/settings/mail/try"))
    assert "The server took an email to gunnel@example.org. Look there." in page
    assert server.letters[0]["Subject"] == "Mail from Linden works"
    assert Mail.objects.count() == 0


def test_the_button_says_in_a_sentence_what_went_wrong(place, server):
    owner = given.client("gunnel")
    assert "No mail server is set yet." in given.said(owner.post("/place/settings/mail/try"))
    owner.post("/place/settings/mail", typed(server, password="wrong"))
    page = given.said(owner.post("/place/settings/mail/try"))
    assert "127.0.0.1 does not take this user name and password." in page
    owner.post("/place/settings/mail", typed(server, port=free_port(), seen=1))
    assert "Nobody answers at 127.0.0.1 on this port." in given.said(owner.post("/place/settings/mail/try"))
    assert given.client("leyla").post("/place/settings/mail/try").status_code == 404
    assert owner.get("/place/settings/mail/try").status_code == 405


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (socket.gaierror(), "There is no server called h."),
        (TimeoutError(), "does not answer within ten seconds"),
        (ssl.SSLCertVerificationError(), "a certificate that is not valid"),
        (ssl.SSLError(), "does not speak this kind of encryption"),
        (smtplib.SMTPNotSupportedError(), "offers no encryption"),
        (smtplib.SMTPSenderRefused(550, b"", "x"), "does not send mail from this sender"),
        (smtplib.SMTPRecipientsRefused({}), "does not take mail for your address"),
        (smtplib.SMTPServerDisconnected(), "hung up"),
        (OSError("secret@example.org"), "cannot be reached"),
        (ValueError("secret@example.org"), "could not be used (ValueError)"),
    ],
)
def test_every_trouble_has_a_sentence_without_what_the_server_said(trouble, words):
    sentence = post_office.what_went_wrong(trouble, "h")
    assert words in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"host": "mail example"}, "host"),
        ({"host": "http://mail.example"}, "host"),
        ({"port": "70000"}, "port"),
        ({"security": "hope"}, "security"),
        ({"address": ""}, "address"),
        ({"reply_to": "a@b\r\nBcc: x@example.org"}, "reply_to"),
        ({"name": "x" * 61}, "name"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_saved(place, server, changes, field):
    answer = given.client("gunnel").post("/place/settings/mail", typed(server, **changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert the_place().mail == {}


def test_a_name_with_a_line_break_makes_no_header_of_its_own(place):
    choose_mail_server(mail={"host": "h", "address": "a@b.example", "name": "X\r\nBcc: y@example.org"}, by=place)
    way = post_office.route()
    message = post_office.message(way, "z@example.org", "S", "T", {})
    with pytest.raises(ValueError, match="newline"):
        message.message()
