"""Trying whether mail leaves: one mail to the steward who asks, sent while they wait, and the answer in a sentence."""

from __future__ import annotations

from email.utils import make_msgid

from django.conf import settings
from django.utils.translation import gettext as _

from dugnad.kernel import post_office
from dugnad.kernel.place import the_place
from dugnad.kernel.policies import require
from dugnad.people.models import Person
from dugnad.site.place_policies import can_settle_place


def try_mail(*, by: Person) -> str:
    """Send a mail to `by` now, past the outbox; answers with what went wrong, empty when the server took it.

    No transaction is open meanwhile: a server that does not answer keeps nobody else waiting.
    """
    require(can_settle_place(by))
    place = the_place()
    if not by.email:
        return _("Your account has no email address.")
    host = settings.EMAIL_HOST if post_office.server_is_given() else place.mail.get("host", "")
    way = post_office.route(timeout=post_office.TRY_SECONDS)
    if way is None:
        return _("No mail server is set yet. Say which one takes mail for this place, and save.")
    subject = _("Mail from {place} works").format(place=place.name)
    text = _("You asked {place} to send this, to see whether mail leaves. It does.").format(place=place.name)
    headers = {"Message-ID": make_msgid(domain=settings.MAIL_DOMAIN), "Auto-Submitted": "auto-generated"}
    try:
        post_office.message(way, by.email, subject, f"{text}\n", headers).send()
    except Exception as trouble:  # noqa: BLE001 - whatever a mail server does, the steward is told in a sentence
        return post_office.what_went_wrong(trouble, str(host))
    finally:
        way.connection.close()
    return ""
