"""Who is told of what: the stewards of what waits, the reporter of what came of it, the person of what was done and answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dugnad.care.models import Appeal, Report, StewardDeed
from dugnad.forum.models import Post
from dugnad.forum.policies import can_see
from dugnad.groups.actions.keeping import only_you
from dugnad.kernel.audience import audience_of
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, Words, register

BECAUSE_STEWARD = _("You get this because you are a steward.")
BECAUSE_YOURS = _("You get this because it is about something you wrote or did.")
BECAUSE_REPORTED = _("You get this because you reported a post.")
LOOK = _("Look at it and decide: {link}")
APPEAL = _("Read all of it, and ask for another look if you think it was wrong: {link}")


def _to_steward(name: str, sentence: Words, subject: Words) -> NoticeKind:
    return register(NoticeKind(name, "care", sentence, subject, mail_do=LOOK, mail_why=BECAUSE_STEWARD))


def _to_person(kind: str, sentence: Words, subject: Words, body: Words) -> NoticeKind:
    return register(NoticeKind(f"care_{kind}", "care", sentence, subject, body, APPEAL, BECAUSE_YOURS))


REPORTED = _to_steward(
    "post_reported",
    _("A post in “{title}” was reported. Somebody has to look at it."),
    _("A post in “{title}” was reported"),
)
REPORTED_ELSEWHERE = _to_steward(
    "post_reported_elsewhere",
    _("A post was reported in a group whose only steward wrote it. The stewards of the place are asked to look at it."),
    _("A report in a group needs a steward of the place"),
)
APPEALED = _to_steward(
    "deed_appealed",
    _("Somebody asks for another look at what a steward did."),
    _("Somebody asks for another look"),
)
SETTLED = register(
    NoticeKind(
        "reports_settled",
        "care",
        _("A steward looked at the post that you reported in “{title}”."),
        _("What came of your report"),
        _("A steward looked at the post that you reported in “{title}”. What came of it:"),
        _("Your reports: {link}"),
        BECAUSE_REPORTED,
    )
)
ABOUT_YOU = {
    "hide": _to_person(
        "hide",
        _("A steward hid your post in “{title}”."),
        _("Your post in “{title}” is hidden"),
        _("A steward hid your post in “{title}”. The reason:"),
    ),
    "hide_thread": _to_person(
        "hide_thread",
        _("A steward hid your thread “{title}”."),
        _("Your thread “{title}” is hidden"),
        _("A steward hid your thread “{title}”. The reason:"),
    ),
    "warn": _to_person(
        "warn",
        _("A steward warned you about what you wrote in “{title}”."),
        _("About what you wrote in “{title}”"),
        _("A steward warned you about what you wrote in “{title}”:"),
    ),
    "close": _to_person(
        "close",
        _("A steward closed your thread “{title}”."),
        _("Your thread “{title}” is closed"),
        _("A steward closed your thread “{title}”. The reason:"),
    ),
    "pause": _to_person(
        "pause",
        _("A steward paused your writing in {title}. You can read everything as before."),
        _("Your writing in {title} is paused"),
        _("A steward paused your writing in {title}. You can read everything as before. The reason:"),
    ),
}
UNDONE = register(
    NoticeKind(
        "deed_undone",
        "care",
        _("A steward took back what was done about something of yours."),
        _("A steward took something back"),
        _("A steward took back what was done about something of yours. Their words:"),
        _("Read it here: {link}"),
        BECAUSE_YOURS,
    )
)
UPHELD = register(
    NoticeKind(
        "appeal_upheld",
        "care",
        _("Somebody else looked at it, as you asked, and it stands."),
        _("Another look: it stands"),
        _("Somebody else looked at it, as you asked, and it stands. Their words:"),
        _("Read it here: {link}"),
        BECAUSE_YOURS,
    )
)
TAKEN_BACK = register(
    NoticeKind(
        "appeal_granted",
        "care",
        _("Somebody else looked at it, as you asked, and took it back."),
        _("Another look: it was taken back"),
        _("Somebody else looked at it, as you asked, and took it back. Their words:"),
        _("Read it here: {link}"),
        BECAUSE_YOURS,
    )
)
ANSWERED = register(
    NoticeKind(
        "appeal_answered",
        "care",
        _("There is an answer to an appeal against something you did as a steward."),
        _("An appeal was answered"),
        _("There is an answer to an appeal against something you did as a steward:"),
        _("Read it here: {link}"),
        BECAUSE_STEWARD,
    )
)


def tell_of_report(report: Report, post: Post, persons: Iterable[int], *, elsewhere: bool) -> None:
    """The stewards who are asked. Of a group that they are not in they read no title."""
    kind = REPORTED_ELSEWHERE if elsewhere else REPORTED
    title = "" if elsewhere else post.thread.title
    _tell(persons, kind, report, reverse("write_deed", args=[post.pk]), title=title)


def tell_reporter(report: Report, words: str) -> None:
    """What came of it, to whoever reported; nobody else learns who that was."""
    if report.reporter_id:
        sees = can_see(report.reporter, report.post.thread)
        title = report.post.thread.title if sees else "…"
        _tell_one(report.reporter_id, SETTLED, report, reverse("own_care"), title=title, note=words)


def tell_of_deed(deed: StewardDeed, title: str) -> None:
    """The person whom it was about, with the reason."""
    kind = ABOUT_YOU.get(deed.kind)
    if kind is not None and deed.person_id:
        _tell_one(deed.person_id, kind, deed, url_of(deed), title=title, note=deed.reason)


def tell_of_undoing(deed: StewardDeed) -> None:
    """The person whom it was about, with the words of who took it back."""
    if deed.person_id:
        _tell_one(deed.person_id, UNDONE, deed, url_of(deed), note=deed.undone_why)


def tell_of_appeal(appeal: Appeal, persons: Iterable[int]) -> None:
    """Those who can answer it."""
    _tell(persons, APPEALED, appeal, reverse("answer_appeal", args=[appeal.pk]))


def tell_of_answer(appeal: Appeal) -> None:
    """Who appealed, and who did what it was about."""
    deed, words = appeal.deed, appeal.answer
    _tell_one(appeal.person_id, UPHELD if appeal.upheld else TAKEN_BACK, appeal, url_of(deed), note=words)
    if deed.by_id:
        _tell_one(deed.by_id, ANSWERED, appeal, url_of(deed), note=words)


def url_of(deed: StewardDeed) -> str:
    """The page of one line of the log."""
    return reverse("steward_deed", args=[deed.pk])


def _tell_one(person: int, kind: NoticeKind, thing: Any, url: str, *, title: str = "", note: str) -> None:
    tell(
        [person],
        kind.name,
        thing=thing,
        url=url,
        title=title,
        audience=audience_of(f"person:{person}"),
        note=note,
        who_can_read=only_you,
    )


def _tell(persons: Iterable[int], kind: NoticeKind, thing: Any, url: str, *, title: str = "") -> None:
    tell(list(persons), kind.name, thing=thing, url=url, title=title, audience=thing.audience)
