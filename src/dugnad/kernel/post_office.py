"""Where mail leaves from: what the server's environment says, else what the stewards said on the place's pages.

Without either, mail waits in the outbox. The demo sends nothing and shows every mail on a page.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from dugnad.kernel.place import Place, the_place
from dugnad.kernel.sealing import unseal

SECURITIES = ("starttls", "ssl", "none")
PORTS = {"starttls": 587, "ssl": 465, "none": 25}
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
TRY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Route:
    """How a mail leaves: an open way to a server, who it comes from, and where an answer goes."""

    connection: Any
    sender: str
    reply_to: tuple[str, ...]


def route(timeout: int = 20) -> Route | None:
    """The way that mail takes now; None while there is none and mail must wait. `timeout` in seconds."""
    place = the_place()
    connection = _connection(place, timeout)
    if connection is None:
        return None
    reply_to = place.mail.get("reply_to", "")
    return Route(connection, sender(place), (reply_to,) if reply_to else ())


def sender(place: Place) -> str:
    """Who mails come from. The environment goes before the place's own words."""
    own = place.mail.get("address", "")
    if settings.MAIL_FROM_GIVEN or not own:
        return str(settings.DEFAULT_FROM_EMAIL)
    return formataddr((place.mail.get("name") or place.name, own))


def server_is_given() -> bool:
    """Does the environment say which server mail goes through."""
    return bool(settings.EMAIL_BACKEND != NOWHERE)


def _connection(place: Place, timeout: int) -> Any:
    if server_is_given() or (settings.DEMO and not place.mail.get("host")):
        return get_connection(timeout=timeout)
    if not place.mail.get("host"):
        return None
    security = place.mail.get("security", "starttls")
    return get_connection(
        SMTP,
        host=place.mail["host"],
        port=place.mail.get("port") or PORTS[security],
        username=place.mail.get("user", ""),
        password=unseal(place.mail_password) or "",
        use_tls=security == "starttls",
        use_ssl=security == "ssl",
        timeout=timeout,
    )


def message(way: Route, to: str, subject: str, text: str, headers: dict[str, str]) -> EmailMessage:
    """One mail, ready to leave by this way."""
    return EmailMessage(
        subject, text, way.sender, [to], reply_to=way.reply_to, headers=headers, connection=way.connection
    )


def what_went_wrong(trouble: BaseException, host: str) -> str:
    """A sentence for a steward: why a mail did not leave, and what to look at. Nothing of what the server said is repeated,
    since it may quote addresses.
    """
    for kinds, sentence in _sentences():
        if isinstance(trouble, kinds):
            return sentence.format(host=host)
    return _("The mail server {host} could not be used ({kind}).").format(host=host, kind=type(trouble).__name__)


def _sentences() -> list[tuple[tuple[type[BaseException], ...], str]]:
    """The narrower kinds first: many of them are kinds of OSError."""
    return [
        ((socket.gaierror,), _("There is no server called {host}. Look at the name once more.")),
        ((ConnectionRefusedError,), _("Nobody answers at {host} on this port. Look at the port once more.")),
        ((TimeoutError,), _("{host} does not answer within ten seconds. Perhaps a firewall keeps this port closed.")),
        (
            (ssl.SSLCertVerificationError,),
            _("{host} shows a certificate that is not valid for this name. Look at the name once more."),
        ),
        ((ssl.SSLError,), _("{host} does not speak this kind of encryption on this port. Try the other one.")),
        (
            (smtplib.SMTPAuthenticationError,),
            _("{host} does not take this user name and password. Type the password once more."),
        ),
        (
            (smtplib.SMTPNotSupportedError,),
            _("{host} offers no encryption or no signing in on this port. Try another port."),
        ),
        (
            (smtplib.SMTPSenderRefused,),
            _("{host} does not send mail from this sender. Use an address that belongs to this account."),
        ),
        (
            (smtplib.SMTPRecipientsRefused,),
            _("{host} does not take mail for your address. Perhaps it wants a user name and a password first."),
        ),
        ((smtplib.SMTPServerDisconnected,), _("{host} hung up. Perhaps the port wants another kind of encryption.")),
        ((OSError,), _("{host} cannot be reached from here. Look at the network of the server.")),
    ]
