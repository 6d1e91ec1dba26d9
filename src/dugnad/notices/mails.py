"""The mail that tells of a notice: plain text in the reader's language, and a way to stop it that needs no password."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dugnad.kernel.audience import Audience
from dugnad.kernel.outbox import Mail, send_mail
from dugnad.notices.kinds import STOP_THREAD, WHATS, NoticeKind, sentence_of
from dugnad.people.models import Person

SALT = "dugnad.notices.stop"
# A mail found again after a year still stops what it said; then the link ends.
STOP_LINK_LASTS = 366 * 24 * 60 * 60
LONGEST_QUOTE = 1200
WIDTH = 76


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail tells of: the same for everyone who gets it."""

    kind: NoticeKind
    within: str
    url: str
    title: str
    actor_name: str | None
    quote: str
    audience: Audience

    @property
    def thread(self) -> str:
        """The key of the thread it is about, or nothing."""
        return self.within if self.within.startswith("thread:") else ""


@dataclass(frozen=True, slots=True)
class Stop:
    """What a stop link stops: for this person, mail about `within`, or of the kind `what` where `within` is empty."""

    person_id: int
    what: str
    within: str


def write_mail(told: Told, person: Person, who_can_read: str) -> Mail:
    """Put the mail to `person` in the outbox. It is written in their language, and only sent if they may still see
    the thing.
    """
    with translation.override(person.language):
        stop_url = stop_link(Stop(person.pk, told.kind.what, told.thread))
        subject = sentence_of(told.kind.mail_subject, name=told.actor_name, title=told.title)
        text = _text(told, person, stop_url, who_can_read)
    return send_mail(
        person.email or "",
        subject,
        text,
        kind="notice",
        person=person.key,
        audience=told.audience,
        headers={"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def _text(told: Told, person: Person, stop_url: str, who_can_read: str) -> str:
    what = WHATS[told.kind.what]
    words = told.kind.mail_body if told.quote and told.kind.mail_body else told.kind.sentence
    about = sentence_of(words, name=told.actor_name, title=told.title)
    do = str(told.kind.mail_do).format(link=absolute(told.url))
    why = str(told.kind.mail_why or what.why)
    stop = f"{STOP_THREAD if told.thread else what.stop}: {stop_url}"
    choices = _("All your choices about emails: {link}").format(link=absolute(reverse("notice_choices")))
    paragraphs = [
        _("Hello {name},").format(name=person.first_name),
        about,
        quoted(told.quote),
        do,
        "-- \n" + "\n".join(line for line in (why, stop, choices, who_can_read) if line),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def quoted(text: str) -> str:
    """`text` as a mail quotes it: at most `LONGEST_QUOTE` characters, wrapped, each line after `> `."""
    text = text.strip()
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE + 1].rsplit(None, 1)[0] + " …"
    lines: list[str] = []
    for line in text.splitlines():
        lines += textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def absolute(url: str) -> str:
    """A path of the house as an address that works in a mail."""
    return settings.URL + url if url.startswith("/") else url


def stop_link(stop: Stop) -> str:
    """The address that stops this mail without signing in. It ends after `STOP_LINK_LASTS`."""
    token = signing.dumps([stop.person_id, stop.what, stop.within], salt=SALT)
    return absolute(reverse("stop_mail", args=[token]))


def stop_of(token: str) -> Stop | None:
    """What a stop link stops; None when nobody here wrote it. Raises `signing.SignatureExpired` when it has ended."""
    try:
        person_id, what, within = signing.loads(token, salt=SALT, max_age=STOP_LINK_LASTS)
    except signing.SignatureExpired:
        raise
    except signing.BadSignature:
        return None
    return Stop(person_id, what, within)
