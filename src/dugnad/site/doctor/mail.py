"""Does mail leave."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.kernel import post_office
from dugnad.kernel.outbox import Mail
from dugnad.kernel.place import the_place
from dugnad.site.doctor.finding import Finding, fine, look, wrong

WAITS_TOO_LONG = timedelta(hours=1)
LATELY = timedelta(days=7)
SECONDS = 10


def mail_has_a_server() -> Finding:
    """Whether somebody said which server mail leaves through. It is not asked."""
    host = settings.EMAIL_HOST if post_office.server_is_given() else the_place().mail.get("host", "")
    if settings.DEMO:
        return fine("mail", _("This is a demo: mail stays here and is shown on a page."))
    if not host:
        return wrong(
            "mail",
            _("Nobody said which server mail leaves through, so it stays here."),
            _(
                "Set DUGNAD_SMTP_URL, or name a server under Mail in the settings of the place. People cannot come in without."
            ),
        )
    return fine("mail", _("Mail leaves through %(host)s.") % {"host": host})


def mail_has_a_way() -> Finding:
    """The same, and whether the server lets us in: greeting, encryption, and user name and password."""
    way = None if settings.DEMO else post_office.route(timeout=SECONDS)
    if way is None:
        return mail_has_a_server()
    host = getattr(way.connection, "host", "") or ""
    try:
        way.connection.open()
    except Exception as trouble:  # noqa: BLE001 - whatever a mail server does is what is asked for
        return wrong(
            "mail", post_office.what_went_wrong(trouble, host), _("Until then mail waits here and is tried again.")
        )
    finally:
        with contextlib.suppress(Exception):
            way.connection.close()
    return fine("mail", _("The mail server %(host)s answers and lets this place in.") % {"host": host})


def mail_leaves() -> Iterator[Finding]:
    """How much waits for too long, how much was given up lately, and when the last one left."""
    now = timezone.now()
    waiting = Mail.objects.filter(sent_at=None, given_up_at=None)
    late = waiting.filter(created_at__lt=now - WAITS_TOO_LONG).count()
    last = Mail.objects.exclude(sent_at=None).order_by("-sent_at").values_list("sent_at", flat=True).first()
    if late:
        yield wrong(
            "mail",
            ngettext(
                "%(count)d mail has been waiting for more than an hour.",
                "%(count)d mails have been waiting for more than an hour.",
                late,
            )
            % {"count": late},
            _("Try the mail server under Mail in the settings of the place; it says there what goes wrong."),
        )
    elif last is not None:
        yield fine("mail", _("The last mail left %(when)s.") % {"when": _ago(now - last)})
    given_up = Mail.objects.filter(given_up_at__gt=now - LATELY).exclude(
        trouble__in=("no longer allowed to see it", "restored from a backup")
    )
    count = given_up.count()
    if count:
        yield look(
            "mail",
            ngettext(
                "%(count)d mail of the last seven days was given up.",
                "%(count)d mails of the last seven days were given up.",
                count,
            )
            % {"count": count},
            _("Look at the name and password of the mail server, and at whether it takes mail for others."),
        )


def _ago(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", max(1, minutes)) % {"count": max(1, minutes)}
    if minutes < 48 * 60:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)d day ago", "%(count)d days ago", minutes // 1440) % {"count": minutes // 1440}


def somebody_answers_for_it() -> Finding:
    """Whether the place says who is responsible and where one writes to."""
    place = the_place()
    if not place.opened_at or (place.responsible and place.contact):
        return fine("place", _("The place says who answers for it."))
    return look(
        "place",
        _("The place does not say who is responsible for personal data, or where one can write to them."),
        _("Say it under Ground rules in the settings of the place."),
    )
