"""Reporting a post, and answering who reported it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from dugnad.care import policies, tellings
from dugnad.care.asking import who_looks_at
from dugnad.care.models import Report, StewardDeed
from dugnad.care.rooms import room_of_thread
from dugnad.forum.locking import locked
from dugnad.forum.models import Post
from dugnad.kernel.happenings import Actor, Happening, on, record
from dugnad.kernel.policies import require
from dugnad.notices.actions import settle_notices
from dugnad.people.models import Person


@transaction.atomic
def report_post(post: Post, *, by: Person, agreement: str = "", note: str = "") -> Report:
    """The stewards of the room know that somebody found something wrong with the post, not who. One who wrote it is not asked;
    where nobody else looks after the room, the stewards of the place are asked, about this post only.
    """
    post = _locked(post)
    require(policies.can_report_post(by, post))
    asked = who_looks_at(post, reporter=by.pk)
    first = not Report.objects.filter(post=post, settled_at=None).exists()
    report = Report.objects.create(
        post=post,
        group=room_of_thread(post.thread).group,
        audience=asked.audience,
        reporter=by,
        agreement=agreement,
        note=note,
    )
    if first:
        tellings.tell_of_report(report, post, asked.ids, elsewhere=asked.of_place)
    # By nobody: who reported what is on the report alone, and goes with it.
    record("post_reported", post, by=_Somebody(), within=post.thread, audience=asked.audience)
    return report


class _Somebody:
    """Whoever reported: named in no record of deeds."""

    key = ""
    pk = None


@transaction.atomic
def settle_reports(post: Post, *, by: Person, answer: str) -> list[Report]:
    """Somebody looked at the post and leaves it as it is; those who reported it read the answer."""
    post = _locked(post)
    require(policies.can_settle_reports(by, post))
    return settle(post, by=by, answer=answer)


def settle(post: Post, *, by: Actor | None, answer: str, deed: StewardDeed | None = None) -> list[Report]:
    """All open reports of the post are settled, by this deed when there was one. The caller has asked the policy."""
    reports = list(Report.objects.filter(post=post, settled_at=None).select_related("reporter", "post__thread"))
    for report in reports:
        report.settled_at, report.deed, report.answer = timezone.now(), deed, answer[:500]
        report.settled_by = by if isinstance(by, Person) else None
        report.save(update_fields=["settled_at", "settled_by", "deed", "answer"])
        for kind in (tellings.REPORTED, tellings.REPORTED_ELSEWHERE):
            settle_notices(kind.name, report)
        with override(report.reporter.language if report.reporter else "en"):
            tellings.tell_reporter(report, _outcome(deed, answer))
    if reports and by is not None:
        record("reports_settled", post, by=by, within=post.thread, audience=reports[0].audience)
    return reports


def _outcome(deed: StewardDeed | None, answer: str) -> str:
    """What a reporter reads, in the language that is on."""
    if deed is None:
        return answer
    if deed.kind in (StewardDeed.Kind.HIDE, StewardDeed.Kind.HIDE_THREAD):
        return _("It is hidden now.")
    return _("The stewards did something about it. What, stands in the log of the room.")


@on("post_deleted")
def settle_what_is_gone(happening: Happening, post: Post, by: Actor) -> None:
    """Nothing is left to look at."""
    reports = Report.objects.filter(post=post, settled_at=None).select_related("reporter")
    language = reports[0].reporter.language if reports and reports[0].reporter else "en"
    with override(language):
        settle(post, by=None, answer=_("Who wrote it has deleted it."))


def _locked(post: Post) -> Post:
    return locked(Post.objects.select_related("thread__category__group", "author"), post.pk)
