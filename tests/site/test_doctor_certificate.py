"""What the doctor says of certificates: doors of our own, with certificates of our own."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dugnad.site.doctor.certificate import certificate_lasts


@contextmanager
def https(folder: Path, days: int, name: str = "localhost") -> Iterator[tuple[str, ssl.SSLContext]]:
    """A door with a certificate of our own that ends in so many days, and the trust in it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=90))
        .not_valid_after(now + datetime.timedelta(days=days, hours=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            line, _address = listening.accept()
            try:
                context.wrap_socket(line, server_side=True).close()
            except OSError:
                line.close()

        thread = threading.Thread(target=answer)
        thread.start()
        yield (
            f"https://localhost:{listening.getsockname()[1]}",
            ssl.create_default_context(cafile=str(folder / "certificate")),
        )
        thread.join()


@pytest.mark.parametrize(
    ("days", "name", "found"),
    [
        (40, "localhost", ("fine", "The certificate of localhost lasts 40 days.")),
        (3, "localhost", ("wrong", "The certificate of localhost ends in 3 days.")),
        (-2, "localhost", ("wrong", "The certificate of localhost has ended: browsers warn of the place.")),
        (40, "elsewhere", ("wrong", "The certificate of localhost is not valid for it: browsers warn of the place.")),
    ],
)
def test_a_certificate_that_lasts_ends_soon_or_is_for_somebody_else(days, name, found, tmp_path):
    with https(tmp_path, days, name) as (url, trust):
        one = certificate_lasts(url, trust)
    assert (one.stands, one.says) == found


def test_a_place_that_cannot_be_reached_from_here_is_not_called_wrong():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    one = certificate_lasts(f"https://localhost:{port}")
    assert (one.stands, one.says) == (
        "look",
        "localhost cannot be reached from here, so its certificate was not looked at.",
    )
    assert certificate_lasts("http://localhost").stands == "fine"
