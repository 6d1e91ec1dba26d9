"""The certificate that people are shown at the place's address."""

from __future__ import annotations

import socket
import ssl
import time
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.site.doctor.finding import Finding, fine, look, wrong

SECONDS = 10
SOON_DAYS = 14
DAY = 24 * 3600
EXPIRED = 10  # OpenSSL's number for it


def certificate_lasts(url: str, trust: ssl.SSLContext | None = None) -> Finding:
    """Whether the certificate at this address is valid for its name and for two weeks more. `trust` is left out but in tests."""
    address = urlsplit(url)
    host, port = address.hostname or "", address.port or 443
    if address.scheme != "https":
        return fine("certificate", _("The place has no https address, so there is no certificate."))
    try:
        with (
            socket.create_connection((host, port), timeout=SECONDS) as line,
            (trust or ssl.create_default_context()).wrap_socket(line, server_hostname=host) as safe,
        ):
            ends = ssl.cert_time_to_seconds(str((safe.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as trouble:
        return _refused(host, trouble.verify_code == EXPIRED)
    except (OSError, KeyError):
        return look(
            "certificate",
            _("%(host)s cannot be reached from here, so its certificate was not looked at.") % {"host": host},
            _("Open the address from outside. Some networks keep a machine from reaching its own address."),
        )
    days = int((ends - time.time()) // DAY)
    if days < SOON_DAYS:
        return wrong(
            "certificate",
            ngettext(
                "The certificate of %(host)s ends in %(count)d day.",
                "The certificate of %(host)s ends in %(count)d days.",
                days,
            )
            % {"host": host, "count": days},
            _("Have the proxy renew it now; most do so by themselves a month before the end, so look why it did not."),
        )
    return fine(
        "certificate",
        ngettext(
            "The certificate of %(host)s lasts %(count)d day.",
            "The certificate of %(host)s lasts %(count)d days.",
            days,
        )
        % {"host": host, "count": days},
    )


def _refused(host: str, expired: bool) -> Finding:
    says = (
        _("The certificate of %(host)s has ended: browsers warn of the place.")
        if expired
        else _("The certificate of %(host)s is not valid for it: browsers warn of the place.")
    )
    return wrong("certificate", says % {"host": host}, _("Have the proxy renew it now."))
