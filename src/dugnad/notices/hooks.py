"""What the hall `notices` adds to the hooks of the kernel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from dugnad.kernel import registry
from dugnad.kernel.audience import STEWARDS_OF_PLACE, Viewer, audience_of, viewer_of
from dugnad.kernel.context import Way
from dugnad.kernel.happenings import Happening, on
from dugnad.kernel.models import Mail
from dugnad.notices import actions, queries, terms
from dugnad.notices.kinds import kind_or_plain, sentence_of
from dugnad.notices.models import MailStop, Notice, Preference
from dugnad.people.models import Person, PlaceStewardship, Request

registry.daily_jobs.register("old notices")(actions.forget_old_read)
registry.daily_jobs.register("place stewardships that end soon")(terms.tell_of_ending_place_stewardships)


@on("request_made")
def tell_stewards(happening: Happening, request: Request, by: Any) -> None:
    """The stewards of the place find it among their notices. The mail about it is written by the hall people."""
    stewards = PlaceStewardship.objects.current().values_list("person_id", flat=True)
    actions.tell(
        list(stewards),
        "request_to_come_in",
        thing=request,
        url=reverse("requests"),
        title=request.name,
        audience=audience_of(STEWARDS_OF_PLACE),
        note=request.note,
    )


@on("request_answered")
def forget_request(happening: Happening, request: Request, by: Any) -> None:
    """What was answered waits for nobody any more, and the name in it is not kept."""
    actions.forget_notices([request])


@registry.own_pages.register
def own_pages(viewer: Viewer) -> Iterable[Way]:
    """What comes by email."""
    return [Way(_("What comes by email"), "/me/notices", "i-mail", 40)]


@registry.exporters.register
def export_notices(person: Person) -> tuple[str, Any, dict[str, str], str]:
    """What the person was told, as far as they may still see what it is about, and what they chose."""
    told = [
        {
            "told_at": notice.created_at.isoformat(),
            "read_at": notice.read_at.isoformat() if notice.read_at else None,
            "sentence": sentence_of(
                kind_or_plain(notice.kind).sentence,
                name=notice.actor.name if notice.actor else None,
                title=notice.title,
            ),
            "note": notice.note,
            "address": notice.url,
        }
        for notice in queries.notices_of(viewer_of(person)).order_by("pk")
    ]
    stopped = list(MailStop.objects.filter(person=person).order_by("pk").values_list("within", flat=True))
    data = {"notices": told, "by_mail": queries.choices_of(person), "no_mail_about": stopped}
    return "notices", data, {}, _("What you were told about, and what you chose to get by email.")


@registry.erasers.register
def erase_notices(person: Person, leave_posts: bool) -> None:
    """Remove what the person was told and chose, mail that waits for them, and their name from notices of others."""
    Notice.objects.filter(person=person).delete()
    Preference.objects.filter(person=person).delete()
    MailStop.objects.filter(person=person).delete()
    Mail.objects.filter(person=person.key, kind="notice").delete()
    Notice.objects.filter(actor=person).update(actor=None, note="")


@registry.standing.register("has_unread_notices")
def has_unread_notices() -> Exists:
    """Whether there is anything to count at all."""
    return Exists(Notice.objects.filter(person=OuterRef("pk"), read_at=None))
