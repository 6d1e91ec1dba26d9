"""What the doctor says of the way that mail takes: mail servers of our own."""

from __future__ import annotations

import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from dugnad.kernel.place import Place
from dugnad.kernel.sealing import seal
from dugnad.site.doctor.mail import mail_has_a_server, mail_has_a_way
from tests.site.test_doctor import said

pytestmark = pytest.mark.django_db


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def smtp(settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


def test_a_mail_server_that_answers_and_one_that_does_not(settings):
    class Silent:
        pass

    port = free_port()
    smtp(settings, port)
    assert said(mail_has_a_way) == [("wrong", "Nobody answers at 127.0.0.1 on this port. Look at the port once more.")]
    server = Controller(Silent(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        assert said(mail_has_a_way) == [("fine", "The mail server 127.0.0.1 answers and lets this place in.")]
    finally:
        server.stop()


def test_a_mail_server_that_takes_the_password_and_one_that_does_not(settings):
    class Silent:
        pass

    def knows(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"linden", b"right"), handled=False)

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    server = Controller(Silent(), hostname="127.0.0.1", port=free_port(), authenticator=knows, auth_require_tls=False)
    server.start()
    try:
        port = server.port
        mail = {"host": "127.0.0.1", "port": port, "user": "linden", "security": "none"}
        place = Place.objects.create(mail=mail, mail_password=seal("right"))
        assert said(mail_has_a_way) == [("fine", "The mail server 127.0.0.1 answers and lets this place in.")]
        place.mail_password = seal("wrong")
        place.save()
        refused = "127.0.0.1 does not take this user name and password. Type the password once more."
        assert said(mail_has_a_way) == [("wrong", refused)]
        place.mail = {**mail, "security": "starttls"}
        place.save()
        plain = "127.0.0.1 offers no encryption or no signing in on this port. Try another port."
        assert said(mail_has_a_way) == [("wrong", plain)]
    finally:
        server.stop()
    assert said(mail_has_a_server) == [("fine", "Mail leaves through 127.0.0.1.")]
