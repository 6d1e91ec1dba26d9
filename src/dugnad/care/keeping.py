"""What care knows about a person: handed out on request, removed with the account, and dropped when its time is over."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.care.models import Appeal, Report, StewardDeed
from dugnad.kernel import registry
from dugnad.kernel.retention import keep
from dugnad.people.models import Person

REPORTS = keep("reports", days=90, least=14, most=365, words=_("A report, after somebody looked at it"))
DEEDS = keep(
    "deeds about a person",
    days=365,
    least=90,
    most=1095,
    words=_("Whom a steward’s deed was about, and the appeal, after it was over"),
)


@registry.exporters.register
def export_care(person: Person) -> tuple[str, dict[str, Any], dict[str, str], Any]:
    """What the person reported and asked, and what stewards did about them."""
    reports = Report.objects.filter(reporter=person).order_by("pk").select_related("post")
    about = StewardDeed.objects.filter(person=person).order_by("pk").select_related("post", "appeal")
    data = {
        "reports": [
            {
                "post": report.post.url,
                "at": _iso(report.created_at),
                "ground_rule": report.agreement,
                "note": report.note,
                "settled_at": _iso(report.settled_at),
                "answer": report.answer if report.deed_id is None else "",
            }
            for report in reports
        ],
        "about_me": [_about(deed) for deed in about],
        "as_a_steward": [
            {"at": _iso(deed.created_at), "what": deed.kind}
            for deed in StewardDeed.objects.filter(by=person).order_by("pk")
        ],
    }
    return "care", data, {}, _("What you reported, what stewards did about you and why, and what you asked them.")


def _about(deed: StewardDeed) -> dict[str, Any]:
    appeal = getattr(deed, "appeal", None)
    return {
        "at": _iso(deed.created_at),
        "what": deed.kind,
        "post": deed.post.url if deed.post else None,
        "ground_rule": deed.agreement,
        "reason": deed.reason,
        "until": _iso(deed.ends_at),
        "taken_back_at": _iso(deed.undone_at),
        "taken_back_why": deed.undone_why,
        "appeal": {"text": appeal.text, "answer": appeal.answer, "upheld": appeal.upheld} if appeal else None,
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


@registry.erasers.register
def erase_from_care(person: Person, leave_posts: bool) -> None:
    """What the person wrote here goes, and their name from what others wrote down. Lines of the log stay without them: who reads
    it still sees that something was done. What was said about them as a reason goes, since it was about them.
    """
    Report.objects.filter(reporter=person).update(reporter=None, note="")
    Appeal.objects.filter(person=person).delete()
    Appeal.objects.filter(answered_by=person).update(answered_by=None)
    StewardDeed.objects.filter(person=person).update(person=None, reason="", undone_why="")
    for column in ("by", "undone_by"):
        StewardDeed.objects.filter(**{column: person}).update(**{column: None})
    Report.objects.filter(settled_by=person).update(settled_by=None)


@registry.daily_jobs.register("old reports and deeds")
def forget_old() -> str:
    """Reports go some time after they were settled; whom a deed was about, and the appeal, some time after it was over."""
    now = timezone.now()
    reports = Report.objects.filter(settled_at__lt=now - REPORTS.time).delete()[0]
    before = now - DEEDS.time
    old = StewardDeed.objects.filter(created_at__lt=before).exclude(kind__in=PUBLIC_KINDS)
    old = old.filter(Q(ends_at=None) | Q(ends_at__lt=before))
    appeals = Appeal.objects.filter(deed__in=old.values("pk"), answered_at__lt=before).delete()[0]
    waiting = Appeal.objects.filter(answered_at=None).values("deed")
    deeds = old.exclude(person=None).exclude(pk__in=waiting).update(person=None)
    return f"{reports} reports, {deeds} names in logs and {appeals} appeals forgotten"


# Who looked after a room is no secret, and is read in its log as long as the account is there.
PUBLIC_KINDS = ("steward_began", "steward_made", "stewardship_ended", "stewardship_over", "stewardship_laid_down")
