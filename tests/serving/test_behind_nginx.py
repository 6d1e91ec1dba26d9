"""The example for nginx in docs/running.md, run as it stands there before a real house on loopback."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.sync.client import connect

from tests.house.tree import ROOT

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
NAME = "samla.example.org"
pytestmark = [pytest.mark.processes, pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine")]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def written_certificate(folder: Path) -> None:
    """A certificate of our own for the name in the example."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def example(folder: Path, http: int, https: int, house: int) -> str:
    """The block of the page, with ports and paths of this test in place of those of a server."""
    page = (ROOT / "docs/running.md").read_text()
    (block,) = [one for one in re.findall(r"```nginx\n(.*?)```", page, re.DOTALL) if "ssl_certificate_key" in one]
    changes = {
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{https} ssl http2;",
        "listen [::]:443 ssl http2;": "",
        "/etc/letsencrypt/live/samla.example.org": str(folder),
        "/var/log/nginx/dugnad.log": str(folder / "error.log"),
        "http://127.0.0.1:8000": f"http://127.0.0.1:{house}",
    }
    for before, after in changes.items():
        assert before in block, before
        block = block.replace(before, after)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Its workers must be able to write into the folder of the test.
    user = "user root;\n" if os.geteuid() == 0 else ""
    head = f"{user}daemon off;\npid {folder}/pid;\nevents {{}}\n"
    return f"{head}http {{\naccess_log {folder}/access.log;\n{temporary}{block}\n}}\n"


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int, Path]]:
    """nginx before a house: the ports for http and https, and the folder of nginx."""
    folder, data = tmp_path_factory.mktemp("nginx"), tmp_path_factory.mktemp("house")
    http, https, port = free_port(), free_port(), free_port()
    written_certificate(folder)
    (folder / "nginx.conf").write_text(example(folder, http, https, port))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DUGNAD_", "DJANGO_"))}
    environ = {
        **kept, "PYTHONPATH": f"{ROOT / 'src'}", "DUGNAD_DATA_DIR": str(data), "DUGNAD_PORT": str(port),
        "DUGNAD_URL": f"https://{NAME}", "DUGNAD_TRUST_PROXY": "yes", "DUGNAD_LOG": "json", "DUGNAD_LOG_REQUESTS": "yes",
        "DUGNAD_METRICS_TOKEN": "a token for this test",
    }  # fmt: skip
    with (data / "log").open("w") as log:
        house = subprocess.Popen(
            [sys.executable, "-m", "dugnad", "serve", "--empty"], env=environ, stdout=log, stderr=log, cwd=data
        )
        nginx = subprocess.Popen([str(NGINX), "-e", f"{folder}/start.log", "-c", f"{folder}/nginx.conf"], stderr=log)
        try:
            until_ready(port)
            yield http, https, data
        finally:
            for process in (nginx, house):
                process.terminate()
                process.wait(60)


def until_ready(port: int) -> None:
    for _time in range(600):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").text == "ready\n":
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the house did not get ready")


@pytest.fixture
def browser(street: tuple[int, int, Path]) -> Iterator[httpx.Client]:
    _http, https, _data = street
    headers = {"host": NAME, "x-forwarded-for": "198.51.100.7", "accept-language": "en"}
    with httpx.Client(base_url=f"https://127.0.0.1:{https}", verify=False, headers=headers) as client:
        yield client


def test_a_page_comes_over_https_with_the_headers_of_a_place_that_has_it(browser):
    answer = browser.get("/about")
    assert (answer.status_code, "<html" in answer.text) == (200, True)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert f'href="https://{NAME}/' in answer.text or "noindex" in answer.text
    assert "Secure" in browser.get("/sign-in/").headers["set-cookie"]


def test_plain_http_is_led_to_https(street):
    http, _https, _data = street
    answer = httpx.get(f"http://127.0.0.1:{http}/about", headers={"host": NAME})
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://{NAME}/about")


def test_a_form_goes_through(browser):
    page = browser.get("/sign-in/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    answer = browser.post(
        "/sign-in/",
        data={"csrfmiddlewaretoken": token, "email": "nobody@example.org"},
        headers={"origin": f"https://{NAME}", "referer": f"https://{NAME}/sign-in/"},
    )
    assert answer.status_code in (200, 302)


def test_the_live_socket_opens_through_the_proxy(street):
    _http, https, _data = street
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    headers = {"Host": NAME}
    with socket.create_connection(("127.0.0.1", https)) as line, connect(
        f"wss://{NAME}/live", sock=line, ssl=context, server_hostname=NAME, origin=f"https://{NAME}", proxy=None,
        additional_headers={name: value for name, value in headers.items() if name != "Host"},
    ) as live:  # fmt: skip
        live.ping().wait(10)
        assert live.state.name == "OPEN"


def test_a_body_may_be_as_large_as_the_house_takes_and_no_larger(browser):
    large = browser.post("/groups/import", content=b"x" * 24 * 1024 * 1024)
    assert large.status_code in (302, 403)
    assert browser.post("/groups/import", content=b"x" * 28 * 1024 * 1024).status_code == 413


def test_metrics_are_not_for_the_street(browser):
    assert browser.get("/metrics").status_code == 404
    assert browser.get("/metrics", headers={"authorization": "Bearer a token for this test"}).status_code == 404


def test_nothing_of_a_visit_is_written_anywhere(browser, street):
    browser.get("/people/zebra-baitsson?q=kitchen", headers={"user-agent": "ZebraBrowser/7"})
    _http, _https, data = street
    said = (data / "log").read_text()
    assert '"door": "' in said
    assert {word for word in ("zebra", "kitchen", "Zebra", "198.51", "127.0.0.1:") if word in said} == set()
