"""Mail as rows: written in the transaction of the deed that causes it, sent and retried by the worker.

A page never waits for a mail server, a mail is never sent for a deed that was rolled back, and a server that is down only
delays it. After sending, the text is kept for a short time (`KEEP_SENT`) and then emptied.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.kernel import post_office
from dugnad.kernel.audience import Audience, Viewer
from dugnad.kernel.post_office import Route
from dugnad.kernel.retention import keep

log = logging.getLogger("dugnad.outbox")

KEEP_SENT = keep("mails", days=7, least=1, most=30, words=_("The text and address of an email, after it left"))
# Minutes until the next try, after each failed one; then once every six hours, for three days in all.
BACK_OFF = (1, 2, 5, 15, 30, 60, 120, 240)
GIVE_UP_AFTER = timedelta(days=3)
BATCH = 50


class Mail(models.Model):
    """One mail to one address."""

    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    headers = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=40, help_text="why it was written: code, notice, invitation …")
    person = models.CharField(max_length=60, blank=True, help_text="key of the person it is for")
    audience = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    message_id = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    trouble = models.CharField(
        max_length=200, blank=True, help_text="what the mail server said last, without addresses"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="mail_due",
                condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True),
            ),
            models.Index(fields=["person"], name="mail_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


def send_mail(
    to: str,
    subject: str,
    text: str,
    *,
    kind: str,
    person: str = "",
    audience: Audience | None = None,
    headers: dict[str, str] | None = None,
) -> Mail:
    """Put a mail in the outbox, in the caller's transaction. It leaves within seconds of the commit.

    With `audience` and `person` (a key such as `person:4`) the mail is only sent if the person still holds a key of the
    audience when its turn comes.
    """
    from dugnad.kernel.live.wake import wake_worker

    mail = Mail.objects.create(
        to=to,
        subject=" ".join(subject.split())[:250],
        text=text,
        headers=headers or {},
        kind=kind,
        person=person,
        audience=audience,
        message_id=make_msgid(domain=settings.MAIL_DOMAIN),
    )
    transaction.on_commit(wake_worker)
    return mail


def deliver_due() -> int:
    """Send what is due; answers how many left. Each mail is claimed on its own, so two workers never send the same one.

    While nobody said which server takes mail, all of it waits, for as long as a server that is down is waited for.
    """
    left = 0
    due = Mail.objects.filter(sent_at=None, given_up_at=None, due_at__lte=timezone.now())
    ids = list(due.order_by("due_at").values_list("pk", flat=True)[:BATCH])
    way = post_office.route() if ids else None
    if way is None:
        _give_up_old(ids)
        return 0
    for pk in ids:
        left += _deliver(pk, way)
    way.connection.close()
    return left


def _give_up_old(ids: list[int]) -> None:
    now = timezone.now()
    Mail.objects.filter(pk__in=ids, created_at__lt=now - GIVE_UP_AFTER).update(
        given_up_at=now, trouble="no mail server"
    )


def _deliver(pk: int, way: Route) -> int:
    # Moving due_at forward claims the mail: a second worker no longer finds it, a crash gives it back after two minutes.
    claimed = Mail.objects.filter(pk=pk, sent_at=None, given_up_at=None, due_at__lte=timezone.now()).update(
        due_at=timezone.now() + timedelta(minutes=2)
    )
    if not claimed:
        return 0
    mail = Mail.objects.select_related("audience").get(pk=pk)
    if not _may_still_be_told(mail):
        Mail.objects.filter(pk=pk).update(
            given_up_at=timezone.now(), trouble="no longer allowed to see it", subject="", text=""
        )
        return 0
    try:
        _message(mail, way).send()
    except Exception as trouble:  # noqa: BLE001 - whatever a mail server does, the mail waits and is tried again
        _try_later(mail, trouble)
        return 0
    Mail.objects.filter(pk=pk).update(sent_at=timezone.now(), tries=mail.tries + 1, trouble="")
    return 1


def _message(mail: Mail, way: Route) -> Any:
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", **mail.headers}
    return post_office.message(way, mail.to, mail.subject, mail.text, headers)


def _may_still_be_told(mail: Mail) -> bool:
    if mail.audience is None or not mail.person.startswith("person:"):
        return True
    viewer = viewer_by_key(mail.person)
    return viewer is not None and viewer.sees(mail.audience)


def viewer_by_key(key: str) -> Viewer | None:
    """The viewer behind a key such as `person:4`, or None when that person is gone."""
    from django.contrib.auth import get_user_model

    from dugnad.kernel.audience import viewer_of

    person = get_user_model().objects.filter(pk=int(key.partition(":")[2]), is_active=True).first()
    return viewer_of(person) if person else None


def _try_later(mail: Mail, trouble: Exception) -> None:
    tries = mail.tries + 1
    minutes = BACK_OFF[tries - 1] if tries <= len(BACK_OFF) else 360
    now = timezone.now()
    gone = now - mail.created_at > GIVE_UP_AFTER
    Mail.objects.filter(pk=mail.pk).update(
        tries=tries,
        due_at=now + timedelta(minutes=minutes),
        given_up_at=now if gone else None,
        trouble=type(trouble).__name__,
    )
    log.warning("mail %s was not sent (%s), try %s", mail.pk, type(trouble).__name__, tries)


def forget_sent() -> str:
    """Empty the text and address of mails that left (or never will) more than `KEEP_SENT` ago."""
    before = timezone.now() - KEEP_SENT.time
    old = Mail.objects.filter(models.Q(sent_at__lt=before) | models.Q(given_up_at__lt=before)).exclude(text="", to="")
    return f"{old.update(text='', to='', headers={})} mails emptied"
